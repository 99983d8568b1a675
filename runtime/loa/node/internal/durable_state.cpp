#include <loa/node/internal/durable_state.hpp>

namespace loa::node {

std::string_view type_of_record(bytes_view record) noexcept {
  // A CBOR list of three whose first item is a short text (RFC 8949, section 3).
  if (record.size() < 3 || static_cast<unsigned char>(record[0]) != 0x83) return {};
  const auto head = static_cast<unsigned char>(record[1]);
  std::size_t at = 2;
  std::size_t length = 0;
  if (head >= 0x60 && head < 0x78) {
    length = head - 0x60;
  } else if (head == 0x78) {
    length = static_cast<unsigned char>(record[2]);
    at = 3;
  }
  return at + length <= record.size() ? record.substr(at, length) : std::string_view{};
}

bool is_runtime_fact(std::string_view type) noexcept {
  return type.starts_with("loa.node.") || type.starts_with("loa.link.");
}

} // namespace loa::node
