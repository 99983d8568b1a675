#include <loa/store/entity_log.hpp>
#include <loa/store/internal/seal.hpp>

#include <fmt/format.h>
#include <zlib.h>

#include <cstring>

namespace loa::store {

namespace {

std::uint32_t checksum(table where, bytes_view key, bytes_view value) noexcept {
  const auto add = [](uLong crc, bytes_view data) {
    return crc32_z(crc, reinterpret_cast<const Bytef*>(data.data()), data.size());
  };
  const auto number = static_cast<char>(where);
  return static_cast<std::uint32_t>(add(add(add(0, {&number, 1}), key), value));
}

} // namespace

void seal(table where, bytes_view key, bytes_view value, char* to) noexcept {
  std::memcpy(to, value.data(), value.size());
  auto crc = checksum(where, key, value);
  for (std::size_t i = 0; i < seal_size; ++i, crc >>= 8)
    to[value.size() + i] = static_cast<char>(crc & 0xff);
}

std::optional<bytes_view> unseal(table where, bytes_view key, bytes_view sealed) noexcept {
  if (sealed.size() < seal_size) return std::nullopt;
  const auto value = sealed.substr(0, sealed.size() - seal_size);
  std::uint32_t kept = 0;
  for (std::size_t i = seal_size; i-- > 0;)
    kept = kept << 8 | static_cast<unsigned char>(sealed[value.size() + i]);
  if (kept != checksum(where, key, value)) return std::nullopt;
  return value;
}

error damaged(table where, bytes_view key) {
  return {errc::corrupt,
          fmt::format("In the table {} the value of {} does not match its checksum. Run \"loa "
                      "journal verify\" and restore a backup.",
                      to_string(where), describe_key(where, key)),
          {}};
}

} // namespace loa::store
