#include <loa/store/internal/pacer.hpp>

#include <catch2/catch.hpp>

using namespace loa::store;
using namespace std::chrono_literals;

namespace {

/// A disk on which a commit takes so long for itself, and for each transaction.
struct disk {
  pacer::seconds fixed;
  pacer::seconds each;

  /// Commits full groups; the size of the last, and how long it took.
  std::pair<std::size_t, pacer::seconds> saturate(pacer& p, int groups) const {
    std::size_t size = 0;
    pacer::seconds took{};
    for (int i = 0; i < groups; ++i) {
      size = p.limits().transactions;
      took = fixed + each * static_cast<double>(size);
      p.observe(size, size, took);
    }
    return {size, took};
  }
};

constexpr group_limits most{4096, 8 << 20};

} // namespace

TEST_CASE("a quick disk gets the largest groups") {
  pacer p(most, 2ms);
  CHECK(disk{200us, 100ns}.saturate(p, 20).first == 4096);
}

TEST_CASE("groups shrink until a commit takes about as long as it may") {
  pacer p(most, 2ms);
  const auto [size, took] = disk{200us, 2us}.saturate(p, 50);
  CHECK(took <= 3ms);
  CHECK(took >= 800us);
  CHECK(size >= 300);
}

TEST_CASE("on a disk that is slow for a single transaction groups do not shrink for nothing") {
  pacer p(most, 2ms);
  p.observe(1, 400, 10ms);
  CHECK(disk{10ms, 100ns}.saturate(p, 50).first == 4096);
}

TEST_CASE("a slow commit of few is not blamed on the size") {
  pacer p(most, 2ms);
  for (int i = 0; i < 20; ++i) p.observe(1, 400, 300us);
  for (int i = 0; i < 20; ++i) p.observe(1, 400, 50ms);
  CHECK(p.limits().transactions == 4096);
}

TEST_CASE("groups never shrink below a sixteenth, and grow again when the disk recovers") {
  pacer p(most, 2ms);
  p.observe(1, 400, 300us);
  const auto size = disk{5ms, 50us}.saturate(p, 100).first;
  CHECK(size >= 256);
  CHECK(size < 512);
  CHECK(disk{200us, 100ns}.saturate(p, 100).first == 4096);
}
