#include <loa/net/internal/line_writer.hpp>
#include <loa/net/session_options.hpp>

namespace loa::net {

line_writer::line_writer(const secret& key, std::size_t chunk_octets)
    : sealer_(key),
      chunk_octets_(chunk_octets) {}

void line_writer::write(envelope_kind kind, envelope_lane lane, std::uint16_t flags,
                        bytes_view payload) {
  if (failed_) return;
  const bool full = !chunks_.empty() && chunks_.back().size() >= chunk_octets_;
  if (full) max_chunk_bytes.cross();
  if (full || chunks_.empty()) chunks_.emplace_back();
  if (const auto done = sealer_.seal(kind, lane, flags, payload, chunks_.back()); !done) {
    failed_ = done.error();
    if (chunks_.back().empty()) chunks_.pop_back();
  }
}

} // namespace loa::net
