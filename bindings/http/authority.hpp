#pragma once

#include <bindings/http/access.hpp>
#include <bindings/http/revocations.hpp>

#include <mutex>
#include <string>
#include <unordered_map>

namespace loa::http {

/// Tells who a request comes from. Any thread. Tokens that were checked once are remembered (the
/// last 1024), since a signature takes a hundred times as long to check as everything else in a
/// request; expiry and revocation are looked at every time.
class authority {
public:
  authority(token_key key, std::filesystem::path revoked, const clock& time = system_clock(),
            log_sink& log = no_log());

  /// The claims in the value of an Authorization header (RFC 6750, section 2.1).
  [[nodiscard]] result<claims> check(std::string_view authorization);

  /// The same for a token that was good before, by its id and its end: good still, or not any more
  /// and why. For whoever stays connected.
  [[nodiscard]] result<void> check_again(const std::string& id, std::optional<instant> expires,
                                         instant now);
  /// Another number whenever tokens were revoked, so that nobody needs to be checked again without
  /// cause.
  [[nodiscard]] std::uint64_t revision(instant now) { return revoked_.revision(now); }

  /// The secret of a citizen's id: whoever knows it may resume that id. It is computed from the
  /// token key, so no node needs to keep it.
  [[nodiscard]] std::string citizen_secret(std::string_view id) const;
  /// Compares in a time that does not depend on the content.
  [[nodiscard]] bool is_citizen_secret(std::string_view id, std::string_view secret) const;

private:
  token_key key_;
  const clock& time_;
  revocations revoked_;
  bytes citizen_key_;
  std::mutex mutex_;
  std::unordered_map<std::string, claims> checked_;
};

} // namespace loa::http
