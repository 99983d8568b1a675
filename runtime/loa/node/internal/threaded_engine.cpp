#include <loa/node/internal/engine.hpp>
#include <loa/node/internal/yielding_threads.hpp>

#include <algorithm>
#include <thread>

namespace loa::node {

namespace {

class threads final : public engine {
public:
  explicit threads(std::size_t most)
      : most_(most != 0 ? most : std::max<std::size_t>(1, std::thread::hardware_concurrency())) {}

  void configure(caf::actor_system_config& config) override {
    config.add_thread_hook<yielding_threads>();
    config.set("scheduler.policy", caf::atom("stealing"));
    config.set("scheduler.max-threads", most_);
    // A busy unit must not keep a core from the thousands who wait behind it.
    config.set("scheduler.max-throughput", std::size_t{50});
    // A sleeping worker is not told of work that another one makes, so it must look often, and
    // looking takes time from those who work. After work it looks every 50 µs for 5 ms, which spans
    // a commit; then a message waits for 1 ms at worst, and an idle node takes 2 % of a core.
    config.set("work-stealing.moderate-poll-attempts", std::size_t{100});
    config.set("work-stealing.moderate-sleep-duration",
               caf::timespan(std::chrono::microseconds(50)));
    config.set("work-stealing.relaxed-sleep-duration", caf::timespan(std::chrono::milliseconds(1)));
  }

  void begin(caf::actor_system&) override {}

  bool work_until(const std::function<bool()>& done, duration patience) override {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  void end() override {}

private:
  std::size_t most_;
};

} // namespace

std::unique_ptr<engine> threaded_engine(std::size_t most) {
  return std::make_unique<threads>(most);
}

} // namespace loa::node
