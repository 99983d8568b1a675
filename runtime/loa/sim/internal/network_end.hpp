#pragma once

#include <loa/net/transport.hpp>
#include <loa/sim/machine.hpp>
#include <loa/sim/network.hpp>

#include <deque>
#include <map>

namespace loa::sim {

/// The transport of one process: an event loop whose thread is a row of events in virtual time.
class network_end final : public net::transport {
public:
  network_end(network& of, machine& at, std::string address, const clock& monotonic,
              std::uint64_t plug)
      : of_(of),
        at_(at),
        host_(at.name()),
        address_(std::move(address)),
        monotonic_(monotonic),
        plug_(plug) {}
  ~network_end() override;

  // net::transport
  [[nodiscard]] result<void> start(net::transport_events& events) override;
  void stop() override;
  [[nodiscard]] std::uint16_t port() const override { return 0; }
  [[nodiscard]] net::line_id connect(std::string_view address) override;
  void send(net::line_id line, bytes chunk) override;
  void close(net::line_id line) override;
  void run(std::function<void()> task) override;
  void wake_at(instant at) override;
  [[nodiscard]] instant now() const override { return monotonic_.now(); }

  [[nodiscard]] const std::string& host() const noexcept { return host_; }
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  [[nodiscard]] std::uint64_t plug() const noexcept { return plug_; }
  /// Nothing goes out any more.
  void die() noexcept { dead_ = true; }
  [[nodiscard]] bool dead() const noexcept { return dead_; }
  /// Its next task at once; false if there is none.
  bool hurry();

  // What the network tells it, in this order.
  [[nodiscard]] net::line_id next_line() noexcept { return ++last_; }
  /// The network's line behind one of ours.
  void know(net::line_id line, std::uint64_t number, int side) { lines_[line] = {number, side}; }
  void accepted(net::line_id line);
  void connected(net::line_id line);
  void received(net::line_id line, bytes chunk);
  void closed(net::line_id line, std::string why);

private:
  struct place {
    std::uint64_t number = 0;
    int side = 0;
  };

  void take_next();
  void arm();

  network& of_;
  machine& at_;
  std::string host_;
  std::string address_;
  const clock& monotonic_;
  std::uint64_t plug_;
  net::transport_events* events_ = nullptr;
  net::line_id last_ = 0;
  std::map<net::line_id, place> lines_; ///< Those that the owner holds open.
  std::deque<std::function<void()>> tasks_;
  bool coming_ = false; ///< The next task has its time.
  std::optional<instant> alarm_;
  std::optional<instant> armed_;
  bool dead_ = false;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);
};

} // namespace loa::sim
