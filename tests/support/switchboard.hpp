#pragma once

#include <loa/net/transport.hpp>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

// Transports of several nodes in one process, each with a thread of its own, whose lines a test
// cuts.
namespace loa::test {

class switchboard {
public:
  class end;

  /// A transport that others call by this address.
  std::unique_ptr<net::transport> plug_in(const std::string& address);

  /// From now on no line between the two comes through; those that are open break.
  void cut(const std::string& a, const std::string& b);
  void mend(const std::string& a, const std::string& b);
  /// Octets that went from one to the other so far.
  std::uint64_t carried(const std::string& from, const std::string& to);

private:
  struct line {
    std::string caller, called;
    net::line_id at_caller = 0, at_called = 0;
    bool open = true;
  };
  using line_ptr = std::shared_ptr<line>;

  bool is_cut(const std::string& a, const std::string& b) {
    return cuts_.contains({std::min(a, b), std::max(a, b)});
  }

  std::mutex mutex_;
  std::map<std::string, end*> ends_;
  std::map<std::pair<std::string, std::string>, bool> cuts_;
  std::vector<line_ptr> lines_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> carried_;
};

class switchboard::end final : public net::transport {
public:
  end(switchboard& board, std::string address) : board_(board), address_(std::move(address)) {}
  ~end() override { stop(); }

  result<void> start(net::transport_events& events) override {
    events_ = &events;
    {
      std::lock_guard lock(board_.mutex_);
      board_.ends_[address_] = this;
    }
    thread_ = std::thread([this] { loop(); });
    return {};
  }

  void stop() override {
    if (!thread_.joinable()) return;
    run([this] { ending_ = true; });
    thread_.join();
    std::lock_guard lock(board_.mutex_);
    board_.ends_.erase(address_);
    for (auto& l : board_.lines_)
      if (l->open && (l->caller == address_ || l->called == address_)) hang_up(*l, "It stopped.");
  }

  std::uint16_t port() const override { return 0; }

  net::line_id connect(std::string_view address) override {
    const auto id = ++last_;
    std::lock_guard lock(board_.mutex_);
    const std::string to(address);
    const auto there = board_.ends_.find(to);
    if (there == board_.ends_.end() || board_.is_cut(address_, to)) {
      lines_[id] = nullptr;
      run([this, id] {
        if (lines_.erase(id) > 0) events_->on_closed(id, "Nobody answers.");
      });
      return id;
    }
    auto l = std::make_shared<line>();
    *l = {address_, to, id, ++there->second->last_, true};
    board_.lines_.push_back(l);
    lines_[id] = l;
    there->second->run([e = there->second, l] {
      e->lines_[l->at_called] = l;
      e->events_->on_accepted(l->at_called);
    });
    run([this, id] {
      if (lines_.contains(id)) events_->on_connected(id);
    });
    return id;
  }

  void send(net::line_id id, bytes chunk) override {
    const auto found = lines_.find(id);
    if (found == lines_.end() || !found->second) return;
    const auto l = found->second;
    std::lock_guard lock(board_.mutex_);
    if (!l->open) return;
    const bool calls = l->caller == address_ && l->at_caller == id;
    board_.carried_[{address_, calls ? l->called : l->caller}] += chunk.size();
    auto* there = board_.ends_.at(calls ? l->called : l->caller);
    there->run([there, at = calls ? l->at_called : l->at_caller, chunk = std::move(chunk)] {
      if (there->lines_.contains(at)) there->events_->on_received(at, chunk);
    });
  }

  void close(net::line_id id) override {
    const auto found = lines_.find(id);
    if (found == lines_.end()) return;
    const auto l = found->second;
    lines_.erase(found);
    std::lock_guard lock(board_.mutex_);
    if (l && l->open) hang_up(*l, "The other side closed it.");
  }

  void run(std::function<void()> task) override {
    std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    wake_.notify_one();
  }
  void wake_at(instant at) override { alarm_ = at; }
  instant now() const override {
    return instant(
        std::chrono::duration_cast<duration>(std::chrono::steady_clock::now().time_since_epoch()));
  }

private:
  friend class switchboard;

  /// With the board locked.
  void hang_up(line& l, const std::string& why) {
    l.open = false;
    for (const auto& [address, at] :
         {std::pair{l.caller, l.at_caller}, std::pair{l.called, l.at_called}}) {
      const auto there = board_.ends_.find(address);
      if (there == board_.ends_.end()) continue;
      there->second->run([e = there->second, at, why] {
        if (e->lines_.erase(at) > 0) e->events_->on_closed(at, why);
      });
    }
  }

  void loop() {
    while (!ending_) {
      std::function<void()> task;
      {
        std::unique_lock lock(mutex_);
        const auto ready = [&] { return !tasks_.empty(); };
        if (alarm_)
          wake_.wait_for(lock, std::max(*alarm_ - now(), duration(0)), ready);
        else
          wake_.wait(lock, ready);
        if (ready()) {
          task = std::move(tasks_.front());
          tasks_.pop_front();
        }
      }
      if (task)
        task();
      else if (alarm_ && *alarm_ <= now()) {
        alarm_.reset();
        events_->on_time();
      }
    }
  }

  switchboard& board_;
  std::string address_;
  net::transport_events* events_ = nullptr;
  std::atomic<net::line_id> last_{0};
  std::map<net::line_id, line_ptr> lines_; // the thread's own, and its callers'
  std::optional<instant> alarm_;
  bool ending_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  std::thread thread_;
};

inline std::unique_ptr<net::transport> switchboard::plug_in(const std::string& address) {
  return std::make_unique<end>(*this, address);
}

inline void switchboard::cut(const std::string& a, const std::string& b) {
  std::lock_guard lock(mutex_);
  cuts_[{std::min(a, b), std::max(a, b)}] = true;
  for (auto& l : lines_)
    if (l->open && ((l->caller == a && l->called == b) || (l->caller == b && l->called == a)))
      ends_.begin()->second->hang_up(*l, "The line was cut.");
}

inline void switchboard::mend(const std::string& a, const std::string& b) {
  std::lock_guard lock(mutex_);
  cuts_.erase({std::min(a, b), std::max(a, b)});
}

inline std::uint64_t switchboard::carried(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  return carried_[{from, to}];
}

} // namespace loa::test
