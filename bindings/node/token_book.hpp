#pragma once

#include <bindings/http/token.hpp>
#include <loa/base/random.hpp>

#include <filesystem>
#include <vector>

namespace loa::host {

/// The tokens that a node's data directory has given out, beside its signing key and the list of
/// those that were revoked. All three are plain files, so it works before the node's first start
/// and while the node runs, which notices a revocation within a second.
///
///     DATA/token.key       the Ed25519 key, PEM, mode 0600
///     DATA/tokens.jsonl    one line per token given out: its claims, never the token
///     DATA/tokens.revoked  one id per line
class token_book {
public:
  explicit token_book(const std::filesystem::path& data);

  /// The signing key; made, with the directory, if it is not there. Refused if it is not there and
  /// tokens were given out: a new key would make all of them worthless without a word.
  [[nodiscard]] result<http::token_key> key() const;
  /// True if tokens were given out whose key is gone.
  [[nodiscard]] bool lost_key() const;

  struct order {
    http::role role = http::role::citizen;
    path unit;
    std::string subject;
    duration validity = std::chrono::days(365); ///< Zero: without end.
  };
  /// Signs a token and notes it, synced, before it is given out. Fails like `key`.
  [[nodiscard]] result<std::string> add(const order& what, instant now, random_source& random);

  struct line {
    http::claims token;
    bool revoked = false;
    /// Signed by a key that was there before the present one, and worthless with it.
    bool of_other_key = false;
  };
  /// What was given out, oldest first. A damaged line is refused with its number.
  [[nodiscard]] result<std::vector<line>> list() const;

  /// Makes a token worthless by its id, which `list` shows. `not_found` for an id that was never
  /// given out; revoking twice is harmless.
  [[nodiscard]] result<void> revoke(std::string_view id) const;

  /// All three, whether they are there or not.
  [[nodiscard]] std::vector<std::filesystem::path> files() const {
    return {key_, issued_, revoked_};
  }
  [[nodiscard]] const std::filesystem::path& key_file() const { return key_; }
  [[nodiscard]] const std::filesystem::path& revoked_file() const { return revoked_; }

private:
  std::filesystem::path key_;
  std::filesystem::path issued_;
  std::filesystem::path revoked_;
};

} // namespace loa::host
