#include <bindings/http/internal/http_side.hpp>
#include <bindings/http/internal/stream_side.hpp>
#include <bindings/http/internal/worker.hpp>
#include <loa/base/thread_manners.hpp>

#include <boost/asio/post.hpp>
#include <fmt/chrono.h>

#include <algorithm>
#include <iterator>

namespace loa::http {

namespace {

thread_local worker* this_threads = nullptr;

/// So long frames are sent before sockets that became readable have their turn. An alert's receipts
/// begin to come while it still goes out; read at once, they would make the last client wait twice
/// as long.
constexpr std::chrono::milliseconds sending_in_a_row{100};
/// Clients that get frames in a row before answers that arrived meanwhile go out.
constexpr std::size_t clients_together = 32;
/// Frames looked at for what goes to the same clients.
constexpr std::size_t most_together = 512;
/// Deliveries that the memory kept after a burst has room for.
constexpr std::size_t most_kept = 65'536;

} // namespace

worker* worker::current() noexcept {
  return this_threads;
}

worker::worker(gateway& shared, std::size_t index)
    : shared_(shared),
      index_(index),
      mailbox_(shared.mailboxes[index]),
      first_generation_(static_cast<std::uint32_t>(shared.random.next())),
      mail_(context_.get_executor(), mailbox_->event()),
      tokens_(shared.authority) {}

worker::~worker() {
  stop();
  mail_.release(); // the mailbox closes it
}

void worker::start() {
  wait_for_mail();
  sweep();
  thread_ = std::thread([this] {
    take_short_turns();
    run();
  });
}

void worker::run() {
  this_threads = this;
  context_.run();
  with_all([](connection& c) { c.end(); }); // sessions say goodbye on the thread they lived on
  this_threads = nullptr;
}

void worker::stop() {
  mailbox_->close();
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

void worker::adopt(accepted_socket accepted) {
  using boost::asio::ip::tcp;
  if (free_.empty() && places_.size() > 0xffffff) return; // more than an id can name
  tcp_socket s(context_.get_executor());
  boost::system::error_code failure;
  s.assign(accepted.v6() ? tcp::v6() : tcp::v4(), accepted.get(), failure);
  if (failure) return;
  accepted.release();
  std::size_t at = places_.size();
  if (free_.empty()) {
    places_.emplace_back();
    places_.back().generation = first_generation_;
  } else {
    at = free_.back();
    free_.pop_back();
  }
  auto& p = places_[at];
  const auto id = make_id(index_, at, ++p.generation);
  const auto tls = shared_.tls.load();
  p.deadline = steady_time::max();
  p.here = std::make_unique<connection>(*this, id, std::move(s), accepted.from(), tls.get());
  shared_.figures.connections.add(1);
  with(id, [](connection& c) { c.start(); });
}

connection* worker::find(connection_id id) noexcept {
  const auto at = place_of(id);
  if (at >= places_.size() || places_[at].generation != generation_of(id)) return nullptr;
  return places_[at].here.get();
}

void worker::remove(connection_id id) {
  auto& p = places_[place_of(id)];
  const auto gone = std::move(p.here);
  p.deadline = steady_time::max();
  free_.push_back(static_cast<std::uint32_t>(place_of(id)));
  shared_.figures.connections.add(-1);
}

void worker::set_deadline(connection_id id, steady_time t) {
  places_[place_of(id)].deadline = t;
}

void worker::read_later(connection_id id) {
  boost::asio::post(context_, [this, id] { with(id, [](connection& c) { c.on_readable(); }); });
}

void worker::wait_for_mail() {
  mail_.async_wait(event_descriptor::wait_read, [this](const auto& failure) {
    if (failure) return;
    mailbox_->calm();
    drain_mailbox();
    wait_for_mail();
  });
}

void worker::drain_mailbox() {
  answer_all();
  deliver_some();
}

void worker::answer_all() {
  mailbox_->take(batch_);
  for (auto& a : batch_.answers)
    with(a.to, [&](connection& c) {
      if (auto* http = dynamic_cast<http_side*>(c.speaks()))
        http->answer(a.sequence, std::move(a.content));
    });
  batch_.answers.clear();
  for (auto& errand : batch_.errands) errand(*this);
  batch_.errands.clear();
  if (deliveries_.empty())
    deliveries_.swap(batch_.deliveries);
  else
    std::ranges::move(batch_.deliveries, std::back_inserter(deliveries_));
  batch_.deliveries.clear();
  if (batch_.overflowed)
    with_all([](connection& c) {
      if (auto* stream = dynamic_cast<stream_side*>(c.speaks())) stream->overflow();
    });
}

void worker::deliver_some() {
  const auto until = now() + sending_in_a_row;
  while (delivered_ < deliveries_.size()) {
    deliver_together();
    answer_all();
    if (now() > until) break;
  }
  if (delivered_ < deliveries_.size())
    return boost::asio::post(context_, [this] { deliver_some(); });
  first_of_batch_ += deliveries_.size();
  delivered_ = 0;
  deliveries_.clear();
  if (deliveries_.capacity() > most_kept) deliveries_ = {};
}

/// The next deliveries to a few connections; what goes to the same one goes out at once.
void worker::deliver_together() {
  const auto begin = delivered_;
  auto end = begin;
  const auto most = std::min(deliveries_.size(), begin + most_together);
  for (std::size_t clients = 0; end < most; ++end) {
    const auto to = deliveries_[end].to;
    if (!find(to)) continue;
    auto& last = places_[place_of(to)].last_delivery;
    if (last < first_of_batch_ + begin && ++clients > clients_together) break;
    last = first_of_batch_ + end;
  }
  for (; delivered_ < end; ++delivered_) {
    const auto d = std::move(deliveries_[delivered_]);
    with(d.to, [&, number = first_of_batch_ + delivered_](connection& c) {
      const bool more_follows = places_[place_of(d.to)].last_delivery != number;
      if (more_follows) c.hold();
      if (auto* stream = dynamic_cast<stream_side*>(c.speaks())) stream->deliver(d.entry);
      if (!more_follows) c.let_go();
    });
  }
}

void worker::sweep() {
  const auto t = now();
  // By index: places may be added meanwhile. NOLINTNEXTLINE(modernize-loop-convert)
  for (std::size_t i = 0; i < places_.size(); ++i)
    if (places_[i].deadline <= t)
      with(places_[i].here->id(), [t](connection& c) { c.on_deadline(t); });
  end_with_their_tokens();
  frames_.sweep();
  sweeper_.expires_after(limits().sweep);
  sweeper_.async_wait([this](const auto& failure) {
    if (!failure) sweep();
  });
}

void worker::end_with_their_tokens() {
  for (const auto& [id, why] : tokens_.over(shared_.time.now()))
    with(id, [&detail = why.detail](connection& c) {
      if (auto* stream = dynamic_cast<stream_side*>(c.speaks()))
        stream->close(close_code::policy, detail);
    });
}

const std::string& worker::date() {
  const auto second = std::chrono::floor<std::chrono::seconds>(shared_.time.now());
  if (const auto count = second.time_since_epoch().count(); count != date_second_) {
    date_ =
        fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(static_cast<std::time_t>(count)));
    date_second_ = count;
  }
  return date_;
}

} // namespace loa::http
