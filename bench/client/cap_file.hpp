#pragma once

#include <loa/base/time.hpp>

#include <string>
#include <string_view>

namespace loa::bench {

/// Replaces what stands in all elements of that name.
inline void set_element(std::string& xml, std::string_view element, std::string_view value) {
  auto open = "<" + std::string(element) + ">";
  auto close = "</" + std::string(element) + ">";
  for (std::size_t at = 0; (at = xml.find(open, at)) != std::string::npos;) {
    at += open.size();
    auto end = xml.find(close, at);
    if (end == std::string::npos) return;
    xml.replace(at, end - at, value);
  }
}

/// The same alert as if it were issued now under another identifier, for an hour.
[[nodiscard]] inline std::string reissued(std::string xml, std::string_view identifier) {
  auto now = std::chrono::floor<std::chrono::seconds>(system_clock().now());
  auto text = [](instant t) { return format_rfc3339(t); };
  set_element(xml, "identifier", identifier);
  for (auto element : {"sent", "effective", "onset"}) set_element(xml, element, text(now));
  set_element(xml, "expires", text(now + std::chrono::hours(1)));
  return xml;
}

} // namespace loa::bench
