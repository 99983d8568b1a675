#include <loa/base/random.hpp>
#include <loa/wire/base64.hpp>

#include <catch2/catch.hpp>

#include <set>
#include <utility>

using namespace loa;
using namespace loa::wire;

namespace {

bytes random_octets(seeded_random& random, std::size_t most) {
  bytes out(random.below(most + 1), '\0');
  for (auto& c : out) c = static_cast<char>(random.next());
  return out;
}

} // namespace

TEST_CASE("base64 gives what RFC 4648, section 10 gives, with padding and back") {
  for (const auto& [plain, coded] :
       std::initializer_list<std::pair<const char*, const char*>>{{"", ""},
                                                                  {"f", "Zg=="},
                                                                  {"fo", "Zm8="},
                                                                  {"foo", "Zm9v"},
                                                                  {"foob", "Zm9vYg=="},
                                                                  {"fooba", "Zm9vYmE="},
                                                                  {"foobar", "Zm9vYmFy"}}) {
    CHECK(base64_encode(plain) == coded);
    CHECK(base64_decode(coded) == bytes(plain));
  }
}

TEST_CASE("the two alphabets differ in their last two letters and in the padding") {
  CHECK(base64_encode("\xfb\xff\xbf\xfe") == "+/+//g==");
  CHECK(base64url_encode("\xfb\xff\xbf\xfe") == "-_-__g");
  CHECK_FALSE(base64_decode("-_-__g=="));
  CHECK_FALSE(base64url_decode("+/+//g"));
  CHECK_FALSE(base64url_decode("-_-__g=="));
  CHECK_FALSE(base64_decode("+/+//g"));
}

TEST_CASE("any octets come back, in both alphabets") {
  seeded_random random(1);
  for (int i = 0; i < 2'000; ++i) {
    const auto data = random_octets(random, 70);
    REQUIRE(base64_decode(base64_encode(data)) == data);
    REQUIRE(base64url_decode(base64url_encode(data)) == data);
    REQUIRE(base64_encode(data).size() == (data.size() + 2) / 3 * 4);
  }
}

TEST_CASE("padding stands at the end, where it is due, and nowhere else") {
  for (const auto* text : {"=", "==", "===", "====", "Zg", "Zg=", "Zg===", "Zm8", "Zm8==", "Zm9v=",
                           "Zm9v====", "Z===", "=Zg=", "Z=g=", "Zg==Zg==", "Zm8=Zm8=", "Zm9vZ"}) {
    INFO(text);
    CHECK_FALSE(base64_decode(text));
  }
  for (const auto* text : {"=", "Zg=", "Zg==", "Z", "Zm9vZ"}) {
    INFO(text);
    CHECK_FALSE(base64url_decode(text));
  }
}

TEST_CASE("a text whose last letter carries bits that no octet has is refused") {
  CHECK(base64_decode("Zg=="));
  CHECK_FALSE(base64_decode("Zh=="));
  CHECK_FALSE(base64_decode("Zm9="));
  CHECK_FALSE(base64url_decode("Zh"));
  CHECK_FALSE(base64url_decode("Zm9"));
}

TEST_CASE("no octet outside the alphabet is read or skipped") {
  for (int c = 0; c < 256; ++c) {
    const auto letter = static_cast<char>(c);
    const bool common = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                        (letter >= 'A' && letter <= 'Z');
    const auto text = std::string("Zm") + letter + "v";
    INFO("octet " << c);
    CHECK(base64_decode(text).has_value() == (common || letter == '+' || letter == '/'));
    CHECK(base64url_decode(text).has_value() == (common || letter == '-' || letter == '_'));
  }
  for (const auto* text : {"Zm9v\n", "Zm\n9v", " Zm9v", "Zm9vZg==\r\n"})
    CHECK_FALSE(base64_decode(text));
}

TEST_CASE("octets have one text, so that no second text passes for a signature") {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=";
  std::set<bytes> seen;
  std::size_t readable = 0;
  for (const char a : alphabet)
    for (const char b : alphabet)
      for (const char c : alphabet) {
        const auto text = std::string() + a + b + c;
        const auto data = base64url_decode(text);
        if (!data) continue;
        ++readable;
        REQUIRE(base64url_encode(*data) == text);
        seen.insert(*data);
      }
  CHECK(readable == 65'536);
  CHECK(seen.size() == readable);
}
