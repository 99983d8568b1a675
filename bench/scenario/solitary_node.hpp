#pragma once

#include <bench/harness/conductor.hpp>
#include <bench/harness/server_process.hpp>

#include <optional>

namespace loa::bench {

/// A node in a process of its own that can be killed and started again on the same data.
class solitary_node {
public:
  /// `more` is what its config has beside the usual, as `, "reports": {…}`; may be empty.
  [[nodiscard]] static result<solitary_node> prepare(conductor& c, const std::string& hierarchy,
                                                     const std::string& more);

  /// Starts it and waits until it serves.
  [[nodiscard]] result<void> start(conductor& c);
  /// kill -9.
  void kill();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int process() const { return process_ ? process_->id() : -1; }
  /// Of a dispatcher of the whole hierarchy.
  [[nodiscard]] const std::string& token() const { return token_; }
  [[nodiscard]] const std::string& root() const { return root_; }
  [[nodiscard]] const std::vector<std::string>& lowest() const { return lowest_; }
  /// A figure of its page of metrics, 0 where there is none of that name.
  [[nodiscard]] result<double> metric(std::string_view name) const;

private:
  std::filesystem::path config_;
  std::filesystem::path log_;
  std::uint16_t port_ = 0;
  std::string token_;
  std::string root_;
  std::vector<std::string> lowest_;
  std::optional<server_process> process_;
};

} // namespace loa::bench
