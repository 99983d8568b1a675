#pragma once

#include <loa/base/result.hpp>

#include <string>
#include <string_view>

namespace loa::net {

/// True for the name of a cluster or of a node: 1 to 64 of [a-z0-9-].
[[nodiscard]] bool is_node_name(std::string_view text) noexcept;

/// Which node of which cluster.
struct node_id {
  std::string cluster;
  std::string node;

  /// Reads "loa:CLUSTER/NODE", the form in a certificate's subjectAltName (RFC 5280, section
  /// 4.2.1.6).
  [[nodiscard]] static result<node_id> parse_uri(std::string_view uri);
  /// Writes it.
  [[nodiscard]] std::string to_uri() const;
  /// True if both names keep to the rule of is_node_name().
  [[nodiscard]] bool valid() const noexcept;

  bool operator==(const node_id&) const = default;
};

} // namespace loa::net
