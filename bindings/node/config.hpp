#pragma once

#include <bindings/http/options.hpp>
#include <bindings/node/log.hpp>
#include <bindings/node/units_of_measure.hpp>
#include <loa/base/bytes.hpp>
#include <loa/protocol/report_clocks.hpp>
#include <loa/wire/described.hpp>

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
  std::uint64_t citizens_per_unit = 4'000'000;          ///< Who follow it, connected and away.
  std::uint64_t journal_size = std::uint64_t{64} << 30; ///< Octets the journal may ever take.
  duration idle = std::chrono::minutes(1); ///< After it an entity nobody spoke to sleeps.
};

/// What a call over HTTP gets for a unit that lives on another node.
enum class elsewhere : std::uint8_t {
  forward, ///< The other node's answer.
  redirect ///< Where to go.
};

/// A node's place in a cluster.
struct cluster_config {
  std::string name; ///< Of the cluster.
  endpoint listen;  ///< Where other nodes call it.
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::filesystem::path authority;
  std::filesystem::path placement; ///< A signed document.
  elsewhere calls = elsewhere::forward;
};

struct config {
  std::string name;
  std::filesystem::path data;
  /// The file with the units. In a cluster it is a signed document, and not the last word: see
  /// document_files.hpp.
  std::filesystem::path hierarchy;
  std::optional<cluster_config> cluster; ///< Nothing: the node stands alone.
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

template <>
inline constexpr auto loa::wire::enum_names<loa::host::elsewhere> =
    std::to_array<std::pair<loa::host::elsewhere, std::string_view>>(
        {{loa::host::elsewhere::forward, "forward"}, {loa::host::elsewhere::redirect, "redirect"}});
