#include <loa/net/internal/session_machine.hpp>

namespace loa::net {

peer_session::peer_session(handshake_role role, handshake_settings settings, random_source& random,
                           const session_options& options)
    : machine_(std::make_unique<machine>(role, std::move(settings), random, options)) {}
peer_session::peer_session(peer_session&&) noexcept = default;
peer_session& peer_session::operator=(peer_session&&) noexcept = default;
peer_session::~peer_session() = default;

peer_session::output peer_session::start(instant now) {
  return machine_->start(now);
}

peer_session::output peer_session::take(bytes_view octets, instant now, instant wall) {
  return machine_->take(octets, now, wall);
}

peer_session::output peer_session::tick(instant now) {
  return machine_->tick(now);
}

result<void> peer_session::send(envelope_lane lane, std::uint16_t kind, bytes content) {
  return machine_->send(lane, kind, std::move(content));
}

void peer_session::consumed(envelope_lane lane, std::uint64_t cost) {
  machine_->consumed(lane, cost);
}

peer_session::output peer_session::flush(instant now) {
  return machine_->flush(now);
}

peer_session::output peer_session::close(farewell why, instant now) {
  return machine_->close(std::move(why), now);
}

peer_session::output peer_session::lost(std::string why) {
  return machine_->lost(std::move(why));
}

bool peer_session::is_up() const noexcept {
  return machine_->is_up();
}

bool peer_session::has_ended() const noexcept {
  return machine_->has_ended();
}

session_figures peer_session::figures() const {
  return machine_->figures();
}

double peer_session::phi(instant now) const {
  return machine_->phi(now);
}

} // namespace loa::net
