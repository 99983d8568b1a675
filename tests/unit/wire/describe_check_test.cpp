#include "samples.hpp"

#include <loa/wire/record.hpp>

#include <catch2/catch.hpp>

#include <cmath>

using namespace loa;
using namespace loa::wire;
using namespace loa::wire::samples;

namespace {

struct nested {
  static constexpr type_tag tag{"test.nested", 1};
  std::vector<nested> inside;
  bool operator==(const nested&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("inside", self.inside);
  }
};

struct addressed {
  static constexpr type_tag tag{"test.addressed", 1};
  name required;
  path optional;
  std::optional<name> perhaps;
  std::vector<path> many;
  std::map<std::string, color> tints;
  bool operator==(const addressed&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("required", self.required);
    f.optional("optional", self.optional);
    f("perhaps", self.perhaps);
    f("many", self.many);
    f("tints", self.tints);
  }
};

/// Has the name of another type.
struct other_word {
  static constexpr type_tag tag{"test.word", 1};
  static void describe(auto&, auto&) {}
};

addressed whole() {
  return {*name::parse("unit/79"), {}, {}, {*path::parse("79")}, {{"a", color::green}}};
}

/// Nested so deep that the record takes `levels` levels.
nested deep(std::size_t levels) {
  nested n;
  for (; levels > 3; levels -= 2) n = nested{{std::move(n)}};
  return n;
}

template <class T>
bool comes_back(const T& v) {
  const auto back = decode_record<std::variant<T>>(encode_record(v), journal_limits);
  return back && std::get<T>(*back) == v;
}

} // namespace

TEST_CASE("what the check lets pass comes back from its record") {
  CHECK(check_record(whole()));
  CHECK(comes_back(whole()));
  auto v = whole();
  v.optional = *path::parse("79.769");
  v.perhaps = *name::parse("unit/79.769");
  CHECK(check_record(v));
  CHECK(comes_back(v));
}

TEST_CASE("an empty name or path is found wherever it stands, and named with its place") {
  const auto pointer_of = [](const addressed& v) {
    CHECK_FALSE(comes_back(v));
    const auto fine = check_record(v);
    return fine ? std::string() : fine.error().pointer;
  };
  auto v = whole();
  v.required = {};
  CHECK(pointer_of(v) == "/required");
  v = whole();
  v.perhaps = name{};
  CHECK(pointer_of(v) == "/perhaps");
  v = whole();
  v.many.emplace_back();
  CHECK(pointer_of(v) == "/many/1");
  v = whole();
  v.tints["b"] = static_cast<color>(7);
  CHECK(pointer_of(v) == "/tints/b");
  const auto why = check_record(v).error();
  CHECK(why.code == errc::rule);
  CHECK(why.detail == "What \"test.addressed\" holds could not be read back: This value of an enum "
                      "has no name.");
}

TEST_CASE("a value nested deeper than a reader goes is found, and one as deep as that is not") {
  const auto fits = deep(63);
  CHECK(check_record(fits));
  CHECK(comes_back(fits));
  const auto too_deep = deep(67);
  CHECK_FALSE(check_record(too_deep));
  CHECK_FALSE(decode_record<std::variant<nested>>(encode_record(too_deep), journal_limits));
}

TEST_CASE("a number that is not finite is found") {
  everything v;
  v.where = *path::parse("79");
  v.who = *name::parse("unit/79");
  CHECK(check_record(v));
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    v.real = bad;
    const auto fine = check_record(v);
    REQUIRE_FALSE(fine);
    CHECK(fine.error().pointer == "/real");
  }
}

TEST_CASE("the check and the reader are of one mind about random values") {
  seeded_random dice(7);
  const auto some_name = [&] { return dice.chance(0.9) ? *name::parse("unit/79.1") : name{}; };
  const auto some_path = [&] { return dice.chance(0.9) ? *path::parse("79.1") : path{}; };
  int refused = 0;
  for (int n = 0; n < 2000; ++n) {
    addressed v{some_name(), some_path(), {}, {}, {}};
    if (dice.chance(0.5)) v.perhaps = some_name();
    for (auto left = dice.below(3); left > 0; --left) v.many.push_back(some_path());
    for (auto left = dice.below(3); left > 0; --left)
      v.tints[std::to_string(left)] = static_cast<color>(dice.below(dice.chance(0.1) ? 4 : 2));
    REQUIRE(check_record(v).has_value() == comes_back(v));
    refused += check_record(v) ? 0 : 1;
  }
  CHECK(refused > 200);
  CHECK(refused < 1800);
}

TEST_CASE("two types under one name are a conflict, and one type added twice is none") {
  type_registry types;
  types.add<word>();
  types.add<word>();
  CHECK_FALSE(types.conflict());
  types.add<other_word>();
  REQUIRE(types.conflict());
  CHECK(types.conflict()->detail ==
        "Two types go by the name \"test.word\"; each needs a name of its own.");
}
