#include <loa/net/envelope.hpp>
#include <loa/net/internal/hmac.hpp>
#include <loa/net/internal/octets.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace loa::net {

namespace {

/// A longer buffer is given back once it is empty.
constexpr std::size_t most_idle_octets = std::size_t{64} << 10;

struct head {
  std::size_t length = 0;
  std::uint8_t kind = 0;
  std::uint8_t lane = 0;
  std::uint16_t flags = 0;
  std::uint64_t counter = 0;
};

head read_head(bytes_view octets) {
  octet_reader in(octets);
  head h;
  h.length = static_cast<std::size_t>(in.number(4));
  h.kind = static_cast<std::uint8_t>(in.number(1));
  h.lane = static_cast<std::uint8_t>(in.number(1));
  h.flags = static_cast<std::uint16_t>(in.number(2));
  h.counter = in.number(8);
  return h;
}

result<void> check(const head& h, std::uint64_t due) {
  if (h.length > most_payload_octets)
    return error{errc::too_large,
                 fmt::format("An envelope of {} octets is over the limit of {}.", h.length,
                             most_payload_octets),
                 {}};
  if (h.kind < 1 || h.kind > last_envelope_kind)
    return error{errc::unsupported, fmt::format("An envelope of unknown kind {}.", h.kind), {}};
  if (h.lane > 1)
    return error{
        errc::malformed, fmt::format("An envelope on lane {}, which is none.", h.lane), {}};
  if (h.counter < due)
    return error{errc::conflict,
                 fmt::format("Envelope {} came again where {} was due.", h.counter, due),
                 {}};
  if (h.counter > due)
    return error{
        errc::unavailable,
        fmt::format("Envelope {} came where {} was due: something is missing.", h.counter, due),
        {}};
  if (h.counter > last_counter)
    return error{errc::unavailable, "An envelope after the last one.", {}};
  return {};
}

} // namespace

class sealer::state {
public:
  state(const secret& key, std::uint64_t next) : mac(key.view()), due(next) {}
  hmac_context mac;
  std::uint64_t due;
};

sealer::sealer(const secret& key, std::uint64_t next)
    : state_(std::make_unique<state>(key, next)) {}
sealer::sealer(sealer&&) noexcept = default;
sealer& sealer::operator=(sealer&&) noexcept = default;
sealer::~sealer() = default;

result<void> sealer::seal(envelope_kind kind, envelope_lane lane, std::uint16_t flags,
                          bytes_view payload, bytes& to) {
  if (payload.size() > most_payload_octets)
    return error{errc::too_large,
                 fmt::format("A payload of {} octets is over the limit of {}.", payload.size(),
                             most_payload_octets),
                 {}};
  if (state_->due > last_counter)
    return error{errc::unavailable, "No counter is left; a new handshake is due.", {}};
  const auto begin = to.size();
  to.reserve(begin + envelope_head_octets + payload.size() + envelope_tag_octets);
  to.append(big_endian(payload.size()), 4, 4);
  to.push_back(static_cast<char>(kind));
  to.push_back(static_cast<char>(lane));
  to.push_back(static_cast<char>(flags >> 8));
  to.push_back(static_cast<char>(flags & 0xff));
  to.append(big_endian(state_->due)).append(payload);
  state_->mac.add(bytes_view(to).substr(begin));
  const auto tag = state_->mac.finish();
  to.append(tag.data(), envelope_tag_octets);
  ++state_->due;
  return {};
}

class opener::state {
public:
  state(const secret& key, std::uint64_t next) : mac_(key.view()), due_(next) {}

  result<void> take(bytes_view octets, std::vector<envelope>& to);
  [[nodiscard]] std::size_t held() const noexcept { return held_.size(); }

private:
  /// How many octets the envelope at the beginning has; 0 if its head is not whole yet.
  result<std::size_t> size_of(bytes_view octets) const;
  result<void> open(bytes_view whole, std::vector<envelope>& to);
  result<void> read(bytes_view octets, std::vector<envelope>& to);
  result<bytes_view> complete(bytes_view octets, std::vector<envelope>& to);

  hmac_context mac_;
  std::uint64_t due_;
  bytes held_;
  std::optional<error> failed_;
};

result<std::size_t> opener::state::size_of(bytes_view octets) const {
  if (octets.size() < envelope_head_octets) return std::size_t{0};
  const auto h = read_head(octets);
  if (auto good = check(h, due_); !good) return good.error();
  return envelope_head_octets + h.length + envelope_tag_octets;
}

result<void> opener::state::open(bytes_view whole, std::vector<envelope>& to) {
  const auto text = whole.substr(0, whole.size() - envelope_tag_octets);
  mac_.add(text);
  const auto tag = mac_.finish();
  if (!same_octets({tag.data(), envelope_tag_octets}, whole.substr(text.size())))
    return error{errc::unauthenticated, fmt::format("The tag of envelope {} is wrong.", due_), {}};
  const auto h = read_head(text);
  to.push_back({static_cast<envelope_kind>(h.kind), static_cast<envelope_lane>(h.lane), h.flags,
                bytes(text.substr(envelope_head_octets))});
  ++due_;
  return {};
}

/// Fills up the envelope that is held, if there is one, and gives what is left.
result<bytes_view> opener::state::complete(bytes_view octets, std::vector<envelope>& to) {
  while (!held_.empty()) {
    const auto size = size_of(held_);
    if (!size) return size.error();
    const auto wanted = *size == 0 ? envelope_head_octets : *size;
    const auto more = std::min(wanted - held_.size(), octets.size());
    held_.append(octets.substr(0, more));
    octets.remove_prefix(more);
    if (held_.size() < wanted) break;
    if (*size == 0) continue;
    if (auto good = open(held_, to); !good) return good.error();
    held_.clear();
  }
  // What was once needed for a long envelope is not kept for ever.
  if (held_.empty() && held_.capacity() > most_idle_octets) held_.shrink_to_fit();
  return octets;
}

result<void> opener::state::read(bytes_view octets, std::vector<envelope>& to) {
  auto rest = complete(octets, to);
  if (!rest) return rest.error();
  while (!rest->empty()) {
    const auto size = size_of(*rest);
    if (!size) return size.error();
    if (*size == 0 || *size > rest->size()) {
      held_.append(*rest);
      break;
    }
    if (auto good = open(rest->substr(0, *size), to); !good) return good;
    rest->remove_prefix(*size);
  }
  return {};
}

result<void> opener::state::take(bytes_view octets, std::vector<envelope>& to) {
  if (failed_) return *failed_;
  auto done = read(octets, to);
  if (!done) {
    failed_ = done.error();
    held_ = {};
  }
  return done;
}

opener::opener(const secret& key, std::uint64_t next)
    : state_(std::make_unique<state>(key, next)) {}
opener::opener(opener&&) noexcept = default;
opener& opener::operator=(opener&&) noexcept = default;
opener::~opener() = default;

result<void> opener::take(bytes_view octets, std::vector<envelope>& to) {
  return state_->take(octets, to);
}

std::size_t opener::held() const noexcept {
  return state_->held();
}

} // namespace loa::net
