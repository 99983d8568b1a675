#include <loa/base/name.hpp>
#include <loa/base/random.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <unordered_set>
#include <vector>

using namespace loa;

namespace {

path at(std::string_view text) {
  auto p = path::parse(text);
  INFO(text);
  REQUIRE(p);
  return *std::move(p);
}

name called(std::string_view text) {
  auto n = name::parse(text);
  INFO(text);
  REQUIRE(n);
  return *std::move(n);
}

/// `n` segments of `width` characters.
std::string segments(std::size_t n, std::size_t width) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out.append(i == 0 ? "" : ".").append(width, 'a');
  return out;
}

/// A path of one to four segments out of "0" and "00", so that many are prefixes of others.
path near_path(seeded_random& random) {
  std::string text;
  for (auto n = 1 + random.below(4); n > 0; --n)
    text.append(text.empty() ? "" : ".").append(random.chance(0.5) ? "0" : "00");
  return at(text);
}

} // namespace

// -- paths ----------------------------------------------------------------------------------------

TEST_CASE("a path keeps its text, and tells its parent, code and depth") {
  const auto p = at("79.769.26794");
  CHECK(p.str() == "79.769.26794");
  CHECK(p.code() == "26794");
  CHECK(p.depth() == 3);
  CHECK(p.parent() == at("79.769"));
  CHECK(p.parent().parent() == at("79"));
  CHECK(p.parent().parent().parent().empty());
  CHECK(at("79").code() == "79");
  CHECK(at("79").depth() == 1);
}

TEST_CASE("the empty path has no depth, no code and itself as parent") {
  const path none;
  CHECK(none.empty());
  CHECK(none.depth() == 0);
  CHECK(none.code().empty());
  CHECK(none.parent().empty());
  CHECK(none.child("79") == at("79"));
}

TEST_CASE("a path's limits are exact: 32 characters a segment, 16 segments, 128 in all") {
  CHECK(path::parse(std::string(32, 'a')));
  CHECK_FALSE(path::parse(std::string(33, 'a')));
  CHECK(path::parse(segments(16, 7)));
  CHECK_FALSE(path::parse(segments(17, 1)));
  CHECK(segments(4, 31).size() + 1 == 128);
  CHECK(path::parse(segments(4, 31) + "b"));
  CHECK_FALSE(path::parse(segments(4, 31) + ".b"));
  CHECK_FALSE(path::parse(std::string(1 << 20, '.')));
}

TEST_CASE(
    "every octet outside letters, digits, '_', '-' and the dot between is refused in a path") {
  for (int c = 0; c < 256; ++c) {
    const auto letter = static_cast<char>(c);
    const bool good = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                      (letter >= 'A' && letter <= 'Z') || letter == '_' || letter == '-';
    INFO("octet " << c);
    CHECK(path::parse(std::string(1, letter)).has_value() == good);
    CHECK(path::parse(std::string("7") + letter + "9").has_value() == (good || letter == '.'));
  }
}

TEST_CASE("a path with an empty segment is refused, and the error says what one is made of") {
  for (const auto* text : {"", ".", "..", ".79", "79.", "79..769", "79.769."}) {
    INFO(text);
    const auto p = path::parse(text);
    REQUIRE_FALSE(p);
    CHECK(p.error().code == errc::malformed);
    CHECK(p.error().detail.ends_with("."));
    CHECK(p.error().detail.find("1 to") != std::string::npos);
  }
}

TEST_CASE("a path contains itself and what lies below, by whole segments") {
  const auto city = at("79");
  CHECK(city.contains(city));
  CHECK(city.contains(at("79.769")));
  CHECK(city.contains(at("79.769.26794")));
  CHECK_FALSE(city.contains(at("790")));
  CHECK_FALSE(city.contains(at("79-1")));
  CHECK_FALSE(city.contains(at("790.769")));
  CHECK_FALSE(city.contains(at("7")));
  CHECK_FALSE(at("79.769").contains(city));
  CHECK_FALSE(at("79.769").contains(at("79.7690")));
  CHECK_FALSE(city.contains(at("01.79")));
}

TEST_CASE("the empty path contains everything and lies in nothing else") {
  CHECK(path().contains(at("79")));
  CHECK(path().contains(path()));
  CHECK_FALSE(at("79").contains(path()));
  CHECK(overlap(path(), at("79")));
  CHECK(overlap(at("79"), path()));
}

TEST_CASE("two paths overlap if one contains the other, whichever comes first") {
  CHECK(overlap(at("79"), at("79.769")));
  CHECK(overlap(at("79.769"), at("79")));
  CHECK_FALSE(overlap(at("79.769"), at("79.770")));
  CHECK_FALSE(overlap(at("79"), at("7")));
}

TEST_CASE("containment is the order of a tree, for any paths") {
  seeded_random random(7);
  for (int i = 0; i < 5'000; ++i) {
    const auto a = near_path(random);
    const auto b = near_path(random);
    bool above = false;
    for (auto p = b; !p.empty(); p = p.parent()) above = above || p == a;
    INFO(a.str() << " and " << b.str());
    REQUIRE(a.contains(b) == above);
    REQUIRE((a.contains(b) && b.contains(a)) == (a == b));
    REQUIRE(b.parent().contains(b));
    REQUIRE(b.parent().child(b.code()) == b);
    REQUIRE(b.parent().depth() + 1 == b.depth());
  }
}

TEST_CASE("paths are ordered and hashed by their text") {
  CHECK(at("79") < at("79.1"));
  CHECK(at("79.10") < at("79.9"));
  CHECK(at("a") != at("A"));
  std::unordered_set<path> seen{at("79"), at("79.769"), at("79")};
  CHECK(seen.size() == 2);
  CHECK(seen.contains(at("79.769")));
}

// -- names ----------------------------------------------------------------------------------------

TEST_CASE("a name tells its kind, its home and its local part") {
  const auto unit = called("unit/79.769.26794");
  CHECK(unit.kind() == "unit");
  CHECK(unit.home() == at("79.769.26794"));
  CHECK(unit.home_text() == "79.769.26794");
  CHECK(unit.local().empty());

  const auto device = called("device/79.769.26794/spk-0012");
  CHECK(device.kind() == "device");
  CHECK(device.home() == at("79.769.26794"));
  CHECK(device.home_text() == "79.769.26794");
  CHECK(device.local() == "spk-0012");
}

TEST_CASE("the empty name has no parts") {
  const name none;
  CHECK(none.empty());
  CHECK(none.kind().empty());
  CHECK(none.home().empty());
  CHECK(none.home_text().empty());
  CHECK(none.local().empty());
}

TEST_CASE("a name built of its parts is the name that was read") {
  for (const auto* text : {"unit/79", "device/79.769/spk-0012", "citizen/79/a.b_c~d@e:f+g-H0"}) {
    const auto read = called(text);
    CHECK(name::of(read.kind(), read.home(), read.local()) == read);
    CHECK(read.str() == text);
  }
}

TEST_CASE("a name's limits are exact: kind 16, local part 96, 240 in all") {
  const std::string local(96, 'x');
  CHECK(name::parse(std::string(16, 'k') + "/79"));
  CHECK_FALSE(name::parse(std::string(17, 'k') + "/79"));
  CHECK(name::parse("k/79/" + local));
  CHECK_FALSE(name::parse("k/79/" + local + "x"));
  const auto longest_home = segments(4, 31) + "b";
  const auto longest = std::string(14, 'k') + "/" + longest_home + "/" + local;
  CHECK(longest.size() == 240);
  CHECK(name::parse(longest));
  CHECK_FALSE(name::parse("k" + longest));
}

TEST_CASE("what is not kind/home or kind/home/local is refused as a name") {
  for (const auto* text : {"",
                           "/",
                           "//",
                           "unit",
                           "unit/",
                           "/79",
                           "unit//x",
                           "unit/79/",
                           "unit/79/x/",
                           "unit/79/x/y",
                           "unit/79//",
                           "Unit/79",
                           "unit1/79",
                           "un-it/79",
                           "unit/79./x",
                           "unit/79 /x",
                           "unit/79/x y",
                           "unit/79/x\n",
                           "unit/79/\xc3\xa9",
                           "unit/79/%2e",
                           "unit/79/*",
                           " unit/79",
                           "unit /79"}) {
    INFO(text);
    const auto n = name::parse(text);
    REQUIRE_FALSE(n);
    CHECK(n.error().code == errc::malformed);
    CHECK_FALSE(n.error().detail.empty());
  }
  CHECK_FALSE(name::parse(std::string_view("unit/79\0", 8)));
  CHECK_FALSE(name::parse(std::string_view("unit/79/x\0y", 11)));
  CHECK_FALSE(name::parse(std::string(1 << 20, 'a')));
}

TEST_CASE("every octet that a local part may not have is refused in one") {
  constexpr std::string_view beside_alphanumerics = "._~@:+-";
  for (int c = 0; c < 256; ++c) {
    const auto letter = static_cast<char>(c);
    const bool good = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                      (letter >= 'A' && letter <= 'Z') ||
                      beside_alphanumerics.find(letter) != std::string_view::npos;
    INFO("octet " << c);
    CHECK(name::parse(std::string("device/79/") + letter).has_value() == good);
  }
}

TEST_CASE("whatever octets are read as a name, its parts make the same name again") {
  constexpr std::string_view letters = "ab_/./-1~\xff";
  seeded_random random(11);
  std::size_t accepted = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (auto n = random.below(12); n > 0; --n) text += letters[random.below(letters.size())];
    const auto n = name::parse(text);
    if (!n) continue;
    ++accepted;
    REQUIRE(name::of(n->kind(), n->home(), n->local()).str() == text);
  }
  CHECK(accepted > 100);
}

TEST_CASE("names are ordered and hashed by their text") {
  CHECK(called("device/79/a") < called("unit/79"));
  CHECK(called("unit/79") < called("unit/79.1"));
  std::unordered_set<name> seen{called("unit/79"), called("unit/80"), called("unit/79")};
  CHECK(seen.size() == 2);
}
