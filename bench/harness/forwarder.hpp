#pragma once

#include <loa/base/result.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace loa::bench {

/// The line between nodes: takes connections on ports of 127.0.0.1 and passes octets on to other
/// ports, both ways, until it is cut. A line that is cut passes nothing and says nothing, as a
/// cable does; what was under way comes when it is whole again. Its thread is its own.
class forwarder {
public:
  struct way {
    std::uint16_t from = 0; ///< Who connects here...
    std::uint16_t to = 0;   ///< ... is connected to this port.
  };
  [[nodiscard]] static result<std::unique_ptr<forwarder>> open(const std::vector<way>& ways);
  ~forwarder();

  void cut() { whole_ = false; }
  void mend() { whole_ = true; }

private:
  class loop;
  explicit forwarder(std::unique_ptr<loop> l);

  std::atomic<bool> whole_{true};
  std::atomic<bool> ended_{false};
  std::unique_ptr<loop> loop_;
  std::thread thread_;
};

} // namespace loa::bench
