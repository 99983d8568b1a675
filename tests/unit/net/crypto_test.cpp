#include <loa/net/internal/crypto.hpp>

#include <catch2/catch.hpp>

namespace loa::net::test {

namespace {

bytes hex(std::string_view text) {
  bytes out;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    out += static_cast<char>(digit(text[i]) * 16 + digit(text[i + 1]));
  return out;
}

} // namespace

TEST_CASE("HKDF gives what RFC 5869 gives in its appendix") {
  // A.1 and A.3, the first 32 octets of the output.
  const auto material = bytes(22, '\x0b');
  const auto one = hkdf_extract(hex("000102030405060708090a0b0c"), material);
  REQUIRE(one);
  CHECK(one->view() == hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
  CHECK(hkdf_expand(*one, hex("f0f1f2f3f4f5f6f7f8f9"))->view() ==
        hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"));
  const auto without_salt = hkdf_extract("", material);
  REQUIRE(without_salt);
  CHECK(hkdf_expand(*without_salt, "")->view() ==
        hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"));
}

TEST_CASE("X25519 gives what RFC 7748 gives in section 5.2 after one iteration") {
  const auto nine = '\x09' + bytes(31, '\0');
  const auto expected = hex("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
  const auto pair = ephemeral_key::of(secret(nine));
  REQUIRE(pair);
  CHECK(pair->public_half() == expected);
  CHECK(pair->agree(nine)->view() == expected);
}

TEST_CASE("HMAC gives what RFC 4231 gives in section 4.3") {
  CHECK(hmac_sha256("Jefe", {"what do ya want ", "for nothing?"}) ==
        hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
}

TEST_CASE("points of small order and keys of another length agree on nothing") {
  seeded_random dice(1);
  const auto pair = ephemeral_key::make(dice);
  REQUIRE(pair);
  // The points of small order and their other forms (RFC 7748, section 7, and what it refers to).
  for (const auto* point : {"0000000000000000000000000000000000000000000000000000000000000000",
                            "0100000000000000000000000000000000000000000000000000000000000000",
                            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    INFO(point);
    CHECK_FALSE(pair->agree(hex(point)));
  }
  CHECK_FALSE(pair->agree(""));
  CHECK_FALSE(pair->agree(bytes(31, 'x')));
  CHECK_FALSE(pair->agree(bytes(33, 'x')));
  const auto other = ephemeral_key::make(dice);
  CHECK(pair->agree(other->public_half())->same_as(*other->agree(pair->public_half())));
}

TEST_CASE("what was sealed opens whole and under its own key only") {
  const secret key(bytes(32, 'k')), other(bytes(32, 'l'));
  const auto sealed = seal_once(key, "with", "text");
  CHECK(open_once(key, "with", sealed) == bytes("text"));
  CHECK(open_once(key, "with", seal_once(key, "with", "")) == bytes());
  CHECK_FALSE(open_once(other, "with", sealed));
  CHECK_FALSE(open_once(key, "without", sealed));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto flipped = sealed;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x80);
    CHECK_FALSE(open_once(key, "with", flipped));
    CHECK_FALSE(open_once(key, "with", sealed.substr(0, i)));
  }
}

TEST_CASE("a transcript knows where its pieces end") {
  transcript a, b;
  a.add("ab");
  a.add("c");
  b.add("a");
  b.add("bc");
  CHECK(a.digest() != b.digest());
  CHECK(a.digest() == a.digest());
}

TEST_CASE("a secret that was moved is wiped") {
  secret one(bytes(32, 'k'));
  const secret two(std::move(one));
  CHECK(two.view() == bytes(32, 'k'));
  CHECK(one.same_as(secret())); // NOLINT(bugprone-use-after-move): that is what is asked.
  CHECK_FALSE(same_octets("abc", "abd"));
  CHECK_FALSE(same_octets("abc", "ab"));
  CHECK(same_octets("", ""));
}

} // namespace loa::net::test
