#include "forger.hpp"

namespace loa::net::test {

namespace {

struct scene {
  cluster hcmc{"hcmc"};
  handshake_settings a = settings_of(hcmc.member("a"), 1);
  handshake_settings b = settings_of(hcmc.member("b"), 2);
  seeded_random dice{8};

  /// Calls `a` as a forger that is b, and gives why it refused; nothing if it did not.
  std::optional<refusal> calls(const forger::lies& l) {
    forger b_lies(true, dice);
    handshake responder(handshake_role::responder, a, dice);
    REQUIRE(responder.start());
    const auto answer = responder.take(write_message(message_kind::call, b_lies.hello()), today);
    REQUIRE(answer);
    const auto rest = read_message(answer->send)->rest;
    b_lies.agree(rest.substr(0, hello_octets));
    b_lies.hear(rest.substr(hello_octets));
    const auto taken =
        responder.take(write_message(message_kind::proof, b_lies.prove(b, l)), today);
    return taken ? std::nullopt : std::optional(refusal_of(taken.error()));
  }

  /// The same when `a` calls.
  std::optional<refusal> answers(const forger::lies& l) {
    forger b_lies(false, dice);
    handshake initiator(handshake_role::initiator, a, dice);
    const auto call = *initiator.start();
    b_lies.agree(read_message(call)->rest);
    const auto taken = initiator.take(
        write_message(message_kind::answer, b_lies.hello() + b_lies.prove(b, l)), today);
    return taken ? std::nullopt : std::optional(refusal_of(taken.error()));
  }

  bool both(const forger::lies& l, std::optional<refusal> why) {
    CHECK(calls(l) == why);
    CHECK(answers(l) == why);
    return true;
  }

  /// A claim of b's with another name or other certificates.
  bytes claim_of_b(node_id id, std::vector<bytes> chain) const {
    return write_claim({std::move(id), b.incarnation, b.documents, std::move(chain)});
  }
};

} // namespace

TEST_CASE("an end that is written from the description alone is understood") {
  scene s;
  s.both({}, std::nullopt);
}

TEST_CASE("a valid node that claims another's name is refused") {
  scene s;
  s.both({.claim = s.claim_of_b({"hcmc", "c"}, s.b.who.chain())}, refusal::name_not_proved);
  s.both({.claim = s.claim_of_b({"ha-noi", "b"}, s.b.who.chain())}, refusal::name_not_proved);
  s.both({.claim = s.claim_of_b({"hcmc", "a"}, s.b.who.chain())}, refusal::name_not_proved);
}

TEST_CASE("a valid node that shows another's certificate is refused") {
  scene s;
  const auto c = s.hcmc.member("c");
  s.both({.claim = s.claim_of_b(c.id(), c.chain())}, refusal::signature_not_good);
}

TEST_CASE("a signature of another conversation, of the other role or without a mac is refused") {
  scene s;
  const auto c = s.hcmc.member("c");
  s.both({.signature = *s.b.who.sign("something else")}, refusal::signature_not_good);
  s.both({.signature = ""}, refusal::signature_not_good);
  s.both({.signature = *c.sign("something else")}, refusal::signature_not_good);
  s.both({.signs_as_the_other = true}, refusal::signature_not_good);
  s.both({.mac_of_the_other = true}, refusal::mac_not_good);
  s.both({.mac_before_signature = true}, refusal::mac_not_good);
}

TEST_CASE("a handshake relayed to a third node is refused") {
  // b is called by a, calls c, and shows a what c proves to it.
  scene s;
  const auto c = settings_of(s.hcmc.member("c"), 3);
  forger to_a(false, s.dice), to_c(true, s.dice);
  handshake caller(handshake_role::initiator, s.a, s.dice);
  handshake called(handshake_role::responder, c, s.dice);
  REQUIRE(called.start());
  to_a.agree(read_message(*caller.start())->rest);
  const auto answer = called.take(write_message(message_kind::call, to_c.hello()), today);
  REQUIRE(answer);
  const auto rest = read_message(answer->send)->rest;
  to_c.agree(rest.substr(0, hello_octets));
  const auto heard = to_c.hear(rest.substr(hello_octets));

  const auto shown =
      to_a.prove(s.b, {.claim = bytes(heard.claim), .signature = bytes(heard.signature)});
  const auto taken = caller.take(write_message(message_kind::answer, to_a.hello() + shown), today);
  REQUIRE_FALSE(taken);
  CHECK(refusal_of(taken.error()) == refusal::signature_not_good);

  // Passed on as it was sealed it does not even open.
  handshake again(handshake_role::initiator, s.a, s.dice);
  forger once_more(false, s.dice);
  once_more.agree(read_message(*again.start())->rest);
  const auto passed_on = bytes(rest.substr(hello_octets));
  const auto sealed =
      again.take(write_message(message_kind::answer, once_more.hello() + passed_on), today);
  REQUIRE_FALSE(sealed);
  CHECK(refusal_of(sealed.error()) == refusal::not_opened);
}

TEST_CASE("one who only passes messages on is no party, and an expected name tells") {
  scene s;
  const auto c = settings_of(s.hcmc.member("c"), 3);
  const auto plain = converse(s.a, c);
  REQUIRE(agree(plain, s.a, c)); // The two at the ends, and nobody between them, have keys.
  s.a.expected = "b";
  const auto o = converse(s.a, c);
  CHECK(o.initiator_refused == refusal::another_node);
  CHECK_FALSE(o.responder);
}

TEST_CASE("a proof that cannot be read is refused, though it is sealed well") {
  scene s;
  s.both({.claim = ""}, refusal::malformed);
  s.both({.after = "x"}, refusal::malformed);
  const auto honest = write_claim({s.b.who.id(), 2, s.b.documents, s.b.who.chain()});
  for (std::size_t i = 0; i < honest.size(); i += 7)
    CHECK(s.calls({.claim = honest.substr(0, i)}) == refusal::malformed);
  s.both({.claim = honest + '\0'}, refusal::malformed);
  s.both({.claim = s.claim_of_b({"hcmc", "B"}, s.b.who.chain())}, refusal::malformed);
  s.both({.claim = s.claim_of_b({"hcmc", "b"}, std::vector<bytes>(5, "x"))}, refusal::malformed);
  s.both({.claim = s.claim_of_b({"hcmc", "b"}, {"x"})}, refusal::bad_certificate);
  s.both({.claim = s.claim_of_b({"hcmc", "b"}, {})}, refusal::bad_certificate);
  const claim many{s.b.who.id(), 2, std::vector<document_number>(17, {1, 1, bytes(32, 'x')}),
                   s.b.who.chain()};
  s.both({.claim = write_claim(many)}, refusal::malformed);
}

TEST_CASE("an ephemeral key of small order is refused by both ends") {
  scene s;
  for (const auto first : {'\0', '\1'}) {
    const auto weak = write_hello({{1, 1}, bytes(32, 'n'), first + bytes(31, '\0')});
    handshake responder(handshake_role::responder, s.a, s.dice);
    REQUIRE(responder.start());
    const auto called = responder.take(write_message(message_kind::call, weak), today);
    REQUIRE_FALSE(called);
    CHECK(refusal_of(called.error()) == refusal::weak_key);
    handshake initiator(handshake_role::initiator, s.a, s.dice);
    REQUIRE(initiator.start());
    const auto answered =
        initiator.take(write_message(message_kind::answer, weak + bytes(900, 'x')), today);
    REQUIRE_FALSE(answered);
    CHECK(refusal_of(answered.error()) == refusal::weak_key);
  }
}

TEST_CASE("ranges of versions that were changed on the way give no session") {
  scene s;
  s.a.versions = s.b.versions = {1, 3};
  REQUIRE(converse(s.a, s.b).initiator->version == 3);
  for (const std::size_t which : {0U, 1U})
    for (const auto& changed : {version_range{1, 2}, version_range{1, 4}, version_range{2, 3}}) {
      const auto o = converse(s.a, s.b, 5, [&](std::size_t at, bytes& m) {
        if (at != which) return;
        const auto read = *read_message(m);
        auto h = *read_hello(read.rest.substr(0, hello_octets));
        h.versions = changed;
        m = write_message(read.kind, write_hello(h) + bytes(read.rest.substr(hello_octets)));
      });
      CHECK(o.initiator_refused == refusal::not_opened);
      CHECK((!o.initiator && !o.responder));
    }
}

TEST_CASE("only a confirmation of the whole conversation makes an initiator begin") {
  scene s;
  const auto ends_with = [&](const std::function<bytes(forger&)>& verdict) {
    forger b_lies(false, s.dice);
    handshake initiator(handshake_role::initiator, s.a, s.dice);
    b_lies.agree(read_message(*initiator.start())->rest);
    const auto proof = initiator.take(
        write_message(message_kind::answer, b_lies.hello() + b_lies.prove(s.b, {})), today);
    REQUIRE(proof);
    b_lies.hear(read_message(proof->send)->rest);
    const auto last = initiator.take(
        write_message(message_kind::verdict, b_lies.verdict(verdict(b_lies))), today);
    CHECK(initiator.over());
    if (last) return last->terms ? std::string("terms") : std::string("nothing");
    return std::string(to_string(refusal_of(last.error())));
  };
  CHECK(ends_with([](auto& f) { return f.acceptance(); }) == "terms");
  CHECK(ends_with([](auto& f) { return f.acceptance() + '\0'; }) == "mac_not_good");
  CHECK(ends_with([](auto& f) { return '\2' + f.acceptance().substr(1); }) == "mac_not_good");
  CHECK(ends_with([](auto&) { return '\1' + bytes(32, '\0'); }) == "mac_not_good");
  CHECK(ends_with([](auto&) { return bytes(); }) == "malformed");
  CHECK(ends_with([](auto&) {
          return '\0' + write_refusal({refusal::expired, {1, 1}});
        }) == "expired");
}

} // namespace loa::net::test
