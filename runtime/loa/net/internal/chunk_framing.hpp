#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/result.hpp>

#include <optional>

namespace loa::net {

/// Appends a chunk with its length before it. It has 1 to most_chunk_octets.
void append_chunk(bytes& to, bytes_view chunk);

/// Finds the chunks in a stream. It holds no more than one chunk that has not come whole, and what
/// was taken at once.
class chunk_reader {
public:
  /// Octets of the stream, cut anywhere.
  void take(bytes_view octets);
  /// The next whole chunk, or nothing if more octets are needed. Refused is a length of 0 or above
  /// most_chunk_octets; nothing can be read after that.
  [[nodiscard]] result<std::optional<bytes>> next();

private:
  bytes held_;
  std::size_t at_ = 0; ///< What stands before it has been given out.
};

} // namespace loa::net
