#include <loa/net/internal/octets.hpp>
#include <loa/net/session_ending.hpp>

#include <algorithm>
#include <array>

namespace loa::net {

namespace {

constexpr std::array<std::string_view, last_farewell_reason> reasons{
    "stopping", "replaced", "idle", "distrusted", "silent", "shut_out", "other"};
constexpr std::array<std::string_view, 9> ends{"refused",       "was_refused",    "seems_refused",
                                               "too_slow",      "silent",         "distrusted",
                                               "said_farewell", "heard_farewell", "line_lost"};

/// The beginning of a text that is no longer than that and ends with a whole character of UTF-8.
std::string_view beginning(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most);
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

} // namespace

std::string_view to_string(farewell_reason r) noexcept {
  const auto i = static_cast<std::size_t>(r);
  return i >= 1 && i <= reasons.size() ? reasons[i - 1] : reasons.back();
}

std::string_view to_string(session_end e) noexcept {
  const auto i = static_cast<std::size_t>(e);
  return i < ends.size() ? ends[i] : ends.back();
}

bytes write_farewell(const farewell& f) {
  return octet_writer()
      .number(static_cast<std::uint64_t>(f.reason), 1)
      .raw(beginning(f.detail, farewell::most_detail_octets))
      .take();
}

result<farewell> read_farewell(bytes_view octets) {
  if (octets.empty() || octets.size() > 1 + farewell::most_detail_octets)
    return error{errc::malformed, "A farewell that cannot be read.", {}};
  farewell f;
  const auto number = static_cast<std::uint8_t>(octets.front());
  if (number >= 1 && number <= last_farewell_reason)
    f.reason = static_cast<farewell_reason>(number);
  f.detail = octets.substr(1);
  std::ranges::replace_if(f.detail, is_control, '?');
  return f;
}

} // namespace loa::net
