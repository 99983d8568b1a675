#pragma once

#include <bench/harness/conductor.hpp>
#include <bench/peers/server.hpp>

#include <functional>
#include <memory>
#include <string>

namespace loa::bench {

/// Measures a server that runs. All messages carry `mark`, which no other repetition has.
using server_measurement = std::function<result<repetition>(
    const running_server& s, const std::string& mark, const std::function<bool()>& stopped)>;

/// A kind of server as a contender: each repetition has a fresh one.
class server_contender final : public contender {
public:
  server_contender(std::unique_ptr<server_kind> kind, const message_shape& shape,
                   server_measurement one)
      : kind_(std::move(kind)),
        shape_(shape),
        one_(std::move(one)) {}
  [[nodiscard]] std::string name() const override { return kind_->name(); }
  [[nodiscard]] result<std::string> version() override { return kind_->version(); }
  [[nodiscard]] std::vector<setting> settings() const override { return kind_->settings(); }
  [[nodiscard]] result<repetition> measure(std::size_t number, conductor& c) override;

private:
  std::unique_ptr<server_kind> kind_;
  message_shape shape_;
  server_measurement one_;
};

} // namespace loa::bench
