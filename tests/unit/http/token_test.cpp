#include "gateway_fixture.hpp"

#include <loa/wire/base64.hpp>

#include <sys/stat.h>

#include <fstream>
#include <thread>

namespace loa::http::test {

namespace {

const instant noon = parse_rfc3339("2025-09-01T12:00:00+07:00").value();

claims editor() {
  return {"jti-1",        "nguyen.van.a", role::editor,
          unit("79.769"), noon,           noon + std::chrono::hours(1)};
}

/// A token with other parts, signed by nobody.
std::string with_header(const std::string& token, std::string_view header) {
  return wire::base64url_encode(header) + token.substr(token.find('.'));
}

} // namespace

TEST_CASE("a signed token gives its claims back") {
  const auto key = token_key::generate().value();
  const auto token = key.sign(editor()).value();
  CHECK(key.verify(token, noon).value() == editor());
  auto forever = editor();
  forever.expires.reset();
  forever.subject.clear();
  CHECK(key.verify(key.sign(forever).value(), noon + std::chrono::hours(24 * 3650)).value() ==
        forever);
}

TEST_CASE("every change of a token is noticed") {
  const auto key = token_key::generate().value();
  const auto token = key.sign(editor()).value();
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    if (changed == token) continue;
    const auto verified = key.verify(changed, noon);
    REQUIRE_FALSE(verified);
    CHECK(verified.error().code == errc::unauthenticated);
  }
  for (std::size_t i = 0; i < token.size(); ++i) CHECK_FALSE(key.verify(token.substr(0, i), noon));
  CHECK_FALSE(key.verify(token + ".", noon));
  CHECK_FALSE(key.verify(token + "AA", noon));
}

TEST_CASE("a token of another key is refused") {
  const auto token = token_key::generate().value().sign(editor()).value();
  CHECK_FALSE(token_key::generate().value().verify(token, noon));
}

TEST_CASE("only EdDSA is accepted, whatever the header says") {
  const auto key = token_key::generate().value();
  const auto token = key.sign(editor()).value();
  for (const auto* header :
       {R"({"alg":"none"})", R"({"alg":"HS256","typ":"JWT"})", R"({"alg":"eddsa"})",
        R"({"typ":"JWT"})", R"({"alg":null})", R"({"alg":"ES256"})", R"([])", "{",
        R"({"alg":"EdDSA","crit":["b64"],"b64":false})"})
    CHECK_FALSE(key.verify(with_header(token, header), noon));
  // The classic: no algorithm and no signature.
  CHECK_FALSE(
      key.verify(with_header(token, R"({"alg":"none"})").substr(0, token.rfind('.')), noon));
}

TEST_CASE("a token is good until it expires, give or take a minute between clocks") {
  const auto key = token_key::generate().value();
  const auto token = key.sign(editor()).value();
  const auto end = *editor().expires;
  CHECK(key.verify(token, end - std::chrono::seconds(1)));
  CHECK(key.verify(token, end + std::chrono::seconds(59)));
  CHECK_FALSE(key.verify(token, end + std::chrono::seconds(60)));
  CHECK(key.verify(token, noon - std::chrono::seconds(59)));
  CHECK_FALSE(key.verify(token, noon - std::chrono::seconds(61)));
}

TEST_CASE("claims that no token can carry are not signed") {
  const auto key = token_key::generate().value();
  auto c = editor();
  c.unit = {};
  CHECK_FALSE(key.sign(c));
  c = editor();
  c.id = "";
  CHECK_FALSE(key.sign(c));
  c.id = "with blank";
  CHECK_FALSE(key.sign(c));
}

TEST_CASE("a key file is made once, for its owner only, and read again") {
  const scratch dir;
  const auto file = dir / "token.pem";
  const auto first = token_key::load_or_create(file).value();
  struct stat about {};
  REQUIRE(::stat(file.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  const auto second = token_key::load_or_create(file).value();
  CHECK(second.verify(first.sign(editor()).value(), noon));
  CHECK(std::distance(std::filesystem::directory_iterator(file.parent_path()), {}) == 1);
}

TEST_CASE("who starts at the same time reads the same key") {
  const scratch dir;
  const auto file = dir / "token.pem";
  std::vector<std::optional<token_key>> keys(8);
  std::vector<std::thread> threads;
  for (auto& k : keys)
    threads.emplace_back([&k, &file] {
      if (auto made = token_key::load_or_create(file)) k = *std::move(made);
    });
  for (auto& t : threads) t.join();
  REQUIRE(keys[0]);
  const auto token = keys[0]->sign(editor()).value();
  for (const auto& k : keys) {
    REQUIRE(k);
    CHECK(k->verify(token, noon));
  }
}

TEST_CASE("a key that others may read, or that is none, is refused by name") {
  const scratch dir;
  const auto file = dir / "token.pem";
  REQUIRE(token_key::load_or_create(file));
  ::chmod(file.c_str(), 0644);
  const auto open = token_key::load(file);
  REQUIRE_FALSE(open);
  CHECK(open.error().code == errc::forbidden);
  CHECK(open.error().detail.find(file.string()) != std::string::npos);
  CHECK_FALSE(token_key::load_or_create(file)); // and is not replaced by a new one
  ::chmod(file.c_str(), 0600);
  std::ofstream(file) << "-----BEGIN PRIVATE KEY-----\nbm90aGluZw==\n-----END PRIVATE KEY-----\n";
  const auto damaged = token_key::load_or_create(file);
  REQUIRE_FALSE(damaged);
  CHECK(damaged.error().code == errc::malformed);
  CHECK(token_key::load(dir / "absent").error().code == errc::not_found);
}

TEST_CASE("derived keys differ by purpose and by key, and stay the same") {
  const auto key = token_key::generate().value();
  CHECK(key.derive("a").value() == key.derive("a").value());
  CHECK(key.derive("a").value() != key.derive("b").value());
  CHECK(key.derive("a").value() != token_key::generate().value().derive("a").value());
  CHECK(key.derive("a").value().size() == 32);
}

TEST_CASE("a revoked token is refused within a second, and a list that vanishes revokes nothing") {
  const scratch dir;
  test_clock time;
  const auto key = token_key::generate().value();
  authority auth(key, dir / "revoked", time);
  claims c = editor();
  c.issued = time.now();
  c.expires.reset();
  const auto header = "Bearer " + key.sign(c).value();
  CHECK(auth.check(header));
  REQUIRE(revocations::add(dir / "revoked", "other"));
  REQUIRE(revocations::add(dir / "revoked", "jti-1"));
  time.advance(std::chrono::seconds(1));
  CHECK_FALSE(auth.check(header));
  std::ofstream(dir / "revoked") << "# nothing\n  other  # a remark\n\n";
  time.advance(std::chrono::seconds(1));
  CHECK(auth.check(header));
  std::ofstream(dir / "revoked") << "\tjti-1\r\n";
  time.advance(std::chrono::seconds(1));
  CHECK_FALSE(auth.check(header));
  std::filesystem::remove(dir / "revoked");
  time.advance(std::chrono::seconds(1));
  CHECK(auth.check(header));
}

TEST_CASE("a revocation names one token and nothing else") {
  const scratch dir;
  for (const auto* id : {"", "two words", "line\nbreak", "a#b"})
    CHECK_FALSE(revocations::add(dir / "revoked", id));
}

TEST_CASE("a token that was checked once still expires") {
  const scratch dir;
  test_clock time;
  const auto key = token_key::generate().value();
  authority auth(key, dir / "revoked", time);
  claims c = editor();
  c.issued = time.now();
  c.expires = time.now() + std::chrono::minutes(5);
  const auto header = "Bearer " + key.sign(c).value();
  CHECK(auth.check(header));
  time.advance(std::chrono::minutes(7));
  CHECK_FALSE(auth.check(header));
}

TEST_CASE("the Authorization header must carry a bearer token") {
  const scratch dir;
  test_clock time;
  const auto key = token_key::generate().value();
  authority auth(key, dir / "revoked", time);
  claims c = editor();
  c.issued = time.now();
  const auto token = key.sign(c).value();
  CHECK(auth.check("bearer   " + token));
  CHECK(auth.check("BEARER " + token));
  for (const auto& bad : {token, "Basic " + token, std::string("Bearer"), std::string(),
                          "Bearer " + token + " ", "Bearer" + token, std::string("Bearer   ")})
    CHECK_FALSE(auth.check(bad));
}

TEST_CASE("a citizen's secret belongs to one id and one key") {
  const scratch dir;
  const authority auth(token_key::generate().value(), dir / "r");
  const authority other(token_key::generate().value(), dir / "r");
  const auto secret = auth.citizen_secret("an");
  CHECK(secret.size() >= 20);
  CHECK(auth.is_citizen_secret("an", secret));
  CHECK_FALSE(auth.is_citizen_secret("binh", secret));
  CHECK_FALSE(auth.is_citizen_secret("an", ""));
  CHECK_FALSE(auth.is_citizen_secret("an", secret + "A"));
  CHECK_FALSE(other.is_citizen_secret("an", secret));
}

} // namespace loa::http::test
