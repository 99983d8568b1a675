#include <loa/base/random.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <thread>
#include <vector>

using namespace loa;

namespace {

/// Gives the numbers that it was told to, over and over.
class told : public random_source {
public:
  explicit told(std::vector<std::uint64_t> numbers) : numbers_(std::move(numbers)) {}
  [[nodiscard]] std::uint64_t next() override { return numbers_[asked++ % numbers_.size()]; }
  std::size_t asked = 0;

private:
  std::vector<std::uint64_t> numbers_;
};

/// Pearson's chi-squared of how often each of the counted cases came, all being equally likely.
double chi_squared(const std::vector<std::size_t>& counts) {
  double total = 0;
  for (const auto n : counts) total += static_cast<double>(n);
  const auto expected = total / static_cast<double>(counts.size());
  double sum = 0;
  for (const auto n : counts) sum += std::pow(static_cast<double>(n) - expected, 2) / expected;
  return sum;
}

} // namespace

TEST_CASE("a seed gives SplitMix64's numbers, here and everywhere") {
  seeded_random zero(0);
  CHECK(zero.next() == 0xe220a8397b1dcdafULL);
  CHECK(zero.next() == 0x6e789e6aa1b965f4ULL);
  CHECK(zero.next() == 0x06c45d188009454fULL);
  seeded_random other(1234567);
  CHECK(other.next() == 6457827717110365317ULL);
  CHECK(other.next() == 3203168211198807973ULL);
}

TEST_CASE("the same seed gives the same course, another seed another") {
  seeded_random a(42);
  seeded_random b(42);
  seeded_random c(43);
  bool differs = false;
  for (int i = 0; i < 1000; ++i) {
    const auto n = a.next();
    REQUIRE(n == b.next());
    differs = differs || n != c.next();
  }
  CHECK(differs);
}

TEST_CASE("a number below a bound is below it, also at the edges") {
  seeded_random random(1);
  for (const std::uint64_t bound : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3},
                                    std::uint64_t{1} << 63, ~std::uint64_t{0}})
    for (int i = 0; i < 200; ++i) REQUIRE(random.below(bound) < bound);
}

TEST_CASE("small bounds are drawn evenly") {
  for (const std::size_t bound : {2U, 3U, 7U, 10U, 64U}) {
    seeded_random random(bound);
    std::vector<std::size_t> counts(bound);
    for (int i = 0; i < 100'000; ++i) ++counts[random.below(bound)];
    INFO("bound " << bound);
    const auto freedom = static_cast<double>(bound - 1);
    CHECK(chi_squared(counts) < freedom + 5 * std::sqrt(2 * freedom) + 5);
  }
}

TEST_CASE("a bound that does not divide 2^64 is drawn evenly however large it is") {
  // With the remainder alone, the lower third would come twice as often as each of the others.
  constexpr std::uint64_t third = std::uint64_t{1} << 62;
  seeded_random random(3);
  std::vector<std::size_t> counts(3);
  for (int i = 0; i < 30'000; ++i) ++counts[random.below(3 * third) / third];
  CHECK(chi_squared(counts) < 20);
}

TEST_CASE("a chance comes as often as it should, never at 0 and always at 1") {
  seeded_random random(5);
  int never = 0;
  int always = 0;
  int quarter = 0;
  for (int i = 0; i < 40'000; ++i) {
    never += random.chance(0) ? 1 : 0;
    always += random.chance(1) ? 1 : 0;
    quarter += random.chance(0.25) ? 1 : 0;
  }
  CHECK(never == 0);
  CHECK(always == 40'000);
  CHECK(std::abs(quarter - 10'000) < 450);
}

TEST_CASE("the kernel's numbers do not repeat, in one thread or between two") {
  std::vector<std::uint64_t> here;
  std::vector<std::uint64_t> there;
  const auto draw = [](std::vector<std::uint64_t>& into) {
    for (int i = 0; i < 1000; ++i) into.push_back(system_random().next());
  };
  std::thread other(draw, std::ref(there));
  draw(here);
  other.join();
  here.insert(here.end(), there.begin(), there.end());
  const std::set<std::uint64_t> distinct(here.begin(), here.end());
  CHECK(distinct.size() == here.size());
  CHECK(std::count(here.begin(), here.end(), 0U) == 0);
}

TEST_CASE("an identifier has the asked length and only digits that people do not mistake") {
  seeded_random random(9);
  CHECK(random_id(random, 0).empty());
  for (std::size_t n = 1; n < 60; ++n) {
    const auto id = random_id(random, n);
    CHECK(id.size() == n);
    CHECK(id.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ") == std::string::npos);
  }
}

TEST_CASE("an identifier takes five bits of the source for each character, none twice") {
  told bits({0xffff'ffff'ffff'ffff, 0});
  CHECK(random_id(bits, 12) == "ZZZZZZZZZZZZ");
  CHECK(bits.asked == 1);
  CHECK(random_id(bits, 1) == "0");
  told counting({0x0000'0000'0000'0001ULL | 2ULL << 5 | 31ULL << 55});
  CHECK(random_id(counting, 13) == "12000000000Z1");
  CHECK(counting.asked == 2);
}

TEST_CASE("every character of an identifier is drawn evenly, wherever it stands") {
  constexpr std::size_t length = 14;
  seeded_random random(13);
  std::array<std::vector<std::size_t>, length> counts;
  counts.fill(std::vector<std::size_t>(256));
  for (int i = 0; i < 16'000; ++i) {
    const auto id = random_id(random, length);
    for (std::size_t k = 0; k < length; ++k) ++counts[k][static_cast<unsigned char>(id[k])];
  }
  for (auto& column : counts) {
    std::erase(column, 0U);
    REQUIRE(column.size() == 32);
    CHECK(chi_squared(column) < 31 + 5 * std::sqrt(62.0));
  }
}
