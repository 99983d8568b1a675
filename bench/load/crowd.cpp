#include <bench/load/crowd.hpp>

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>

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
constexpr auto pause_after_refusal = std::chrono::milliseconds(100);

} // namespace

class crowd::ears final : public subscriber_events {
public:
  ears(crowd& all, std::size_t n) : all_(all), n_(n) {}
  void subscribed() override { all_.subscribed(n_); }
  void message(std::string_view text) override { all_.note(n_, text); }
  void reply(std::string octets) override { all_.replies_.push_back({n_, std::move(octets)}); }
  void failed(std::string why) override { all_.fail(n_, std::move(why)); }

private:
  crowd& all_;
  std::size_t n_;
};

crowd::crowd(const plan& p, const subscriber_protocol& protocol, const subscriber_protocol* apart)
    : plan_(p),
      protocol_(protocol),
      apart_protocol_(apart),
      subscribers_(p.subscribers),
      poll_(::epoll_create1(EPOLL_CLOEXEC)),
      buffer_(most_read, '\0') {}

result<void> crowd::connect(std::chrono::seconds patience, const std::function<bool()>& stopped) {
  std::vector<std::size_t> absent;
  for (std::size_t n = 0; n < subscribers_.size(); ++n)
    if (!subscribers_[n].subscribed) absent.push_back(n);
  const auto failures_before = failures_;
  const auto began = steady::now();
  const auto ramp =
      plan_.ramp > 0
          ? std::chrono::duration<double>(static_cast<double>(absent.size()) / plan_.ramp)
          : std::chrono::duration<double>(0);
  const auto deadline = began + patience + std::chrono::ceil<std::chrono::seconds>(ramp);
  connecting_ = true;
  begun_ = 0;
  refusals_.clear();
  while (subscribed_ < subscribers_.size()) {
    if (stopped()) return error{errc::unavailable, "Stopped while connecting.", {}};
    if (failures_ > failures_before)
      return error{errc::unavailable, "A subscriber was refused: " + last_failure_, {}};
    if (steady::now() > deadline)
      return error{errc::timeout,
                   fmt::format("Only {} of {} subscribers were ready in {} s{}.", subscribed_,
                               subscribers_.size(), patience.count(),
                               refused_ > 0 ? "; the last one refused: " + last_failure_ : ""),
                   {}};
    if (auto good = begin_due(absent, began); !good) return good.error();
    turn(std::chrono::milliseconds(plan_.ramp > 0 ? 1 : 10));
  }
  connecting_ = false;
  return {};
}

/// Begins with those whose time has come.
result<void> crowd::begin_due(const std::vector<std::size_t>& absent, steady::time_point since) {
  const auto present = subscribers_.size() - absent.size();
  const auto now = steady::now();
  for (; begun_ < absent.size(); ++begun_) {
    auto meant = since;
    if (plan_.ramp > 0) {
      meant +=
          std::chrono::nanoseconds(std::llround(1e9 * static_cast<double>(begun_) / plan_.ramp));
      if (meant > now) break;
    } else if (begun_ + present >= subscribed_ + plan_.at_once) {
      break;
    }
    const auto n = absent[begun_];
    subscribers_[n].timed = false;
    subscribers_[n].meant = meant;
    if (auto good = begin(n); !good) return good.error();
  }
  if (now < next_try_) return {};
  for (auto left = refusals_.size(); left > 0; --left) {
    const auto n = refusals_.front();
    refusals_.pop_front();
    if (auto good = begin(n); !good) return good.error();
  }
  next_try_ = now + pause_after_refusal;
  return {};
}

void crowd::expect(const std::string& mark, std::vector<steady::time_point> meant) {
  apart_ = arrival_book(mark, meant, 0);
  row_ = arrival_book(mark, std::move(meant), subscribers_.size());
  beside_ = {};
  missing_beside_ = 0;
  awaited_ = 0;
  counting_ = false;
  under_way_ = waited_ = {};
}

void crowd::expect_beside(const std::string& mark, std::vector<steady::time_point> meant,
                          std::size_t topics) {
  for (std::size_t n = 0; n < meant.size(); ++n)
    if (const auto topic = n % topics; topic < quick())
      missing_beside_ += (quick() - topic - 1) / topics + 1;
  beside_ = arrival_book(mark, std::move(meant), subscribers_.size());
}

void crowd::count(const std::string& mark) {
  expect({}, {});
  mark_ = mark;
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

void crowd::listen_beside(steady::time_point until) {
  for (auto now = steady::now(); missing_beside_ > 0 && now < until; now = steady::now())
    turn(std::min(std::chrono::milliseconds(5),
                  std::chrono::ceil<std::chrono::milliseconds>(until - now)));
}

result<void> crowd::begin(std::size_t n) {
  auto& s = subscribers_[n];
  s.rest.clear();
  s.connected = s.failed = false;
  // What an earlier connection had to say is nothing to this one.
  std::erase_if(replies_, [&](const reply& r) { return r.from == n; });
  auto socket = begin_connect(plan_.host, plan_.ports[n % plan_.ports.size()],
                              static_cast<unsigned>(n / from_one_address % 250) + 2,
                              is_slow(n) ? slow_buffer : 0);
  if (!socket) return socket.error();
  s.socket = *std::move(socket);
  epoll_event event{};
  event.events = EPOLLOUT;
  event.data.u64 = n;
  ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, s.socket.get(), &event);
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
  const auto hello = protocol_of(n).hello(n);
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
  const auto taken = protocol_of(n).take(in, s.subscribed, to);
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

void crowd::subscribed(std::size_t n) {
  auto& s = subscribers_[n];
  if (std::exchange(s.subscribed, true)) return;
  ++subscribed_;
  if (std::exchange(s.timed, true)) return;
  connecting_times_.record(
      static_cast<std::uint64_t>(std::chrono::nanoseconds(steady::now() - s.meant).count()));
}

void crowd::note(std::size_t n, std::string_view message) {
  if (counting_) {
    if (message.find(mark_) == std::string_view::npos) return;
    ++counted_;
    last_counted_ = steady::now();
    return;
  }
  const auto which = row_.number_of(message);
  if (!which) return note_beside(n, message);
  if (!row_.is_new(*which, n)) {
    ++repeated_;
    return;
  }
  if (is_slow(n)) return;
  const auto now = steady::now();
  row_.note(*which, now);
  if (n < plan_.apart) apart_.note(*which, now);
  // A device's frame has more around it.
  if (n >= plan_.apart || message_octets_ == 0) message_octets_ = message.size();
  --awaited_;
}

/// What comes a second time is no mistake here: a loudspeaker that an emergency cut off gets the
/// bulletin again.
void crowd::note_beside(std::size_t n, std::string_view message) {
  const auto which = beside_.number_of(message);
  if (!which || !beside_.is_new(*which, n) || is_slow(n)) return;
  beside_.note(*which, steady::now());
  --missing_beside_;
}

void crowd::fail(std::size_t n, std::string why) {
  auto& s = subscribers_[n];
  if (std::exchange(s.failed, true)) return;
  if (connecting_ && plan_.ramp > 0) {
    ++refused_;
    refusals_.push_back(n);
  } else {
    ++failures_;
  }
  if (std::exchange(s.subscribed, false)) --subscribed_;
  last_failure_ = std::move(why);
  ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, s.socket.get(), nullptr);
}

} // namespace loa::bench
