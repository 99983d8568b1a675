#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace loa::http {

/// Watches what stands around the data of a chunked body (RFC 9112, section 7.1): size lines with
/// their extensions, and trailers. Nobody here reads extensions or trailers, and the parser keeps
/// no limit for them.
class chunk_framing {
public:
  /// `most` octets of trailers, and of all framing beyond what the data explains.
  explicit chunk_framing(std::size_t most = 0) : most_(most) {}

  /// The parser took `octets` that are no data, in one piece: a size line, or the last one with
  /// the trailers. `data` octets of the body have come so far. What is wrong with it, if anything.
  [[nodiscard]] std::optional<std::string_view> took(std::size_t octets, bool last,
                                                     std::size_t data);
  /// The parser needs more than `waiting`, which is no data.
  [[nodiscard]] std::optional<std::string_view> waits(std::string_view waiting) const;

private:
  std::size_t most_;
  std::size_t total_ = 0;
};

} // namespace loa::http
