#pragma once

#include <bindings/http/options.hpp>
#include <bindings/node/log.hpp>
#include <bindings/node/units_of_measure.hpp>
#include <loa/base/bytes.hpp>
#include <loa/protocol/report_clocks.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// \file
/// A node's config: one JSON file, comments allowed. docs/operating.md explains every key.
namespace loa::host {

/// Where a node listens: an address literal or "localhost", and a port.
struct endpoint {
  std::string address;
  std::uint16_t port = 0;

  /// Reads "127.0.0.1:8135", "[::1]:8135" or "localhost:8135"; port 0 lets the system choose.
  [[nodiscard]] static result<endpoint> parse(std::string_view text);
  [[nodiscard]] std::string str() const;
  [[nodiscard]] bool loopback() const;
  bool operator==(const endpoint&) const = default;
};

struct limits_config {
  std::uint64_t threads = 0;                            ///< That run entities; 0: one per core.
  std::uint64_t waking = 256;                           ///< Entities that load at the same time.
  std::uint64_t asks = 65'536;                          ///< Commands from outside under way.
  std::uint64_t journal_size = std::uint64_t{64} << 30; ///< Octets the journal may ever take.
  duration idle = std::chrono::minutes(1); ///< After it an entity nobody spoke to sleeps.
};

struct config {
  std::string name;
  std::filesystem::path data;
  std::filesystem::path hierarchy;
  http::server_options http; ///< Holds what "citizens", "reports" and "alerts" say of clients, too.
  duration forget_after =
      std::chrono::days(90); ///< A citizen's slot nobody came back to is given up.
  report::clocks clocks;
  duration retention = std::chrono::days(90); ///< Of a bulletin's own figures after it expired.
  limits_config limits;
  log_options log;
};

/// A config, or every mistake in it. Each mistake carries its JSON pointer.
struct checked_config {
  std::optional<config> value;
  std::vector<error> mistakes;
  std::vector<std::string> warnings; ///< What is allowed and still unwise.
};

/// Checks a config's text; paths in it are relative to `base`. Looks at the files that it names and
/// changes nothing.
[[nodiscard]] checked_config parse_config(bytes_view text, const std::filesystem::path& base);

/// Reads and checks a config file, at most 1 MiB.
[[nodiscard]] checked_config read_config(const std::filesystem::path& file);

/// Reads a whole file of at most `most` octets. The error names the file and the reason.
[[nodiscard]] result<bytes> read_file(const std::filesystem::path& file, std::size_t most);

} // namespace loa::host
