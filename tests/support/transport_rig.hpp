#pragma once

#include <loa/net/transport.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

// What tests of transports have in common: somebody who notes what he is told, and waits for it.
namespace loa::test {

/// A test that waits this long has failed; the machine may be busy.
inline constexpr auto patience = std::chrono::seconds(30);

/// What a transport told so far.
struct told {
  std::vector<net::line_id> accepted;
  std::vector<net::line_id> connected;
  std::vector<std::pair<net::line_id, bytes>> received;
  std::vector<std::pair<net::line_id, std::string>> closed;
  std::vector<instant> times;
  std::set<std::thread::id> threads;

  [[nodiscard]] bytes all_received() const {
    bytes all;
    for (const auto& [line, chunk] : received) all += chunk;
    return all;
  }
};

/// A transport with its user. What the user does when he is told something can be given before
/// start().
class transport_end final : public net::transport_events {
public:
  explicit transport_end(std::unique_ptr<net::transport> t) : transport_(std::move(t)) {}
  transport_end(const transport_end&) = delete;
  transport_end& operator=(const transport_end&) = delete;
  ~transport_end() override { transport_->stop(); }

  std::function<void(net::line_id)> then_accepted, then_connected;
  std::function<void(net::line_id, const bytes&)> then_received;
  std::function<void(net::line_id)> then_closed;

  net::transport& operator*() const { return *transport_; }
  net::transport* operator->() const { return transport_.get(); }

  void start() {
    const auto begun = transport_->start(*this);
    if (!begun) FAIL(begun.error().to_string());
  }

  /// Does something on the transport's thread and waits until it is done.
  template <class F>
  auto there(F what) -> decltype(what()) {
    auto done = std::make_shared<std::promise<decltype(what())>>();
    auto result = done->get_future();
    transport_->run([done, what] {
      if constexpr (std::is_void_v<decltype(what())>) {
        what();
        done->set_value();
      } else {
        done->set_value(what());
      }
    });
    REQUIRE(result.wait_for(patience) == std::future_status::ready);
    return result.get();
  }
  net::line_id connect(const std::string& to) {
    return there([this, to] { return transport_->connect(to); });
  }
  void send(net::line_id line, bytes chunk) {
    there([this, line, chunk] { transport_->send(line, chunk); });
  }
  void close(net::line_id line) {
    there([this, line] { transport_->close(line); });
  }

  template <class F>
  [[nodiscard]] bool comes(F what) {
    std::unique_lock lock(mutex_);
    return news_.wait_for(lock, patience, [&] { return what(std::as_const(told_)); });
  }
  [[nodiscard]] told all() const {
    std::lock_guard lock(mutex_);
    return told_;
  }

  void on_accepted(net::line_id line) override {
    note([&](told& t) { t.accepted.push_back(line); });
    if (then_accepted) then_accepted(line);
  }
  void on_connected(net::line_id line) override {
    note([&](told& t) { t.connected.push_back(line); });
    if (then_connected) then_connected(line);
  }
  void on_received(net::line_id line, bytes chunk) override {
    note([&](told& t) { t.received.emplace_back(line, chunk); });
    if (then_received) then_received(line, chunk);
  }
  void on_closed(net::line_id line, const std::string& why) override {
    note([&](told& t) { t.closed.emplace_back(line, why); });
    if (then_closed) then_closed(line);
  }
  void on_time() override {
    note([&](told& t) { t.times.push_back(transport_->now()); });
  }

private:
  template <class F>
  void note(F what) {
    std::lock_guard lock(mutex_);
    what(told_);
    told_.threads.insert(std::this_thread::get_id());
    news_.notify_all();
  }

  std::unique_ptr<net::transport> transport_;
  mutable std::mutex mutex_;
  std::condition_variable news_;
  told told_;
};

} // namespace loa::test
