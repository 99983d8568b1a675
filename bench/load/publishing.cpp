#include <bench/load/publishing.hpp>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>

namespace loa::bench {

/// One connection.
struct publishing::line final : publisher_events {
  descriptor socket;
  std::unique_ptr<publisher_protocol> protocol;
  std::string in;
  std::string out;
  std::deque<steady::time_point> unanswered; ///< When each was meant to be sent.
  bool is_ready = false;
  std::string wrong;
  publishing* row = nullptr;

  void ready() override { is_ready = true; }
  void reply(std::string octets) override { out += octets; }
  void accepted() override {
    if (unanswered.empty() || row == nullptr) return;
    row->last_answer_ = steady::now();
    const auto waited = std::chrono::nanoseconds(row->last_answer_ - unanswered.front()).count();
    row->answers_.record(static_cast<std::uint64_t>(std::max<std::int64_t>(0, waited)));
    unanswered.pop_front();
    ++row->answered_;
  }
  void failed(std::string why) override {
    if (wrong.empty()) wrong = std::move(why);
  }

  void write() {
    if (out.empty() || !wrong.empty()) return;
    const auto sent = send_some(socket, out);
    if (!sent) return failed(sent.error().detail);
    out.erase(0, *sent);
  }
  void read() {
    std::array<char, 65'536> buffer;
    const auto n = ::recv(socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) return failed("the server ended the publisher's connection");
    in.append(buffer.data(), static_cast<std::size_t>(n));
    const auto taken = protocol->take(in, *this);
    in.erase(0, std::min(taken, in.size()));
  }
};

result<std::unique_ptr<publishing>> publishing::open(std::uint32_t host, std::uint16_t port,
                                                     std::size_t connections,
                                                     const make_protocol& make,
                                                     std::chrono::seconds patience,
                                                     const stop_wish& stopped) {
  std::unique_ptr<publishing> out(new publishing);
  const auto deadline = steady::now() + patience;
  for (std::size_t i = 0; i < connections; ++i) {
    auto socket = begin_connect(host, port, 1);
    if (!socket) return socket.error();
    auto l = std::make_unique<line>();
    l->socket = *std::move(socket);
    l->protocol = make();
    l->out = l->protocol->hello();
    l->is_ready = l->out.empty();
    pollfd p{l->socket.get(), POLLOUT, 0};
    constexpr auto slice_ms = 100;
    for (int waited = 0; waited < 5000 && !stopped(); waited += slice_ms)
      if (::poll(&p, 1, slice_ms) != 0) break;
    out->lines_.push_back(std::move(l));
  }
  const auto all_ready = [&] {
    return std::ranges::all_of(out->lines_, [](const auto& l) { return l->is_ready; });
  };
  for (;;) {
    out->turn(steady::now() + std::chrono::milliseconds(10));
    for (const auto& l : out->lines_)
      if (!l->wrong.empty())
        return error{errc::unavailable, "The publisher is refused: " + l->wrong, {}};
    if (all_ready()) return out;
    if (stopped()) return error{errc::unavailable, "Stopped.", {}};
    if (steady::now() > deadline)
      return error{errc::timeout, "The server was not ready for a publisher in time.", {}};
  }
}

publishing::~publishing() {
  stopped_ = give_up_ = true;
  if (thread_.joinable()) thread_.join();
}

void publishing::begin(const plan& p) {
  if (thread_.joinable()) thread_.join();
  plan_ = p;
  answers_ = {};
  answered_ = 0;
  sent_ = 0;
  latest_ = {};
  last_answer_ = p.begin;
  give_up_ = ended_ = false;
  for (auto& l : lines_) {
    l->unanswered.clear();
    l->row = this;
  }
  thread_ = std::thread([this] { run(); });
}

void publishing::finish(std::chrono::seconds patience, const stop_wish& wanted) {
  const auto end = plan_.in_flight > 0 ? plan_.end : intended(plan_, plan_.first + plan_.messages);
  const auto last = end + patience;
  while (!ended_ && steady::now() < last && !stopped_ && !wanted())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  give_up_ = true;
  if (thread_.joinable()) thread_.join();
}

bool publishing::complete(steady::time_point now) const {
  if (plan_.in_flight == 0) return answered_ >= plan_.messages;
  return answered_ >= sent_ && (now >= plan_.end || sent_ >= plan_.messages);
}

void publishing::run() {
  for (auto now = steady::now(); !give_up_ && !complete(now); now = steady::now()) {
    auto wake = now + std::chrono::milliseconds(20);
    if (plan_.in_flight > 0)
      keep_under_way(now);
    else
      wake = std::min(wake, send_due(now));
    turn(wake);
    for (const auto& l : lines_)
      if (!l->wrong.empty()) {
        if (first_failure_.empty()) first_failure_ = l->wrong;
        give_up_ = true;
      }
  }
  ended_ = true;
}

/// Returns when the next is due.
publishing::steady::time_point publishing::send_due(steady::time_point now) {
  while (sent_ < plan_.messages && !stopped_) {
    const auto next = intended(plan_, plan_.first + sent_);
    if (next > now) return next;
    send(*lines_[sent_ % lines_.size()], sent_, next);
    ++sent_;
  }
  return steady::time_point::max();
}

void publishing::keep_under_way(steady::time_point now) {
  if (now < plan_.begin || now >= plan_.end || stopped_) return;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const auto share =
        plan_.in_flight / lines_.size() + (i < plan_.in_flight % lines_.size() ? 1 : 0);
    while (lines_[i]->unanswered.size() < share && sent_ < plan_.messages)
      send(*lines_[i], sent_++, steady::now());
  }
}

void publishing::send(line& on, std::size_t n, steady::time_point meant) {
  on.unanswered.push_back(meant);
  on.out += on.protocol->publish(fmt::format("{}{:06}", plan_.mark, plan_.first + n));
  on.write();
  latest_ = std::max(latest_, std::chrono::nanoseconds(steady::now() - meant));
}

void publishing::turn(steady::time_point until) {
  std::vector<pollfd> all;
  for (auto& l : lines_) {
    l->write();
    all.push_back(
        {l->socket.get(), static_cast<short>(POLLIN | (l->out.empty() ? 0 : POLLOUT)), 0});
  }
  const auto left = std::max(steady::duration::zero(), until - steady::now());
  timespec wait{std::chrono::duration_cast<std::chrono::seconds>(left).count(),
                std::chrono::nanoseconds(left).count() % 1'000'000'000};
  if (::ppoll(all.data(), all.size(), &wait, nullptr) <= 0) return;
  for (std::size_t i = 0; i < all.size(); ++i)
    if ((all[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0) lines_[i]->read();
}

} // namespace loa::bench
