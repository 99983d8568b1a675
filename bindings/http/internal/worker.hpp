#pragma once

#include <bindings/http/internal/accepted_socket.hpp>
#include <bindings/http/internal/connection.hpp>
#include <bindings/http/internal/gateway.hpp>
#include <bindings/http/internal/ready_frames.hpp>
#include <bindings/http/internal/token_watch.hpp>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace loa::http {

/// One I/O thread with its connections. Nothing of a connection is touched by another thread: they
/// leave what they have in the mailbox.
class worker {
public:
  worker(gateway& shared, std::size_t index);
  ~worker();
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;

  void start();
  /// Ends the thread; connections that are left are cut off.
  void stop();

  // From any thread.
  [[nodiscard]] gateway& shared() noexcept { return shared_; }
  [[nodiscard]] const server_limits& limits() const noexcept { return shared_.options.limits; }
  [[nodiscard]] mailbox& box() noexcept { return *mailbox_; }
  [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }
  /// The worker whose thread this is; null on other threads.
  [[nodiscard]] static worker* current() noexcept;

  // On its own thread.
  /// Serves a client from now on.
  void adopt(accepted_socket accepted);
  /// Calls `f` with the connection, if it is still there, and removes it if that was its end.
  template <class F>
  void with(connection_id id, F f) {
    auto* c = find(id);
    if (!c) return;
    f(*c);
    c->settle();
    if (c->ended()) remove(id);
  }
  /// Calls `f` with every connection.
  template <class F>
  void with_all(F f) {
    // By index: places may be added meanwhile. NOLINTNEXTLINE(modernize-loop-convert)
    for (std::size_t i = 0; i < places_.size(); ++i)
      if (places_[i].here) with(places_[i].here->id(), f);
  }
  void set_deadline(connection_id id, steady_time t);
  void read_later(connection_id id);
  [[nodiscard]] steady_time now() const { return std::chrono::steady_clock::now(); }
  /// Where all connections of this thread read into.
  [[nodiscard]] std::array<char, 64U << 10>& buffer() noexcept { return buffer_; }
  [[nodiscard]] ready_frames& frames() noexcept { return frames_; }
  [[nodiscard]] token_watch& tokens() noexcept { return tokens_; }
  /// The present time as HTTP writes it (IMF-fixdate), made once per second.
  [[nodiscard]] const std::string& date();

private:
  using event_descriptor =
      boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;
  struct place {
    std::unique_ptr<connection> here;
    std::uint32_t generation = 0;
    steady_time deadline = steady_time::max();
    std::uint64_t last_delivery = 0; ///< The number of the last one seen for it.
  };

  [[nodiscard]] connection* find(connection_id id) noexcept;
  void remove(connection_id id);
  void run();
  void wait_for_mail();
  void drain_mailbox();
  void answer_all();
  void deliver_some();
  void deliver_together();
  void sweep();
  void end_with_their_tokens();

  gateway& shared_;
  const std::size_t index_;
  std::shared_ptr<mailbox> mailbox_;
  /// Another one in each process: entities remember the connections of an earlier one.
  const std::uint32_t first_generation_;
  boost::asio::io_context context_{1};
  event_descriptor mail_; // the mailbox's
  boost::asio::steady_timer sweeper_{context_};
  token_watch tokens_; // outlives the connections
  std::vector<place> places_;
  std::vector<std::uint32_t> free_;
  mailbox::batch batch_;
  std::vector<mailbox::delivery> deliveries_;
  std::size_t delivered_ = 0;        // of deliveries_
  std::uint64_t first_of_batch_ = 1; // the number of the first of deliveries_
  ready_frames frames_;
  std::string date_;
  std::int64_t date_second_ = 0;
  std::array<char, 64U << 10> buffer_{};
  std::thread thread_;
};

} // namespace loa::http
