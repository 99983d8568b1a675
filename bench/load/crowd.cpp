#include <bench/load/crowd.hpp>

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

namespace loa::bench {

namespace {

constexpr std::size_t most_read = 1U << 18;
constexpr std::size_t slow_read = 256;
constexpr int slow_buffer = 4096;
constexpr auto slow_pause = std::chrono::milliseconds(50);
/// Replies that are sent before looking whether something can be read.
constexpr int replies_in_a_row = 16;
/// Subscribers that come from one address.
constexpr std::size_t from_one_address = 5000;

} // namespace

class crowd::ears final : public subscriber_events {
public:
  ears(crowd& all, std::size_t n) : all_(all), n_(n) {}
  void subscribed() override {
    auto& s = all_.subscribers_[n_];
    if (!std::exchange(s.subscribed, true)) ++all_.subscribed_;
  }
  void message(std::string_view text) override { all_.note(n_, text); }
  void reply(std::string octets) override { all_.replies_.push_back({n_, std::move(octets)}); }
  void failed(std::string why) override { all_.fail(n_, std::move(why)); }

private:
  crowd& all_;
  std::size_t n_;
};

crowd::crowd(const plan& p, const subscriber_protocol& protocol)
    : plan_(p),
      protocol_(protocol),
      subscribers_(p.subscribers),
      poll_(::epoll_create1(EPOLL_CLOEXEC)),
      buffer_(most_read, '\0') {}

result<void> crowd::connect(std::chrono::seconds patience, const std::function<bool()>& stopped) {
  std::vector<std::size_t> absent;
  for (std::size_t n = 0; n < subscribers_.size(); ++n)
    if (!subscribers_[n].subscribed) absent.push_back(n);
  const auto present = subscribers_.size() - absent.size();
  const auto failures_before = failures_;
  std::size_t begun = 0;
  const auto deadline = steady::now() + patience;
  connecting_ = true;
  while (subscribed_ < subscribers_.size()) {
    if (stopped()) return error{errc::unavailable, "Stopped while connecting.", {}};
    if (failures_ > failures_before)
      return error{errc::unavailable, "A subscriber was refused: " + last_failure_, {}};
    if (steady::now() > deadline)
      return error{errc::timeout,
                   fmt::format("Only {} of {} subscribers were ready in {} s.", subscribed_,
                               subscribers_.size(), patience.count()),
                   {}};
    while (begun < absent.size() && begun + present < subscribed_ + plan_.at_once)
      if (auto good = begin(absent[begun++]); !good) return good.error();
    turn(std::chrono::milliseconds(10));
  }
  connecting_ = false;
  return {};
}

void crowd::expect(const std::string& mark, std::vector<steady::time_point> meant) {
  mark_ = mark;
  meant_ = std::move(meant);
  seen_.assign(meant_.size(), {});
  has_.assign(meant_.size() * subscribers_.size(), false);
  awaited_ = 0;
  counting_ = false;
  under_way_ = waited_ = {};
}

void crowd::count(const std::string& mark) {
  expect(mark, {});
  counting_ = true;
  counted_ = 0;
  last_counted_ = steady::now();
}

void crowd::listen(steady::time_point until, bool or_all) {
  while (!(or_all && awaited_ <= 0)) {
    const auto now = steady::now();
    if (now >= until) return;
    turn(std::min(std::chrono::milliseconds(5),
                  std::chrono::ceil<std::chrono::milliseconds>(until - now)));
  }
}

result<void> crowd::begin(std::size_t n) {
  subscribers_[n] = {};
  auto socket = begin_connect(plan_.host, plan_.ports[n % plan_.ports.size()],
                              static_cast<unsigned>(n / from_one_address % 250) + 2,
                              is_slow(n) ? slow_buffer : 0);
  if (!socket) return socket.error();
  subscribers_[n].socket = *std::move(socket);
  epoll_event event{};
  event.events = EPOLLOUT;
  event.data.u64 = n;
  ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, subscribers_[n].socket.get(), &event);
  return {};
}

void crowd::turn(std::chrono::milliseconds wait) {
  const auto before = steady::now();
  const bool measuring = awaited_ > 0 || counting_;
  std::array<epoll_event, 256> events{};
  const int n = ::epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()),
                             replies_.empty() ? static_cast<int>(wait.count()) : 0);
  if (measuring) waited_ += steady::now() - before;
  for (int i = 0; i < n; ++i) {
    const auto who = events[static_cast<std::size_t>(i)].data.u64;
    if (!subscribers_[who].connected)
      greet(who);
    else
      read(who, most_read);
  }
  // Subscribers on machines of their own would not keep each other from reading: replies wait
  // while anything can be read.
  if (n <= 0) reply_to_some();
  if (plan_.slow > 0 && !connecting_ && steady::now() >= next_slow_) read_slowly();
  if (measuring) under_way_ += steady::now() - before;
}

void crowd::greet(std::size_t n) {
  auto& s = subscribers_[n];
  s.connected = true;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = n;
  ::epoll_ctl(poll_.get(), EPOLL_CTL_MOD, s.socket.get(), &event);
  const auto hello = protocol_.hello(n);
  const auto sent = send_some(s.socket, hello);
  if (!sent || *sent != hello.size()) fail(n, "the server does not take a greeting");
}

void crowd::read(std::size_t n, std::size_t most) {
  auto& s = subscribers_[n];
  if (s.failed) return;
  const auto got = ::recv(s.socket.get(), buffer_.data(), most, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return fail(n, "the server ended the connection");
  std::string_view in(buffer_.data(), static_cast<std::size_t>(got));
  if (!s.rest.empty()) {
    s.rest.append(in);
    in = s.rest;
  }
  ears to(*this, n);
  const auto taken = protocol_.take(in, s.subscribed, to);
  s.rest = std::string(in.substr(std::min(taken, in.size())));
  // From its greeting on a slow reader is read by the clock only.
  if (s.subscribed && is_slow(n) && connecting_)
    ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, s.socket.get(), nullptr);
}

void crowd::read_slowly() {
  for (std::size_t n = quick(); n < subscribers_.size(); ++n) read(n, slow_read);
  next_slow_ = steady::now() + slow_pause;
}

void crowd::reply_to_some() {
  for (int i = 0; i < replies_in_a_row && !replies_.empty(); ++i) {
    const auto& r = replies_.front();
    if (auto& s = subscribers_[r.from]; !s.failed) {
      const auto sent = send_some(s.socket, r.octets);
      if (!sent || *sent != r.octets.size()) fail(r.from, "the server does not take replies");
    }
    replies_.pop_front();
  }
}

void crowd::note(std::size_t n, std::string_view message) {
  if (mark_.empty()) return;
  const auto at = message.find(mark_);
  if (at == std::string_view::npos || message.size() < at + mark_.size() + 6) return;
  if (counting_) {
    ++counted_;
    last_counted_ = steady::now();
    return;
  }
  std::size_t which = 0;
  const auto* digits = message.data() + at + mark_.size();
  if (std::from_chars(digits, digits + 6, which).ec != std::errc() || which >= seen_.size()) return;
  auto has = has_[which * subscribers_.size() + n];
  if (has) {
    ++repeated_;
    return;
  }
  has = true;
  if (is_slow(n)) return;
  const auto now = steady::now();
  auto& a = seen_[which];
  if (a.count++ == 0) a.first = now;
  a.last = now;
  a.latencies.record(static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, std::chrono::nanoseconds(now - meant_[which]).count())));
  message_octets_ = message.size();
  --awaited_;
}

void crowd::fail(std::size_t n, std::string why) {
  auto& s = subscribers_[n];
  if (std::exchange(s.failed, true)) return;
  ++failures_;
  if (std::exchange(s.subscribed, false)) --subscribed_;
  last_failure_ = std::move(why);
  ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, s.socket.get(), nullptr);
}

} // namespace loa::bench
