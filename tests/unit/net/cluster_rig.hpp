#pragma once

#include <loa/net/identity.hpp>
#include <loa/net/issuing.hpp>

namespace loa::net::test {

using namespace std::chrono_literals;

inline const instant today = from_millis(1'780'000'000'000);
inline constexpr duration year = std::chrono::hours(24 * 365);

/// A cluster with its authority, which issues identities.
class cluster {
public:
  explicit cluster(std::string name, std::uint64_t seed = 1)
      : name_(std::move(name)),
        dice_(seed),
        authority_(*make_authority(name_, {today - 1h, 10 * year}, dice_)) {}

  [[nodiscard]] const issued& ca() const { return authority_; }
  [[nodiscard]] random_source& dice() { return dice_; }

  [[nodiscard]] issued certificate(const std::string& node, key_kind kind = key_kind::ed25519) {
    return *issue(authority_, {name_, node}, {today - 1h, year}, dice_, kind);
  }
  [[nodiscard]] identity member(const std::string& node, key_kind kind = key_kind::ed25519) {
    return as_identity(certificate(node, kind));
  }
  /// A member of another cluster that this authority vouches for.
  [[nodiscard]] identity foreigner(const std::string& of, const std::string& node) {
    return as_identity(*issue(authority_, {of, node}, {today - 1h, year}, dice_));
  }
  [[nodiscard]] identity as_identity(const issued& i) const {
    return *identity::load(i.certificate_pem, i.key_pem, authority_.certificate_pem);
  }

private:
  std::string name_;
  seeded_random dice_;
  issued authority_;
};

} // namespace loa::net::test
