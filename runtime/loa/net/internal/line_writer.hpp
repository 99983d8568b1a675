#pragma once

#include <loa/net/envelope.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace loa::net {

/// What an envelope takes on the line beside its payload.
inline constexpr std::size_t envelope_cost = envelope_head_octets + envelope_tag_octets;

/// Seals the envelopes of one direction and packs them into chunks for a line.
class line_writer {
public:
  /// A chunk is closed when it has grown to `chunk_octets`.
  line_writer(const secret& key, std::size_t chunk_octets);

  void write(envelope_kind kind, envelope_lane lane, std::uint16_t flags, bytes_view payload);

  /// The chunks written since the last call, in their order.
  [[nodiscard]] std::vector<bytes> take() { return std::exchange(chunks_, {}); }
  /// The first error of sealing; nothing was written since.
  [[nodiscard]] const std::optional<error>& failed() const noexcept { return failed_; }

private:
  sealer sealer_;
  std::size_t chunk_octets_;
  std::vector<bytes> chunks_;
  std::optional<error> failed_;
};

} // namespace loa::net
