#include "samples.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace loa;
using namespace loa::wire;
using namespace loa::wire::samples;

namespace {

/// One member of any kind, so that a mistake in it stands at "/v".
template <class T>
struct box {
  T v{};
  bool operator==(const box&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("v", self.v);
  }
};

struct profile {
  static constexpr type_tag tag{"test.profile", 1};
  std::string first;
  std::vector<point> line;
  std::map<std::string, point> corners;
  std::optional<point> centre;
  bool operator==(const profile&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("first", self.first);
    f.optional("line", self.line);
    f.optional("corners", self.corners);
    f.optional("centre", self.centre);
  }
};

/// The value of the only member, read from the JSON `value`.
template <class T>
result<T> boxed(const std::string& value) {
  auto r = from_json<box<T>>("{\"v\":" + value + "}");
  if (!r) {
    CHECK(r.error().pointer == "/v");
    return r.error();
  }
  return r->v;
}

/// What is wrong with `value` as a `T`, as the caller is told.
template <class T>
std::string mistake(const std::string& value) {
  const auto r = boxed<T>(value);
  return r ? "none" : r.error().detail;
}

/// Every mistake in a JSON text, as "pointer: sentence".
template <class T>
std::vector<std::string> mistakes(bytes_view text, bool strict = false) {
  auto d = document::from_json(text);
  REQUIRE(d);
  read_context c(form::text, strict);
  T v{};
  read(d->root(), v, c);
  std::vector<std::string> out;
  for (const auto& e : c.errors()) out.push_back(e.pointer + ": " + e.detail);
  return out;
}

using strings = std::vector<std::string>;

} // namespace

// -- forms ----------------------------------------------------------------------------------------

TEST_CASE(
    "JSON shows times in RFC 3339, octets in base64, enums by name, variants with their type") {
  everything e;
  e.raw.data = bytes("\x00\xff", 2);
  e.at = from_millis(1'756'677'600'000);
  e.took = std::chrono::seconds(2);
  e.where = *path::parse("79.769");
  e.who = name::of("unit", e.where);
  e.tint = color::green;
  e.corner = {-1, 2};
  e.note = "";
  e.line = {{1, 2}};
  e.counts = {{"a", 1}, {"b", std::nullopt}};
  e.part = number{5};
  CHECK(to_json(e) ==
        R"({"at":"2025-09-01T05:00:00+07:00","corner":{"x":-1,"y":2},"counts":{"a":1,"b":null},)"
        R"("i16":0,"i32":0,"i64":0,"i8":0,"line":[{"x":1,"y":2}],"note":"",)"
        R"("part":{"type":"test.number","value":{"n":5},"version":3},"raw":"AP8=","real":0.0,)"
        R"("text":"","tint":"green","took":2000,"u16":0,"u32":0,"u64":0,"u8":0,)"
        R"("where":"79.769","who":"unit/79.769","yes":false})");
  CHECK(to_json(point{1, 2}, 1) == "{\n \"x\": 1,\n \"y\": 2\n}");
}

TEST_CASE("CBOR holds times as integers and octets as octets") {
  CHECK(to_cbor(box<instant>{from_millis(1000)}) == "\xa1\x61v\x19\x03\xe8");
  CHECK(to_cbor(box<octets>{{"\x01\xff"}}) == "\xa1\x61v\x42\x01\xff");
  CHECK(to_cbor(box<color>{color::green}) == "\xa1\x61v\x65green");
  CHECK(to_cbor(point{-1, 24}) == "\xa2\x61x\x20\x61y\x18\x18");
}

TEST_CASE("what is written is read as the same, in both forms, whatever the values") {
  seeded_random random(29);
  for (int i = 0; i < 1'000; ++i) {
    const auto e = some(random);
    const auto binary = from_cbor<everything>(to_cbor(e));
    REQUIRE(binary);
    REQUIRE(*binary == e);
    const auto text = from_json<everything>(to_json(e), {}, true);
    INFO(to_json(e));
    REQUIRE(text);
    REQUIRE(*text == e);
  }
}

TEST_CASE("every prefix of a value's CBOR is refused, and every changed octet read or refused") {
  seeded_random random(31);
  const auto whole = to_cbor(some(random));
  for (std::size_t n = 0; n < whole.size(); ++n)
    REQUIRE_FALSE(from_cbor<everything>(bytes_view(whole).substr(0, n)));
  std::size_t readable = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto changed = whole;
    for (auto n = 1 + random.below(3); n > 0; --n)
      changed[random.below(changed.size())] = static_cast<char>(random.next());
    const auto e = from_cbor<everything>(changed);
    if (!e) {
      REQUIRE_FALSE(e.error().detail.empty());
      continue;
    }
    ++readable;
    const auto again = from_cbor<everything>(to_cbor(*e));
    REQUIRE(again);
    REQUIRE(to_cbor(*again) == to_cbor(*e));
  }
  CHECK(readable > 0);
}

TEST_CASE("a number that is none is kept in CBOR, and is null in JSON, which has no word for it") {
  const box<double> odd{std::nan("")};
  CHECK(std::isnan(from_cbor<box<double>>(to_cbor(odd))->v));
  CHECK(to_json(odd) == R"({"v":null})");
  CHECK(from_cbor<box<double>>(to_cbor(box<double>{-INFINITY}))->v == -INFINITY);
}

TEST_CASE("text that is not UTF-8 is kept in CBOR, and readable in JSON") {
  const box<std::string> odd{"a\xff"};
  CHECK(from_cbor<box<std::string>>(to_cbor(odd)).value() == odd);
  CHECK(from_json<box<std::string>>(to_json(odd)).value().v == "a\xef\xbf\xbd");
}

// -- kinds of fields ------------------------------------------------------------------------------

TEST_CASE("an integer is read over its whole range and not a step beyond") {
  CHECK(boxed<std::int8_t>("-128").value() == -128);
  CHECK(boxed<std::int8_t>("127").value() == 127);
  CHECK(mistake<std::int8_t>("128") == "This number is out of range.");
  CHECK(mistake<std::int8_t>("-129") == "This number is out of range.");
  CHECK(boxed<std::uint16_t>("65535").value() == 65535);
  CHECK(mistake<std::uint16_t>("65536") == "This number is out of range.");
  CHECK(mistake<std::uint16_t>("-1") == "This number must not be negative.");
  CHECK(boxed<std::int64_t>("-9223372036854775808").value() ==
        std::numeric_limits<std::int64_t>::min());
  CHECK(boxed<std::int64_t>("9223372036854775807").value() ==
        std::numeric_limits<std::int64_t>::max());
  CHECK(mistake<std::int64_t>("9223372036854775808") == "This number is out of range.");
  CHECK(boxed<std::uint64_t>("18446744073709551615").value() == ~std::uint64_t{0});
  CHECK(mistake<std::uint64_t>("18446744073709551616") == "This must be a whole number.");
  CHECK(mistake<std::uint64_t>("-1") == "This number must not be negative.");
  CHECK(boxed<std::uint64_t>("-0").value() == 0);
}

TEST_CASE("nothing but its own kind is read as a field, and the sentence says what it must be") {
  const strings values = {"true", "1", "-1", "1.5", "\"text\"", "null", "[]", "{}"};
  const auto refused_but = [&]<class T>(std::type_identity<T>, const strings& good,
                                        const std::string& must) {
    for (const auto& value : values) {
      INFO(value << ": " << must);
      if (std::find(good.begin(), good.end(), value) != good.end())
        CHECK(boxed<T>(value));
      else
        CHECK(mistake<T>(value) == must);
    }
  };
  refused_but(std::type_identity<bool>{}, {"true"}, "This must be true or false.");
  refused_but(std::type_identity<std::int64_t>{}, {"1", "-1"}, "This must be a whole number.");
  refused_but(std::type_identity<double>{}, {"1", "-1", "1.5"}, "This must be a number.");
  refused_but(std::type_identity<std::string>{}, {"\"text\""}, "This must be a text.");
  refused_but(std::type_identity<octets>{}, {"\"text\""}, "This must be base64 text.");
  refused_but(std::type_identity<duration>{}, {"1", "-1"}, "This must be a whole number.");
  refused_but(std::type_identity<paging>{}, {"{}"}, "This must be an object.");
  refused_but(std::type_identity<std::vector<int>>{}, {"[]"}, "This must be a list.");
  refused_but(std::type_identity<std::map<std::string, int>>{}, {"{}"}, "This must be an object.");
  for (const auto& value : values) {
    CHECK_FALSE(boxed<instant>(value));
    CHECK_FALSE(boxed<name>(value));
    CHECK_FALSE(boxed<color>(value));
    CHECK(boxed<path>(value).has_value() == (value == "\"text\""));
  }
}

TEST_CASE("a path, a name and a time in JSON keep their own rules and sentences") {
  CHECK(boxed<path>("\"79.769\"")->str() == "79.769");
  CHECK(mistake<path>("\"79..769\"") == path::parse("79..769").error().detail);
  CHECK(mistake<path>("\"\"") == path::parse("").error().detail);
  CHECK(boxed<name>("\"unit/79\"")->str() == "unit/79");
  CHECK(mistake<name>("\"unit\"") == name::parse("unit").error().detail);
  CHECK(boxed<instant>("\"2025-09-01T05:00:00+07:00\"").value() == from_millis(1'756'677'600'000));
  CHECK(mistake<instant>("\"tomorrow\"") == parse_rfc3339("tomorrow").error().detail);
}

TEST_CASE("an enum is read by its name, and a mistake lists the names") {
  CHECK(boxed<color>("\"green\"").value() == color::green);
  CHECK(mistake<color>("\"Green\"") == "\"Green\" is not one of: red, green.");
  CHECK(mistake<color>("\"\"") == "\"\" is not one of: red, green.");
  CHECK(mistake<color>("1") == "This must be a text.");
  CHECK(enum_name(color::red) == "red");
  CHECK(enum_name(static_cast<color>(9)) == "?");
  CHECK(enum_value<color>("red") == color::red);
  CHECK_FALSE(enum_value<color>("?"));
}

TEST_CASE("octets are read from canonical base64 only, and in CBOR from octets") {
  CHECK(boxed<octets>("\"Zm8=\"")->data == "fo");
  CHECK(mistake<octets>("\"Zm8\"") == "This must be base64 text.");
  CHECK(mistake<octets>("\"Zm9=\"") == "This must be base64 text.");
  CHECK(from_cbor<box<octets>>("\xa1\x61v\x42\x01\xff")->v.data == "\x01\xff");
}

TEST_CASE("a time in CBOR is a number of milliseconds, a text is refused") {
  CHECK(from_cbor<box<instant>>("\xa1\x61v\x19\x03\xe8")->v == from_millis(1000));
  CHECK(from_cbor<box<instant>>("\xa1\x61v\x38\x63")->v == from_millis(-100));
  CHECK_FALSE(from_cbor<box<instant>>("\xa1\x61v\x74"
                                      "2025-09-01T05:00:00Z"));
}

TEST_CASE("a list replaces what was there, and null is an element only of optionals") {
  std::vector<std::optional<int>> holes = {1, std::nullopt, 3};
  CHECK(boxed<std::vector<std::optional<int>>>("[1,null,3]").value() == holes);
  CHECK(mistakes<box<std::vector<int>>>(R"({"v":[1,null,3,"x"]})") ==
        strings{"/v/1: This must be a whole number.", "/v/3: This must be a whole number."});
}

TEST_CASE("a variant is read by its type, at its version") {
  CHECK(boxed<token>(R"({"type":"test.word","version":1,"value":{"text":"x"}})").value() ==
        token(word{"x"}));
  CHECK(boxed<token>(R"({"type":"test.number","version":3,"value":{"n":7}})").value() ==
        token(number{7}));
}

TEST_CASE("a mistake in a variant is told once, with where it stands") {
  using t = box<token>;
  CHECK(mistakes<t>(R"({"v":{"type":"test.word","version":1,"value":{"text":5}}})") ==
        strings{"/v/value/text: This must be a text."});
  CHECK(mistakes<t>(R"({"v":{"type":"test.word","version":1}})") ==
        strings{"/v/value: This field is missing."});
  CHECK(mistakes<t>(R"({"v":{"version":1,"value":{}}})") ==
        strings{"/v/type: This field is missing."});
  CHECK(mistakes<t>(R"({"v":{"type":"test.word","version":-1,"value":{"text":"x"}}})") ==
        strings{"/v/version: This number must not be negative."});
  const auto other = mistakes<t>(R"({"v":{"type":"test.other","version":1,"value":{}}})");
  REQUIRE(other.size() == 1);
  CHECK(other[0].find("There is no type \"test.other\" here.") != std::string::npos);
  const auto newer = mistakes<t>(R"({"v":{"type":"test.word","version":2,"value":{"text":"x"}}})");
  REQUIRE(newer.size() == 1);
  CHECK(newer[0].find("newer version of Loa") != std::string::npos);
}

// -- fields that are missing, optional or unknown -------------------------------------------------

TEST_CASE("a field that is missing is named where it should stand") {
  CHECK(mistakes<point>("{}") ==
        strings{"/x: This field is missing.", "/y: This field is missing."});
  CHECK(mistakes<profile>(R"({"first":"a","line":[{"x":1,"y":1},{"x":1}]})") ==
        strings{"/line/1/y: This field is missing."});
  CHECK(from_json<point>("{}").error() == error{errc::malformed, "This field is missing.", "/x"});
}

TEST_CASE("null is not a value for a required field, unless the member is an optional itself") {
  CHECK(mistakes<point>(R"({"x":null,"y":1})") == strings{"/x: This must be a whole number."});
  CHECK_FALSE(boxed<std::optional<int>>("null").value());
  CHECK(mistakes<box<std::optional<int>>>("{}") == strings{"/v: This field is missing."});
  CHECK(from_json<box<std::optional<int>>>(to_json(box<std::optional<int>>{})));
}

TEST_CASE("an optional field may be absent or null, and then leaves the member as it is") {
  CHECK(from_json<paging>("{}").value() == paging{});
  CHECK(from_json<paging>(R"({"most":null,"tint":null})").value() == paging{});
  CHECK(from_json<paging>(R"({"most":7})")->most == 7);
  CHECK_FALSE(from_json<paging>(R"({"step":null})")->step); // null is one of this member's values
  CHECK(mistakes<paging>(R"({"most":"7"})") == strings{"/most: This must be a whole number."});
  CHECK(from_json<profile>(R"({"first":"a"})").value() == profile{.first = "a"});
}

TEST_CASE("an optional field is left out while it equals its default") {
  CHECK(to_json(profile{}) == R"({"first":""})");
  CHECK(to_json(profile{.first = "a", .centre = point{}}) ==
        R"({"centre":{"x":0,"y":0},"first":"a"})");
}

TEST_CASE("an optional field comes back whatever its default and its value are") {
  for (const std::uint32_t most : {0U, 1U, 100U, 4'000'000'000U})
    for (const std::uint64_t after : {0U, 9U})
      for (const bool newest_first : {false, true})
        for (const auto tint : {color::red, color::green})
          for (const auto step : {std::optional<int>(), std::optional(0), std::optional(5)}) {
            const paging p{most, after, newest_first, tint, step};
            INFO(to_json(p));
            CHECK(from_cbor<paging>(to_cbor(p)).value() == p);
            CHECK(from_json<paging>(to_json(p)).value() == p);
          }
}

TEST_CASE("an unknown field is passed over, as a newer version may have written it") {
  CHECK(from_json<point>(R"({"x":1,"y":2,"z":3})").value() == point{1, 2});
}

TEST_CASE("an unknown field is refused by name where that is asked for, at any depth") {
  CHECK(from_json<point>(R"({"x":1,"y":2})", {}, true));
  CHECK(mistakes<point>(R"({"x":1,"y":2,"z":3})", true) ==
        strings{"/z: This field is not known here; known are: x, y."});
  CHECK(mistakes<profile>(
            R"({"first":"a","line":[{"x":1,"y":2,"z":3}],"centre":{"x":1,"y":1,"w":0}})", true) ==
        strings{"/line/0/z: This field is not known here; known are: x, y.",
                "/centre/w: This field is not known here; known are: x, y."});
  CHECK(mistakes<profile>(R"({"first":"a","corners":{"any":{"x":1,"y":2}}})", true).empty());
  CHECK(mistakes<box<token>>(
            R"({"v":{"type":"test.word","version":1,"value":{"text":"x"},"more":1}})", true) ==
        strings{"/v/more: This field is not known here; known are: type, version, value."});
  CHECK(mistakes<box<token>>(
            R"({"v":{"type":"test.word","version":1,"value":{"text":"x","more":1}}})", true) ==
        strings{"/v/value/more: This field is not known here; known are: text."});
}

// -- mistakes -------------------------------------------------------------------------------------

TEST_CASE("all mistakes are collected, each with its pointer") {
  CHECK(mistakes<profile>(R"({"line":[{"x":1,"y":"2"},5],"corners":{"nw":{"x":true,"y":0}},)"
                          R"("centre":[]})") ==
        strings{"/first: This field is missing.", "/line/0/y: This must be a whole number.",
                "/line/1: This must be an object.", "/corners/nw/x: This must be a whole number.",
                "/centre: This must be an object."});
}

TEST_CASE("a pointer escapes what RFC 6901 says, in that order") {
  CHECK(mistakes<profile>(R"({"first":"a","corners":{"a/b~c~1":5,"":6}})") ==
        strings{"/corners/: This must be an object.",
                "/corners/a~1b~0c~01: This must be an object."});
}

TEST_CASE("a mistake at the top has an empty pointer") {
  CHECK(mistakes<point>("[]") == strings{": This must be an object."});
  CHECK(from_json<point>("{").error().pointer.empty());
}

TEST_CASE("a hundred mistakes are kept, not a million") {
  std::string text = R"({"v":[true)";
  for (int i = 0; i < 100'000; ++i) text += ",true";
  const auto found = mistakes<box<std::vector<int>>>(text + "]}");
  REQUIRE(found.size() == 100);
  CHECK(found.back().starts_with("/v/99: "));
}

TEST_CASE("what comes in cannot make a sentence or a pointer long") {
  const std::string much(200'000, 'x');
  const auto is_short = [](const strings& found) {
    CHECK_FALSE(found.empty());
    for (const auto& m : found) CHECK(m.size() < 600);
  };
  is_short(mistakes<box<color>>("{\"v\":\"" + much + "\"}"));
  is_short(mistakes<point>("{\"x\":1,\"y\":1,\"" + much + "\":1}", true));
  is_short(mistakes<profile>("{\"first\":\"\",\"corners\":{\"" + much + "\":{}}}"));
  is_short(mistakes<box<token>>("{\"v\":{\"type\":\"" + much + "\",\"version\":1,\"value\":{}}}"));
}

TEST_CASE("a context tells how it reads, and keeps a code that is given") {
  read_context c(form::binary, true);
  CHECK(c.as() == form::binary);
  CHECK(c.strict());
  CHECK_FALSE(read_context(form::text).strict());
  c.push("list");
  c.push(std::size_t{3});
  c.fail("It is too old.", errc::version);
  c.pop();
  c.fail("It is odd.");
  CHECK(c.errors() == std::vector<error>{{errc::version, "It is too old.", "/list/3"},
                                         {errc::malformed, "It is odd.", "/list"}});
}

TEST_CASE("limits hold for described values too") {
  CHECK(from_json<point>(R"({"x":1,"y":2})", {.octets = 13}));
  CHECK(from_json<point>(R"({"x":1,"y":2})", {.octets = 12}).error().code == errc::too_large);
  CHECK(from_cbor<point>(to_cbor(point{}), {.octets = 1}).error().code == errc::too_large);
  CHECK_FALSE(from_json<point>(R"({"x":1,"y":2,"z":[[1]]})", {.depth = 2}));
  CHECK(from_json<point>(R"({"x":1,"y":2,"z":[[1]]})", {.depth = 3}));
}
