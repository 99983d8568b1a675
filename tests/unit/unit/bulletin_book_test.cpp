#include <loa/base/random.hpp>
#include <loa/unit/bulletin_book.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

using namespace loa;
using namespace std::chrono_literals;
using unit::bulletin_book;
using unit::bulletin_record;

namespace {

const auto start = *parse_rfc3339("2026-10-18T14:30:00+07:00");
const auto here = *path::parse("79.769");

unit::bulletin_taken taken(std::uint64_t position, instant expires,
                           std::vector<model::bulletin_id> replaces = {}) {
  unit::bulletin_taken f;
  f.position = position;
  f.head.id = "79.769-" + std::to_string(position * 7'919 % 1'000);
  f.head.unit = here;
  f.head.sent = start;
  f.head.expires = expires;
  f.head.replaces = std::move(replaces);
  f.at = start;
  return f;
}

/// What the book must answer, by looking at every record.
void check_against_all(const bulletin_book& book, instant now) {
  std::optional<instant> next;
  std::vector<const bulletin_record*> to_close;
  for (const auto& [id, r] : book.all()) {
    REQUIRE(book.at_position(r.position) == &r);
    if (r.closed_at) continue;
    const auto end = r.head.expires + bulletin_book::grace;
    if (end > now && (!next || end < *next)) next = end;
    if (end <= now) to_close.push_back(&r);
  }
  std::ranges::sort(to_close, {}, &bulletin_record::position);
  REQUIRE(book.next_closing(now) == next);
  REQUIRE(book.to_close(now) == to_close);
}

} // namespace

TEST_CASE("a book finds among its bulletins what a look at every one would find") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    seeded_random dice(seed);
    bulletin_book book;
    unit::period_ledger figures;
    auto now = start;
    for (std::uint64_t position = 1; position <= 300; ++position) {
      now += std::chrono::seconds(dice.below(30));
      book.apply(taken(position, now + std::chrono::seconds(1 + dice.below(600))));
      if (dice.chance(0.3))
        for (const auto* r : book.to_close(now)) {
          const auto id = r->head.id;
          book.apply(unit::bulletin_closed{id, {}, now}, here, 20min, figures);
        }
      check_against_all(book, now);
      if (!dice.chance(0.1)) continue;
      auto again = wire::from_cbor<bulletin_book>(wire::to_cbor(book));
      REQUIRE(again);
      REQUIRE(*again == book);
      check_against_all(*again, now);
      book = *std::move(again);
    }
    CHECK(book.all().size() < 300);
    CHECK_FALSE(book.next_closing(instant::max()));
    CHECK(book.next_closing() == book.next_closing(start));
  }
}

TEST_CASE("what takes the place of another does so, whichever came first, while it is in force") {
  bulletin_book book;
  unit::period_ledger figures;
  const auto alert = taken(1, start + 1h);
  const auto cancel = taken(2, start + 1h, {alert.head.id});
  book.apply(alert);
  CHECK(book.superseder_of(alert.head).empty());
  book.apply(cancel);
  CHECK(book.superseder_of(alert.head) == cancel.head.id);
  CHECK(book.find(alert.head.id)->superseded_by == cancel.head.id);

  bulletin_book other;
  other.apply(cancel);
  other.apply(alert);
  CHECK(other.find(alert.head.id)->superseded_by == cancel.head.id);
  other.apply(unit::bulletin_closed{cancel.head.id, {}, start + 2h}, here, 24h, figures);
  CHECK(other.superseder_of(alert.head).empty());
}

TEST_CASE("of closed bulletins the latest keep figures of their own, the others' go into periods") {
  bulletin_book book;
  unit::period_ledger figures;
  const auto many = unit::limits::kept + 5;
  for (std::uint64_t p = 1; p <= many; ++p) {
    auto f = taken(p, start + 1s);
    f.head.id = "79.769-" + std::to_string(p);
    book.apply(f);
    book.apply(unit::bulletin_closed{f.head.id, {}, start + std::chrono::seconds(p)}, here, 24h,
               figures);
  }
  CHECK(book.all().size() == unit::limits::kept);
  CHECK_FALSE(book.find("79.769-5"));
  CHECK(book.find("79.769-6"));
  CHECK(figures.sum({{}, {}}).bulletins.published == 5);
}
