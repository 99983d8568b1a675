#include <bindings/http/authority.hpp>
#include <loa/wire/base64.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

namespace loa::http {

namespace {

constexpr std::size_t most_remembered = 1024;
constexpr std::size_t secret_octets = 16;

/// The scheme's name is compared without regard to case (RFC 9110, section 11.1).
bool is_bearer(std::string_view scheme) {
  constexpr std::string_view bearer = "bearer ";
  return scheme.size() == bearer.size() && std::ranges::equal(scheme, bearer, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
         });
}

} // namespace

authority::authority(token_key key, std::filesystem::path revoked, const clock& time, log_sink& log)
    : key_(std::move(key)),
      time_(time),
      revoked_(std::move(revoked), log) {
  if (auto derived = key_.derive("loa citizen secret 1")) citizen_key_ = *std::move(derived);
}

result<claims> authority::check(std::string_view authorization) {
  if (!is_bearer(authorization.substr(0, 7)))
    return error{errc::unauthenticated, "The Authorization header must read \"Bearer TOKEN\".", {}};
  authorization.remove_prefix(
      std::min(authorization.find_first_not_of(' ', 7), authorization.size()));
  const std::string token(authorization);
  const auto now = time_.now();
  const std::lock_guard lock(mutex_);
  auto known = checked_.find(token);
  if (known == checked_.end() || (known->second.expires && *known->second.expires <= now)) {
    auto verified = key_.verify(token, now);
    if (!verified) return verified;
    if (checked_.size() >= most_remembered) checked_.clear();
    known = checked_.insert_or_assign(token, *std::move(verified)).first;
  }
  if (auto good = check_again(known->second.id, known->second.expires, now); !good)
    return good.error();
  return known->second;
}

result<void> authority::check_again(const std::string& id, std::optional<instant> expires,
                                    instant now) {
  if (expires && *expires + token_skew <= now)
    return error{errc::unauthenticated, "The token has expired.", {}};
  if (revoked_.revoked(id, now)) return error{errc::unauthenticated, "The token was revoked.", {}};
  return {};
}

std::string authority::citizen_secret(std::string_view id) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned length = 0;
  if (citizen_key_.empty() ||
      !HMAC(EVP_sha256(), citizen_key_.data(), static_cast<int>(citizen_key_.size()),
            reinterpret_cast<const unsigned char*>(id.data()), id.size(), mac.data(), &length))
    return {};
  return wire::base64url_encode({reinterpret_cast<const char*>(mac.data()), secret_octets});
}

bool authority::is_citizen_secret(std::string_view id, std::string_view secret) const {
  const auto right = citizen_secret(id);
  return !right.empty() && right.size() == secret.size() &&
         CRYPTO_memcmp(right.data(), secret.data(), right.size()) == 0;
}

} // namespace loa::http
