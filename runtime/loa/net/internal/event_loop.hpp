#pragma once

#include <loa/base/result.hpp>
#include <loa/base/time.hpp>

#include <functional>
#include <memory>

namespace caf::io::network {
class default_multiplexer;
} // namespace caf::io::network

namespace loa::net {

/// One thread that runs the multiplexer of CAF's middleman, with tasks and a timer. What happens on
/// descriptors comes through watch.hpp.
///
/// The multiplexer is used without the middleman around it: brokers and their scribes tell no
/// reasons, know no time, and let the thread end only when the last of them is gone, however long
/// that takes. This thread ends when it is told to.
class event_loop {
public:
  /// Whom it works for; called on the loop's thread.
  class host {
  public:
    /// The instant asked for with wake_by() is there.
    virtual void on_timer() = 0;
    /// stop() was called, which returns after end(); called once.
    virtual void on_stop() = 0;

  protected:
    ~host() = default;
  };

  explicit event_loop(host& works_for);
  event_loop(const event_loop&) = delete;
  event_loop& operator=(const event_loop&) = delete;
  /// Stops.
  ~event_loop();

  /// Begins the thread with `first`. Fails if the system gives no thread or descriptors.
  [[nodiscard]] result<void> start(std::function<void()> first);
  /// Drops the tasks that did not run yet and returns when the thread has ended. Any thread but its
  /// own; harmless when repeated, also at the same time.
  void stop();
  /// Runs a task on the loop's thread, in the order of the calls from one thread, also of those
  /// before start(). Any thread.
  void run(std::function<void()> task);

  // -- the rest is for the loop's own thread --

  /// Runs a task when what is being handled now is over, so that nobody is called back from within
  /// a call of his own.
  void defer(std::function<void()> task);
  /// on_timer() follows at this instant of `now()` or soon after. The earliest one asked for
  /// counts; on_timer() forgets it.
  void wake_by(instant at);
  /// Keeps something alive until nothing on the stack or in the multiplexer refers to it.
  void bury(std::shared_ptr<void> dead);
  /// Ends the thread after what is being handled now.
  void end();

  [[nodiscard]] caf::io::network::default_multiplexer& multiplexer() noexcept;
  [[nodiscard]] static instant now();

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

} // namespace loa::net
