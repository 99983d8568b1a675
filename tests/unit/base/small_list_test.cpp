#include <loa/base/small_list.hpp>

#include <catch2/catch.hpp>

#include <numeric>
#include <string>

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
