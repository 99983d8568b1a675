#include <loa/node/internal/engine.hpp>
#include <loa/node/internal/waking_policy.hpp>
#include <loa/node/internal/yielding_threads.hpp>

#include <caf/scheduler/coordinator.hpp>

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
    config.load<caf::scheduler::coordinator<waking_policy>>();
    config.set("scheduler.max-threads", most_);
    // A busy unit must not keep a core from the thousands who wait behind it.
    config.set("scheduler.max-throughput", std::size_t{50});
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
