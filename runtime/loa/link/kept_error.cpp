#include <loa/link/kept_error.hpp>

namespace loa::link {

kept_error kept_error::of(const error& e) {
  kept_error kept{static_cast<std::uint64_t>(e.code), e.detail, {}};
  if (kept.detail.size() > max_text) {
    auto end = max_text;
    // In UTF-8 (RFC 3629) the bytes after the first of a character begin with the bits 10.
    while (end > 0 && (static_cast<unsigned char>(kept.detail[end]) & 0xc0) == 0x80) --end;
    kept.detail.resize(end);
  }
  if (e.pointer.size() <= max_text) kept.pointer = e.pointer;
  return kept;
}

error kept_error::to_error() const {
  const bool known = code >= 1 && code <= static_cast<std::uint64_t>(errc::internal);
  return {known ? static_cast<errc>(code) : errc::internal, detail, pointer};
}

} // namespace loa::link
