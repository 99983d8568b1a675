#include <loa/base/random.hpp>
#include <loa/base/small_list.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

using loa::small_list;

TEST_CASE("a small list keeps the order in which elements came") {
  small_list<std::string> l;
  CHECK(l.empty());
  for (int n = 1; n <= 5; ++n) {
    l.push_back("element " + std::to_string(n));
    CHECK(l.size() == static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i)
      CHECK(l[static_cast<std::size_t>(i)] == "element " + std::to_string(i + 1));
  }
}

TEST_CASE("removing leaves the others, whether there were one or many") {
  small_list<int> l;
  l.push_back(1);
  l.remove_if([](int i) { return i == 2; });
  CHECK(l.size() == 1);
  l.remove_if([](int i) { return i == 1; });
  CHECK(l.empty());
  for (int i = 0; i < 6; ++i) l.push_back(i);
  l.remove_if([](int i) { return i % 2 == 0; });
  CHECK(std::accumulate(l.begin(), l.end(), 0) == 9);
  l.remove_if([](int) { return true; });
  CHECK(l.empty());
  l.push_back(7);
  CHECK(l.front() == 7);
}

TEST_CASE("a copy of a small list is its own") {
  small_list<std::string> a;
  a.push_back("one");
  auto b = a;
  b.push_back("two");
  CHECK(a.size() == 1);
  a = b;
  b.remove_if([](const std::string&) { return true; });
  CHECK(a.size() == 2);
}

TEST_CASE("a small list that was moved from is empty and can be used again") {
  for (const int n : {1, 3}) {
    small_list<std::string> a;
    for (int i = 0; i < n; ++i) a.push_back("element");
    auto b = std::move(a);
    CHECK(b.size() == static_cast<std::size_t>(n));
    CHECK(a.empty()); // NOLINT: what is left is part of the promise
    a.push_back("again");
    CHECK(a.front() == "again");
    CHECK(a.size() == 1);
    b = std::move(a);
    REQUIRE(b.size() == 1);
    CHECK(b.front() == "again");
  }
}

TEST_CASE("a small list assigned to itself stays as it is") {
  small_list<std::string> l;
  l.push_back("one");
  const auto& same = l;
  l = same;
  CHECK(l.size() == 1);
  l.push_back("two");
  l = same;
  REQUIRE(l.size() == 2);
  CHECK(l[1] == "two");
}

TEST_CASE("an element of a small list can be added to it once more") {
  small_list<std::string> l;
  l.push_back("a text that is too long to lie in the string itself");
  l.push_back(l[0]);
  l.push_back(l[1]);
  REQUIRE(l.size() == 3);
  for (const auto& text : l) CHECK(text == l.front());
}

TEST_CASE("elements of a small list are changed in place, whether there is one or many") {
  small_list<int> l;
  l.push_back(1) = 10;
  l[0] += 1;
  CHECK(l.front() == 11);
  l.push_back(2) = 20;
  for (auto& i : l) i *= 2;
  const auto& fixed = l;
  CHECK(fixed.data()[0] == 22);
  CHECK(fixed[1] == 40);
  CHECK(fixed.end() - fixed.begin() == 2);
}

TEST_CASE("a small list that shrank from many to one goes on as before") {
  small_list<int> l;
  for (int i = 0; i < 3; ++i) l.push_back(i);
  l.remove_if([](int i) { return i != 1; });
  REQUIRE(l.size() == 1);
  CHECK(l.front() == 1);
  const auto copy = l;
  l.push_back(5);
  CHECK(l.size() == 2);
  CHECK(copy.size() == 1);
  CHECK(copy.front() == 1);
}

TEST_CASE("a removed element is let go at once") {
  small_list<std::shared_ptr<int>> l;
  const auto watched = std::make_shared<int>(1);
  l.push_back(watched);
  CHECK(watched.use_count() == 2);
  l.remove_if([](const auto&) { return true; });
  CHECK(watched.use_count() == 1);
  for (int i = 0; i < 3; ++i) l.push_back(watched);
  CHECK(watched.use_count() == 4);
  l.remove_if([](const auto&) { return true; });
  CHECK(watched.use_count() == 1);
}

TEST_CASE("a small list does what a vector does, whatever the course") {
  loa::seeded_random random(17);
  for (int round = 0; round < 200; ++round) {
    small_list<std::uint64_t> l;
    std::vector<std::uint64_t> oracle;
    for (int step = 0; step < 20; ++step) {
      const auto n = random.below(6);
      if (random.chance(0.6)) {
        l.push_back(n);
        oracle.push_back(n);
      } else {
        l.remove_if([n](auto i) { return i == n; });
        std::erase(oracle, n);
      }
      REQUIRE(std::equal(l.begin(), l.end(), oracle.begin(), oracle.end()));
      REQUIRE(l.empty() == oracle.empty());
    }
  }
}
