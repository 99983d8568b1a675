#include "samples.hpp"

#include <loa/wire/record.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace loa;
using namespace loa::wire;
using namespace loa::wire::samples;

namespace {

/// A record of any type, version and value, as another build may have written it.
bytes record_of(std::string_view type, std::uint64_t version, const json& content) {
  document d;
  d.root() = json::array({type, version, content});
  return d.to_cbor();
}

type_registry known_types() {
  type_registry types;
  types.add_all<token>();
  types.add<everything>();
  types.add<interval>();
  return types;
}

using any = std::variant<word, number, everything, interval>;

} // namespace

TEST_CASE("a record is a list of type name, version and value in CBOR") {
  CHECK(encode_record(number{7}) == "\x83\x6btest.number\x03\xa1\x61n\x07");
  CHECK(encode_alternative(token(number{7})) == encode_record(number{7}));
}

TEST_CASE("a record is opened without knowing its type") {
  const auto r = open_record(record_of("of.another.build", 70'000, {{"a", 1}}));
  REQUIRE(r);
  CHECK(r->type == "of.another.build");
  CHECK(r->version == 70'000);
  CHECK(r->value().at("a") == 1);
}

TEST_CASE("what is not a list of name, version and value is not a record") {
  for (const auto& tree :
       {json(), json(1), json::object(), json::array(), json::array({"t", 1}),
        json::array({"t", 1, 2, 3}), json::array({1, 1, 1}), json::array({"t", "1", 1}),
        json::array({"t", -1, 1}), json::array({"t", 1.0, 1}), json::array({nullptr, 1, 1})}) {
    document d;
    d.root() = tree;
    INFO(d.to_json());
    const auto opened = open_record(d.to_cbor());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == errc::malformed);
    CHECK_FALSE(decode_record<token>(d.to_cbor()));
    CHECK_FALSE(known_types().decode(d.to_cbor()));
  }
  for (const auto& octets : {bytes(), bytes("\xff"), bytes("garbage"), bytes(100'000, '\x81')})
    CHECK_FALSE(open_record(octets));
}

TEST_CASE("a record is read as the alternative that it names") {
  CHECK(decode_record<token>(encode_record(word{"x"})).value() == token(word{"x"}));
  CHECK(decode_record<token>(encode_record(number{-1})).value() == token(number{-1}));
}

TEST_CASE("records of random values come back the same, and are the same octets again") {
  seeded_random random(37);
  const auto types = known_types();
  for (int i = 0; i < 500; ++i) {
    const auto e = some(random);
    const auto record = encode_record(e);
    const auto read = decode_record<any>(record);
    REQUIRE(read);
    REQUIRE(std::get<everything>(*read) == e);
    REQUIRE(encode_alternative(*read) == record);
    const auto shared = types.decode(record);
    REQUIRE(shared);
    REQUIRE(shared->encode() == record);
  }
}

TEST_CASE("a record of a type that is not known here is refused by name") {
  const auto other = record_of("test.other", 1, {{"text", "x"}});
  const auto read = decode_record<token>(other);
  REQUIRE_FALSE(read);
  CHECK(read.error().detail == "There is no type \"test.other\" here.");
  const auto shared = known_types().decode(other);
  REQUIRE_FALSE(shared);
  CHECK(shared.error().code == errc::unsupported);
  CHECK(shared.error().detail.find("\"test.other\"") != std::string::npos);
  CHECK_FALSE(type_registry().decode(encode_record(word{})));
}

TEST_CASE("a type is not taken for another with a similar name or the same fields") {
  for (const auto* type : {"", "test", "test.wor", "test.words", "Test.word", "test.word "})
    CHECK_FALSE(decode_record<token>(record_of(type, 1, {{"text", "x"}})));
}

TEST_CASE("a record of a newer version is refused, never half understood") {
  for (const std::uint64_t version : {std::uint64_t{4}, std::uint64_t{65'539}, ~std::uint64_t{0}}) {
    const auto newer = record_of("test.number", version, {{"n", 7}});
    const auto read = decode_record<token>(newer);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == errc::version);
    const auto shared = known_types().decode(newer);
    REQUIRE_FALSE(shared);
    CHECK(shared.error().code == errc::version);
  }
}

TEST_CASE("a record of an older version stays readable where fields only came to it") {
  for (const std::uint64_t version : {0, 1, 2, 3})
    CHECK(decode_record<token>(record_of("test.number", version, {{"n", 7}})).value() ==
          token(number{7}));
}

TEST_CASE("a record of an older version is read as it was then and brought up step by step") {
  const interval five_minutes{std::chrono::minutes(5), "unknown"};
  for (const auto& record :
       {record_of("test.interval", 1, {{"minutes", 5}}),
        record_of("test.interval", 2, {{"seconds", 300}}), encode_record(five_minutes)}) {
    CHECK(std::get<interval>(decode_record<any>(record).value()) == five_minutes);
    const auto shared = known_types().decode(record);
    REQUIRE(shared);
    REQUIRE(shared->get<interval>());
    CHECK(*shared->get<interval>() == five_minutes);
    CHECK(shared->tag().version == 3);
  }
}

TEST_CASE("an older version is read by its own fields only") {
  for (const auto& [version, content] : {std::pair<std::uint64_t, json>(1, {{"seconds", 300}}),
                                         std::pair<std::uint64_t, json>(2, {{"minutes", 5}}),
                                         std::pair<std::uint64_t, json>(3, {{"minutes", 5}}),
                                         std::pair<std::uint64_t, json>(1, {{"minutes", -5}})}) {
    const auto record = record_of("test.interval", version, content);
    CHECK_FALSE(decode_record<any>(record));
    CHECK_FALSE(known_types().decode(record));
  }
}

TEST_CASE("a mistake in a record's value has its pointer within the value") {
  const auto record = record_of("test.word", 1, {{"text", 5}});
  CHECK(decode_record<token>(record).error() ==
        error{errc::malformed, "This must be a text.", "/text"});
  CHECK(known_types().decode(record).error().pointer == "/text");
}

TEST_CASE("a record keeps to the limits of who reads it") {
  const auto record = encode_record(word{std::string(100, 'x')});
  const parse_limits exact{.octets = record.size()};
  const parse_limits less{.octets = record.size() - 1};
  CHECK(decode_record<token>(record, exact));
  CHECK(decode_record<token>(record, less).error().code == errc::too_large);
  CHECK(open_record(record, less).error().code == errc::too_large);
  CHECK(known_types().decode(record, less).error().code == errc::too_large);
  CHECK_FALSE(decode_record<token>(record, {.depth = 1}));
  CHECK(decode_record<token>(record, {.depth = 2}));
}

TEST_CASE("a record with any octets changed is read or refused by every reader alike") {
  seeded_random random(41);
  const auto types = known_types();
  const auto whole = encode_record(some(random));
  for (int i = 0; i < 20'000; ++i) {
    auto changed = whole;
    for (auto n = 1 + random.below(4); n > 0; --n)
      changed[random.below(changed.size())] = static_cast<char>(random.next());
    if (random.chance(0.3)) changed.resize(random.below(changed.size()));
    const auto read = decode_record<any>(changed);
    const auto shared = types.decode(changed);
    REQUIRE(read.has_value() == shared.has_value());
    if (read) REQUIRE(encode_alternative(*read) == shared->encode());
  }
}

// -- values ---------------------------------------------------------------------------------------

TEST_CASE("a value knows its type and gives its content to who asks for that type only") {
  const auto v = value::of(word{"x"});
  CHECK_FALSE(v.empty());
  CHECK(v.tag() == word::tag);
  REQUIRE(v.get<word>());
  CHECK(v.get<word>()->text == "x");
  CHECK_FALSE(v.get<number>());
  CHECK(v.encode() == encode_record(word{"x"}));
  CHECK(v.to_json() == R"({"text":"x"})");
  CHECK(v.to_json(0) == "{\n\"text\": \"x\"\n}");
}

TEST_CASE("a type of the same name is another type within a process") {
  CHECK_FALSE(value::of(interval_1{}).get<interval>());
  CHECK_FALSE(value::of(interval_2{}).get<interval_1>());
}

TEST_CASE("a value that is empty has no type, no record and is null") {
  const value none;
  CHECK(none.empty());
  CHECK(none.tag().name.empty());
  CHECK_FALSE(none.get<word>());
  CHECK(none.encode().empty());
  CHECK(none.to_json() == "null");
}

TEST_CASE("copies of a value share its content, which lives as long as one of them") {
  auto a = value::of(word{std::string(100, 'x')});
  const auto* content = a.get<word>();
  const auto b = a;
  CHECK(b.get<word>() == content);
  a = value();
  CHECK(b.get<word>() == content);
  CHECK(content->text == std::string(100, 'x'));
}

TEST_CASE("a type that is registered twice is read as once") {
  auto types = known_types();
  types.add<word>();
  types.add_all<token>();
  const auto v = types.decode(encode_record(word{"x"}));
  REQUIRE(v);
  CHECK(v->get<word>()->text == "x");
}

TEST_CASE("type names and versions are compared as a whole") {
  CHECK(type_tag{"a", 1} == type_tag{"a", 1});
  CHECK_FALSE(type_tag{"a", 1} == type_tag{"a", 2});
  CHECK_FALSE(type_tag{"a", 1} == type_tag{"b", 1});
  CHECK(type_tag{"a"}.version == 1);
}
