#pragma once

#include <loa/base/result.hpp>

#include <optional>
#include <string>
#include <string_view>

/// \file
/// As much of XMPP's framing (RFC 6120, chapter 4) as a measuring client needs: the elements of a
/// stream one by one, as texts.
namespace loa::bench {

struct xmpp_stanza {
  std::string_view
      text; ///< A whole element below the stream, or the stream's own start or end tag.
  std::size_t octets = 0; ///< With what stands before it.
  [[nodiscard]] bool is(std::string_view element) const;
  /// An attribute's value as it stands there; empty if there is none.
  [[nodiscard]] std::string_view attribute(std::string_view name) const;
  /// What stands in the first element of that name; empty if there is none.
  [[nodiscard]] std::string_view inside(std::string_view element) const;
};

/// The first in `in`; nothing until it is whole. Errors: what is no element, and what is longer
/// than anybody sends here.
[[nodiscard]] result<std::optional<xmpp_stanza>> first_stanza(std::string_view in);

} // namespace loa::bench
