#pragma once

#include <loa/base/random.hpp>
#include <loa/wire/describe.hpp>

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// Types to write and read: one with a field of every kind, and a few that changed over time.
namespace loa::wire::samples {

enum class color : std::uint8_t { red, green };

struct point {
  std::int32_t x = 0;
  std::int32_t y = 0;
  bool operator==(const point&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("x", self.x);
    f("y", self.y);
  }
};

struct word {
  static constexpr type_tag tag{"test.word", 1};
  std::string text;
  bool operator==(const word&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("text", self.text);
  }
};

struct number {
  static constexpr type_tag tag{"test.number", 3};
  std::int64_t n = 0;
  bool operator==(const number&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("n", self.n);
  }
};

using token = std::variant<word, number>;

/// Has a member of every kind.
struct everything {
  static constexpr type_tag tag{"test.everything", 1};
  bool yes = false;
  std::int8_t i8 = 0;
  std::uint8_t u8 = 0;
  std::int16_t i16 = 0;
  std::uint16_t u16 = 0;
  std::int32_t i32 = 0;
  std::uint32_t u32 = 0;
  std::int64_t i64 = 0;
  std::uint64_t u64 = 0;
  double real = 0;
  std::string text;
  octets raw;
  instant at{};
  duration took{};
  path where;
  name who;
  color tint = color::red;
  point corner;
  std::optional<std::string> note;
  std::vector<point> line;
  std::vector<std::vector<std::uint16_t>> rows;
  std::map<std::string, std::optional<std::int64_t>> counts;
  token part;
  bool operator==(const everything&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("yes", self.yes);
    f("i8", self.i8);
    f("u8", self.u8);
    f("i16", self.i16);
    f("u16", self.u16);
    f("i32", self.i32);
    f("u32", self.u32);
    f("i64", self.i64);
    f("u64", self.u64);
    f("real", self.real);
    f("text", self.text);
    f("raw", self.raw);
    f("at", self.at);
    f("took", self.took);
    f("where", self.where);
    f("who", self.who);
    f("tint", self.tint);
    f("corner", self.corner);
    f.optional("note", self.note);
    f.optional("line", self.line);
    f.optional("rows", self.rows);
    f.optional("counts", self.counts);
    f("part", self.part);
  }
};

/// Members that may be absent and stand for something then.
struct paging {
  static constexpr type_tag tag{"test.paging", 1};
  std::uint32_t most = 100;
  std::uint64_t after = 0;
  bool newest_first = true;
  color tint = color::green;
  std::optional<int> step = 5;
  bool operator==(const paging&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("most", self.most);
    f.optional("after", self.after);
    f.optional("newest_first", self.newest_first);
    f.optional("tint", self.tint);
    f.optional("step", self.step);
  }
};

/// Version 1 counted minutes, version 2 seconds, version 3 has a unit too.
struct interval_1 {
  static constexpr type_tag tag{"test.interval", 1};
  std::uint32_t minutes = 0;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("minutes", self.minutes);
  }
};

struct interval_2 {
  static constexpr type_tag tag{"test.interval", 2};
  using previous = interval_1;
  std::uint32_t seconds = 0;
  static interval_2 from(interval_1 old) { return {old.minutes * 60}; }
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("seconds", self.seconds);
  }
};

struct interval {
  static constexpr type_tag tag{"test.interval", 3};
  using previous = interval_2;
  duration length{};
  std::string why;
  bool operator==(const interval&) const = default;
  static interval from(interval_2 old) { return {std::chrono::seconds(old.seconds), "unknown"}; }
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("length", self.length);
    f("why", self.why);
  }
};

inline std::string some_text(seeded_random& random) {
  static constexpr std::string_view letters[] = {
      "a", "\"", "\\", "/", "\n", "\x01", "ế", "🔔", "~", std::string_view("\0", 1)};
  std::string out;
  for (auto n = random.below(12); n > 0; --n) out += letters[random.below(std::size(letters))];
  return out;
}

template <class Int>
Int some_integer(seeded_random& random) {
  switch (random.below(4)) {
  case 0:
    return std::numeric_limits<Int>::min();
  case 1:
    return std::numeric_limits<Int>::max();
  case 2:
    return static_cast<Int>(random.below(2));
  default:
    return static_cast<Int>(random.next());
  }
}

inline token some_token(seeded_random& random) {
  if (random.chance(0.5)) return word{some_text(random)};
  return number{some_integer<std::int64_t>(random)};
}

/// Random values of every member, with the ends of their ranges among them.
inline everything some(seeded_random& random) {
  everything e;
  e.yes = random.chance(0.5);
  e.i8 = some_integer<std::int8_t>(random);
  e.u8 = some_integer<std::uint8_t>(random);
  e.i16 = some_integer<std::int16_t>(random);
  e.u16 = some_integer<std::uint16_t>(random);
  e.i32 = some_integer<std::int32_t>(random);
  e.u32 = some_integer<std::uint32_t>(random);
  e.i64 = some_integer<std::int64_t>(random);
  e.u64 = some_integer<std::uint64_t>(random);
  e.real = (static_cast<double>(random.next() >> 11) - 0x1.0p52) /
           static_cast<double>(1 + random.below(1'000'000));
  e.text = some_text(random);
  for (auto n = random.below(20); n > 0; --n) e.raw.data += static_cast<char>(random.next());
  e.at = from_millis(static_cast<std::int64_t>(random.below(250'000'000'000'000)));
  e.took = duration(some_integer<std::int64_t>(random));
  e.where = *path::parse("79." + std::to_string(random.below(1000)));
  e.who = name::of("unit", e.where);
  e.tint = random.chance(0.5) ? color::red : color::green;
  e.corner = {some_integer<std::int32_t>(random), some_integer<std::int32_t>(random)};
  if (random.chance(0.5)) e.note = some_text(random);
  for (auto n = random.below(3); n > 0; --n) e.line.push_back(e.corner);
  for (auto n = random.below(3); n > 0; --n)
    e.rows.emplace_back(random.below(3), some_integer<std::uint16_t>(random));
  for (auto n = random.below(3); n > 0; --n) {
    auto& count = e.counts[some_text(random)];
    if (random.chance(0.7)) count = some_integer<std::int64_t>(random);
  }
  e.part = some_token(random);
  return e;
}

} // namespace loa::wire::samples

template <>
inline constexpr auto loa::wire::enum_names<loa::wire::samples::color> =
    std::to_array<std::pair<loa::wire::samples::color, std::string_view>>(
        {{loa::wire::samples::color::red, "red"}, {loa::wire::samples::color::green, "green"}});
