#include "document_rig.hpp"

#include <loa/net/document_exchange.hpp>
#include <loa/net/refusal.hpp>
#include <loa/wire/record.hpp>

#include <deque>

namespace loa::net::test {

namespace {

/// Two shelves and the session between them, whose envelopes come over in order.
class pair {
public:
  explicit pair(const cluster& c) : a_(authority_of(c), "hcmc"), b_(authority_of(c), "hcmc") {}

  document_shelf& a() { return a_; }
  document_shelf& b() { return b_; }

  /// A session begins: each end tells its numbers, and what follows goes on until all is still. The
  /// error that ends it, if one does.
  std::optional<error> meet() {
    exchange_a_.emplace(a_, "b", a_.numbers(), b_.numbers());
    exchange_b_.emplace(b_, "a", b_.numbers(), a_.numbers());
    return settle();
  }
  /// A session that is open goes on with what a shelf has now.
  std::optional<error> settle() {
    for (bool first = true; first || !to_a_.empty() || !to_b_.empty(); first = false) {
      if (auto why = step(*exchange_a_, to_a_, to_b_, first)) return why;
      if (auto why = step(*exchange_b_, to_b_, to_a_, first)) return why;
    }
    return std::nullopt;
  }
  std::size_t sent = 0;
  std::vector<error> refused;
  document_exchange& at_a() { return *exchange_a_; }
  document_exchange& at_b() { return *exchange_b_; }

private:
  std::optional<error> step(document_exchange& at, std::deque<bytes>& in, std::deque<bytes>& out,
                            bool proceed) {
    if (!in.empty()) {
      auto came = at.take(in.front());
      in.pop_front();
      if (!came) return came.error();
      if (came->refused) refused.push_back(*came->refused);
      proceed = proceed || came->changed;
    }
    if (!proceed) return std::nullopt;
    auto next = at.proceed();
    if (!next) return next.error();
    sent += next->size();
    out.insert(out.end(), next->begin(), next->end());
    return std::nullopt;
  }

  document_shelf a_;
  document_shelf b_;
  std::optional<document_exchange> exchange_a_;
  std::optional<document_exchange> exchange_b_;
  std::deque<bytes> to_a_;
  std::deque<bytes> to_b_;
};

void put(document_shelf& s, const signed_document& d) {
  REQUIRE(s.put(d, "The file"));
}

const document_number hierarchy_7{1, 7, bytes(32, 'x')};

} // namespace

TEST_CASE("two nodes that have the same say nothing more") {
  cluster hcmc("hcmc");
  pair p(hcmc);
  CHECK_FALSE(p.meet());
  for (auto* shelf : {&p.a(), &p.b()}) put(*shelf, hierarchy(hcmc, 3));
  CHECK_FALSE(p.meet());
  CHECK(p.sent == 0);
  CHECK(p.at_a().differences().empty());
}

TEST_CASE("the older side takes over the newer document, each kind for itself") {
  cluster hcmc("hcmc");
  pair p(hcmc);
  put(p.a(), hierarchy(hcmc, 3));
  put(p.b(), hierarchy(hcmc, 1));
  put(p.b(), placing(hcmc, 2, "a", 1));
  CHECK_FALSE(p.meet());
  CHECK(p.a().numbers() == p.b().numbers());
  CHECK(p.a().find(document_kind::hierarchy)->number() == 3);
  CHECK(p.a().places());
  CHECK(p.at_a().differences().empty());
  CHECK(p.at_b().differences().empty());
  CHECK(p.sent == 4); // each document once, and each end once what it has now
}

TEST_CASE("a document that comes while a session is open goes on to the peer") {
  cluster hcmc("hcmc");
  pair p(hcmc);
  put(p.a(), hierarchy(hcmc, 1));
  CHECK_FALSE(p.meet());
  put(p.b(), hierarchy(hcmc, 2));
  put(p.b(), hierarchy(hcmc, 3));
  CHECK_FALSE(p.settle());
  CHECK(p.a().find(document_kind::hierarchy)->number() == 3);
  CHECK(p.at_b().differences().empty());
}

TEST_CASE("the same number with other content ends the session at both ends, with the reason") {
  cluster hcmc("hcmc");
  document_shelf a(authority_of(hcmc), "hcmc"), b(authority_of(hcmc), "hcmc");
  put(a, hierarchy(hcmc, 3, "one"));
  put(b, hierarchy(hcmc, 3, "other"));
  document_exchange at_a(a, "b", a.numbers(), b.numbers());
  document_exchange at_b(b, "a", b.numbers(), a.numbers());
  for (auto* end : {&at_a, &at_b}) {
    const auto next = end->proceed();
    REQUIRE_FALSE(next);
    CHECK(refusal_of(next.error()) == refusal::document_conflict);
  }
  CHECK(at_a.proceed().error().detail.find("Node b has hierarchy 3 with other content") == 0);
}

TEST_CASE("a conflict that arises while a session is open ends it") {
  cluster hcmc("hcmc");
  pair p(hcmc);
  CHECK_FALSE(p.meet());
  put(p.a(), hierarchy(hcmc, 3, "one"));
  put(p.b(), hierarchy(hcmc, 3, "other"));
  const auto why = p.settle();
  REQUIRE(why);
  CHECK(refusal_of(*why) == refusal::document_conflict);
}

TEST_CASE("a difference is told for an alarm, and which side has the newer one") {
  cluster hcmc("hcmc");
  document_shelf shelf(authority_of(hcmc), "hcmc");
  put(shelf, hierarchy(hcmc, 4));
  document_exchange at(shelf, "district-769", shelf.numbers(),
                       {{1, 3, bytes(32, 'x')}, {2, 5, bytes(32, 'y')}, {9, 1, bytes(32, 'z')}});
  const auto all = at.differences();
  REQUIRE(all.size() == 2);
  CHECK(all[0].to_string("district-769") ==
        "Node district-769 has hierarchy 3, this node 4; it is given the newer one.");
  CHECK(all[1].to_string("district-769") ==
        "Node district-769 has placement 5, this node none; it gives the newer one.");
}

TEST_CASE("a document is given once, though the peer does not take it") {
  cluster hcmc("hcmc");
  pair p(hcmc);
  for (auto* shelf : {&p.a(), &p.b()}) put(*shelf, placing(hcmc, 1, "a", 1));
  document_shelf stubborn(authority_of(hcmc), "hcmc");
  put(stubborn, placing(hcmc, 2, "b", 1)); // may not follow 1
  document_exchange at(stubborn, "a", stubborn.numbers(), p.a().numbers());
  const auto first = at.proceed();
  REQUIRE(first);
  CHECK(first->size() == 1);
  CHECK(at.proceed()->empty());
  document_exchange other(p.a(), "x", p.a().numbers(), stubborn.numbers());
  const auto came = other.take(first->front());
  REQUIRE(came);
  CHECK(came->refused);
  CHECK_FALSE(came->changed);
  CHECK(other.proceed()->empty());
  CHECK(other.differences().size() == 1); // and the alarm stays on both sides
  CHECK(at.differences().size() == 1);
}

TEST_CASE(
    "a document that was lost on the way is given again to who asks, and not to who refused it") {
  cluster hcmc("hcmc");
  document_shelf newer(authority_of(hcmc), "hcmc"), older(authority_of(hcmc), "hcmc");
  put(newer, placing(hcmc, 2, "b", 2));
  put(older, placing(hcmc, 1, "a", 1));
  document_exchange gives(newer, "a", newer.numbers(), older.numbers());
  document_exchange lacks(older, "b", older.numbers(), newer.numbers());
  REQUIRE(gives.proceed()->size() == 1); // and the queue is full
  const auto question = lacks.ask();
  REQUIRE(question);
  const auto heard = gives.take(*question);
  REQUIRE(heard);
  CHECK(heard->asked);
  const auto again = gives.proceed();
  REQUIRE(again->size() == 1);
  CHECK(lacks.take(again->front())->changed == document_kind::placement);
  // Who has it all by now is given nothing.
  CHECK(gives.take(*lacks.ask())->asked);
  CHECK(gives.proceed()->empty());

  cluster other("hcmc", 2);
  CHECK(lacks.take(hierarchy(other, 7).to_record())->refused);
  CHECK_FALSE(lacks.ask());
}

TEST_CASE("a forged document is refused and the session goes on, until it is one too many") {
  cluster hcmc("hcmc"), other("hcmc", 2);
  document_shelf shelf(authority_of(hcmc), "hcmc");
  put(shelf, hierarchy(hcmc, 1));
  document_exchange at(shelf, "b", shelf.numbers(), {hierarchy_7});
  const auto forged = hierarchy(other, 7).to_record();
  for (int i = 0; i < document_exchange::most_refused; ++i) {
    const auto came = at.take(i % 2 == 0 ? forged : forged.substr(0, 40));
    REQUIRE(came);
    REQUIRE(came->refused);
    CHECK(refusal_of(*came->refused) == refusal::bad_document);
  }
  CHECK(at.take(hierarchy(hcmc, 2).to_record())->changed == document_kind::hierarchy);
  const auto last = at.take(forged);
  REQUIRE_FALSE(last);
  CHECK(refusal_of(last.error()) == refusal::bad_document);
}

TEST_CASE("numbers that cannot be meant end the session") {
  cluster hcmc("hcmc");
  document_shelf shelf(authority_of(hcmc), "hcmc");
  document_exchange at(shelf, "b", {}, {});
  const auto heard = [&](std::vector<documents_told::one> all) {
    const auto came = at.take(wire::encode_record(documents_told{std::move(all)}));
    return came ? std::optional<refusal>() : refusal_of(came.error());
  };
  const wire::octets digest{bytes(32, 'x')};
  CHECK(heard({}) == std::nullopt);
  CHECK(heard({{1, 7, digest}, {77, 1, digest}}) == std::nullopt);
  CHECK(heard({{1, 7, {bytes(31, 'x')}}}) == refusal::malformed);
  CHECK(heard(std::vector<documents_told::one>(16, {1, 7, digest})) == std::nullopt);
  CHECK(heard(std::vector<documents_told::one>(17, {1, 7, digest})) == refusal::malformed);
}

TEST_CASE("a chain of nodes comes to one state, whoever had the newest document first") {
  cluster hcmc("hcmc");
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    INFO("seed " << seed);
    seeded_random dice(seed);
    std::vector<std::unique_ptr<document_shelf>> nodes;
    for (int i = 0; i < 4; ++i) {
      nodes.push_back(std::make_unique<document_shelf>(authority_of(hcmc), "hcmc"));
      put(*nodes.back(), hierarchy(hcmc, 1 + dice.below(5)));
      const auto number = 1 + dice.below(5);
      put(*nodes.back(), placing(hcmc, number, number % 2 ? "a" : "b", number));
    }
    // Sessions between neighbours; envelopes of different sessions come in any order.
    struct side {
      std::size_t node, other;
      std::unique_ptr<document_exchange> exchange;
      std::deque<bytes> in;
    };
    std::vector<side> sides;
    for (std::size_t i = 0; i + 1 < nodes.size(); ++i)
      for (const auto& [x, y] : {std::pair{i, i + 1}, std::pair{i + 1, i}})
        sides.push_back(
            {x,
             y,
             std::make_unique<document_exchange>(*nodes[x], std::to_string(y), nodes[x]->numbers(),
                                                 nodes[y]->numbers()),
             {}});
    const auto go_on = [&](side& s) {
      const auto next = s.exchange->proceed();
      REQUIRE(next);
      for (const auto& payload : *next)
        for (auto& t : sides)
          if (t.node == s.other && t.other == s.node) t.in.push_back(payload);
    };
    for (auto& s : sides) go_on(s);
    for (;;) {
      std::vector<side*> waiting;
      for (auto& s : sides)
        if (!s.in.empty()) waiting.push_back(&s);
      if (waiting.empty()) break;
      auto& s = *waiting[dice.below(waiting.size())];
      const auto came = s.exchange->take(s.in.front());
      s.in.pop_front();
      REQUIRE(came);
      CHECK_FALSE(came->refused);
      if (!came->changed) continue;
      for (auto& t : sides)
        if (t.node == s.node) go_on(t);
    }
    for (const auto& n : nodes) CHECK(n->numbers() == nodes.front()->numbers());
    for (const auto& s : sides) CHECK(s.exchange->differences().empty());
  }
}

} // namespace loa::net::test
