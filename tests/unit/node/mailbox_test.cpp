#include <loa/node/internal/mailbox.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

using namespace loa::node;

namespace {

/// Knows who wrote it, and counts what became of it.
class numbered final : public envelope {
public:
  numbered(int who, int which, std::atomic<int>& alive)
      : envelope(content::letter),
        writer(who),
        number(which),
        alive_(alive) {
    ++alive_;
  }
  ~numbered() override { --alive_; }
  int writer;
  int number;

private:
  std::atomic<int>& alive_;
};

mail make(int number, std::atomic<int>& alive, int writer = 0) {
  return mail(new numbered(writer, number, alive));
}

int number_of(const mail& m) {
  return static_cast<const numbered&>(*m).number;
}

} // namespace

TEST_CASE("a mailbox gives mail in the order in which it came") {
  std::atomic<int> alive{0};
  mailbox box;
  CHECK(box.push(make(1, alive)) == mailbox::pushed::first);
  CHECK(box.push(make(2, alive)) == mailbox::pushed::behind_others);
  CHECK(number_of(box.next()) == 1);
  CHECK(box.push(make(3, alive)) == mailbox::pushed::behind_others);
  CHECK(number_of(box.next()) == 2);
  CHECK(number_of(box.next()) == 3);
  CHECK_FALSE(box.next());
  CHECK(alive == 0);
}

TEST_CASE("only who writes into a mailbox whose reader waits is told to wake it") {
  std::atomic<int> alive{0};
  mailbox box;
  CHECK(box.push(make(1, alive)) == mailbox::pushed::first);
  CHECK(number_of(box.next()) == 1);
  CHECK(box.push(make(2, alive)) == mailbox::pushed::behind_others); // the reader still runs
  CHECK_FALSE(box.try_block());
  CHECK(number_of(box.next()) == 2);
  CHECK(box.try_block());
  CHECK(box.push(make(3, alive)) == mailbox::pushed::first);
}

TEST_CASE("a closed mailbox disposes of what is in it and of what comes") {
  std::atomic<int> alive{0};
  mailbox box;
  for (int i = 0; i < 3; ++i) static_cast<void>(box.push(make(i, alive)));
  CHECK(number_of(box.next()) == 0); // the others are on the reader's side now
  static_cast<void>(box.push(make(3, alive)));
  box.close();
  CHECK(alive == 0);
  CHECK(box.push(make(4, alive)) == mailbox::pushed::refused);
  CHECK(alive == 0);
}

TEST_CASE("a mailbox that goes takes its mail along") {
  std::atomic<int> alive{0};
  {
    mailbox box;
    for (int i = 0; i < 3; ++i) static_cast<void>(box.push(make(i, alive)));
    static_cast<void>(box.next());
    static_cast<void>(box.push(make(3, alive)));
  }
  CHECK(alive == 0);
}

TEST_CASE("nothing is lost, doubled or reordered for one writer among several") {
  constexpr int writers = 4;
  constexpr int each = 20'000;
  std::atomic<int> alive{0};
  std::atomic<int> wakes{0}; // how often the reader has to run
  mailbox box;
  std::vector<std::thread> threads;
  for (int w = 0; w < writers; ++w)
    threads.emplace_back([&, w] {
      for (int i = 0; i < each; ++i)
        if (box.push(make(i, alive, w)) == mailbox::pushed::first) ++wakes;
    });
  std::vector<int> next(writers, 0);
  bool in_order = true;
  for (int got = 0; got < writers * each;) {
    while (wakes.load() == 0) std::this_thread::yield();
    --wakes;
    REQUIRE(wakes.load() == 0); // never two readers
    for (;;) {
      if (auto m = box.next()) {
        const auto& n = static_cast<const numbered&>(*m);
        in_order = in_order && next[static_cast<std::size_t>(n.writer)]++ == n.number;
        ++got;
      } else if (box.try_block()) {
        break;
      }
    }
  }
  for (auto& t : threads) t.join();
  CHECK(in_order);
  CHECK(alive == 0);
}
