#include <loa/base/error.hpp>

namespace loa {

std::string_view to_string(errc code) noexcept {
  switch (code) {
  case errc::malformed:
    return "malformed";
  case errc::unauthenticated:
    return "unauthenticated";
  case errc::forbidden:
    return "forbidden";
  case errc::not_found:
    return "not_found";
  case errc::conflict:
    return "conflict";
  case errc::too_large:
    return "too_large";
  case errc::unsupported:
    return "unsupported";
  case errc::rule:
    return "rule";
  case errc::too_many:
    return "too_many";
  case errc::unavailable:
    return "unavailable";
  case errc::timeout:
    return "timeout";
  case errc::storage_full:
    return "storage_full";
  case errc::storage:
    return "storage";
  case errc::corrupt:
    return "corrupt";
  case errc::version:
    return "version";
  case errc::internal:
    return "internal";
  }
  return "unknown";
}

std::string error::to_string() const {
  return pointer.empty() ? detail : detail + " (at " + pointer + ")";
}

} // namespace loa
