#pragma once

#include <bench/client/sockets.hpp>
#include <bench/client/subscriber.hpp>

#include <sys/epoll.h>

#include <chrono>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace loa::bench {

/// All subscribers, on one thread.
class crowd {
public:
  using steady = std::chrono::steady_clock;

  crowd(std::uint16_t port, std::size_t count, const subscriber_protocol& protocol)
      : port_(port),
        protocol_(protocol),
        subscribers_(count),
        poll_(::epoll_create1(EPOLL_CLOEXEC)),
        buffer_(1U << 18, '\0') {}

  /// Connects all, at most 200 at a time.
  void connect(std::chrono::seconds patience) {
    std::size_t begun = 0;
    auto deadline = steady::now() + patience;
    while (ready_ < subscribers_.size() && steady::now() < deadline) {
      while (begun < subscribers_.size() && begun - ready_ < 200) begin(begun++);
      turn(10);
    }
    if (ready_ < subscribers_.size())
      give_up(fmt::format("only {} of {} subscribers are ready", ready_, subscribers_.size()));
  }

  /// Ends all connections, as if they had never been; `connect` makes them anew.
  void hang_up() {
    for (auto& s : subscribers_) s = {};
    replies_.clear();
    ready_ = 0;
  }

  /// Counts messages that contain `identifier` from now on.
  void expect(const std::string& identifier) {
    expected_ = identifier;
    received_ = 0;
    for (auto& s : subscribers_) s.received = false;
  }
  [[nodiscard]] std::size_t received() const { return received_; }
  [[nodiscard]] std::size_t repeated() const { return repeated_; }
  [[nodiscard]] std::size_t message_octets() const { return message_octets_; }
  [[nodiscard]] std::size_t failures() const { return failures_; }
  [[nodiscard]] const std::string& first_failure() const { return first_failure_; }
  [[nodiscard]] steady::time_point first() const { return first_; }
  [[nodiscard]] steady::time_point last() const { return last_; }

  /// Takes what comes, for that long or until all have the message that is expected.
  void listen(std::chrono::milliseconds patience, bool until_all) {
    auto deadline = steady::now() + patience;
    while (steady::now() < deadline && !(until_all && received_ == subscribers_.size())) turn(5);
  }

private:
  struct subscriber {
    descriptor socket;
    std::string rest; ///< A message of which the end is still to come.
    bool connected = false;
    bool ready = false;
    bool received = false;
  };

  void begin(std::size_t n) {
    // Each source address has ports of its own, and a server may limit what comes from one.
    subscribers_[n].socket = begin_connect(port_, static_cast<unsigned>(n / 5000 % 250) + 2);
    epoll_event event{};
    event.events = EPOLLOUT;
    event.data.u64 = n;
    ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, subscribers_[n].socket.get(), &event);
  }

  void turn(int wait_ms) {
    epoll_event events[256];
    int n = ::epoll_wait(poll_.get(), events, 256, replies_.empty() ? wait_ms : 0);
    if (n <= 0) return reply_to_some();
    for (int i = 0; i < n; ++i) {
      auto& s = subscribers_[events[i].data.u64];
      if (!s.connected)
        greet(s, events[i].data.u64);
      else
        read(s);
    }
  }

  /// Subscribers on machines of their own would not keep each other from reading: replies wait
  /// while anything can be read.
  void reply_to_some() {
    for (int i = 0; i < 16 && !replies_.empty(); ++i) {
      send(*replies_.front().from, replies_.front().text);
      replies_.pop_front();
    }
  }

  void greet(subscriber& s, std::size_t n) {
    s.connected = true;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = n;
    ::epoll_ctl(poll_.get(), EPOLL_CTL_MOD, s.socket.get(), &event);
    send(s, protocol_.hello(n));
  }

  void send(subscriber& s, std::string_view data) {
    auto n = ::send(s.socket.get(), data.data(), data.size(), MSG_NOSIGNAL);
    if (n != static_cast<ssize_t>(data.size())) fail(s, "could not send to the server");
  }

  void read(subscriber& s) {
    auto n = ::recv(s.socket.get(), buffer_.data(), buffer_.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) return fail(s, "the server ended the connection");
    std::string_view in(buffer_.data(), static_cast<std::size_t>(n));
    if (!s.rest.empty()) {
      s.rest.append(in);
      in = s.rest;
    }
    current_ = &s;
    auto taken = protocol_.take(in, s.ready, arrivals_);
    s.rest = std::string(in.substr(std::min(taken, in.size())));
  }

  void count(std::string_view message) {
    if (expected_.empty() || message.find(expected_) == std::string_view::npos) return;
    if (std::exchange(current_->received, true)) {
      ++repeated_;
      return;
    }
    last_ = steady::now();
    if (received_++ == 0) first_ = last_;
    message_octets_ = message.size();
  }

  void fail(subscriber& s, const std::string& why) {
    ++failures_;
    if (first_failure_.empty()) first_failure_ = why;
    ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, s.socket.get(), nullptr);
    if (failures_ > 100) give_up("more than 100 connections failed, the first: " + first_failure_);
  }

  std::uint16_t port_;
  const subscriber_protocol& protocol_;
  std::vector<subscriber> subscribers_;
  descriptor poll_;
  std::string buffer_;
  subscriber* current_ = nullptr;
  arrivals arrivals_{[this](std::string_view message) { count(message); },
                     [this] {
                       if (!std::exchange(current_->ready, true)) ++ready_;
                     },
                     [this](std::string_view data) {
                       replies_.push_back({current_, std::string(data)});
                     },
                     [this](const std::string& why) { fail(*current_, why); }};
  struct reply {
    subscriber* from;
    std::string text;
  };
  std::deque<reply> replies_;
  std::size_t ready_ = 0;
  std::string expected_;
  std::size_t received_ = 0;
  std::size_t repeated_ = 0;
  std::size_t message_octets_ = 0;
  std::size_t failures_ = 0;
  std::string first_failure_;
  steady::time_point first_;
  steady::time_point last_;
};

} // namespace loa::bench
