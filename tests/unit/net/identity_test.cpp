#include "cluster_rig.hpp"
#include "strange_certificate.hpp"

#include <loa/net/internal/certificate.hpp>
#include <loa/net/refusal.hpp>

#include <catch2/catch.hpp>

namespace loa::net::test {

namespace {

std::vector<bytes> chain_of(const std::string& pem) {
  const auto certificates = read_certificates(pem, 9, "it");
  REQUIRE(certificates);
  std::vector<bytes> out;
  for (const auto& one : *certificates) out.push_back(to_der(*one));
  return out;
}

/// Why the cluster's authority refuses a certificate; nothing if it does not.
std::optional<refusal> refused(const cluster& c, const std::string& pem, instant now = today) {
  const auto verified = authority::load(c.ca().certificate_pem)->verify(chain_of(pem), now);
  if (verified) return std::nullopt;
  return refusal_of(verified.error());
}

std::optional<refusal> refused(const cluster& c, const strange& s) {
  return refused(c, make_strange(s, &c.ca(), {today, year}).certificate_pem);
}

} // namespace

TEST_CASE("a certificate that was issued says whom it names, and its key proves it") {
  cluster hcmc("hcmc");
  for (const auto kind : {key_kind::ed25519, key_kind::p256}) {
    const auto who = hcmc.member("district-769", kind);
    const auto verified = who.issuer().verify(who.chain(), today);
    REQUIRE(verified);
    CHECK(verified->id == node_id{"hcmc", "district-769"});
    CHECK(who.id() == verified->id);
    const auto signature = who.sign("what is said");
    REQUIRE(signature);
    CHECK(signature->size() <= 72);
    CHECK(verified->key.verify("what is said", *signature));
    CHECK_FALSE(verified->key.verify("what is sajd", *signature));
    CHECK_FALSE(verified->key.verify("what is said", signature->substr(1)));
    CHECK_FALSE(verified->key.verify("what is said", *signature + '\0'));
    CHECK_FALSE(verified->key.verify("what is said", ""));
  }
}

TEST_CASE("a certificate is valid to the second by the clock that is passed in, and no other") {
  cluster hcmc("hcmc");
  const auto one = issue(hcmc.ca(), {"hcmc", "n"}, {today, 60s}, hcmc.dice());
  REQUIRE(one);
  CHECK(refused(hcmc, one->certificate_pem, today - 1s) == refusal::not_yet_valid);
  CHECK(refused(hcmc, one->certificate_pem, today) == std::nullopt);
  CHECK(refused(hcmc, one->certificate_pem, today + 59s) == std::nullopt);
  CHECK(refused(hcmc, one->certificate_pem, today + 61s) == refusal::expired);
  CHECK(refused(hcmc, one->certificate_pem, from_millis(0)) == refusal::not_yet_valid);
  const auto who = hcmc.as_identity(*one);
  CHECK(who.valid_from() == today);
  CHECK(who.valid_until() == today + 60s);
}

TEST_CASE("a certificate of another authority is refused, also of one with the same name") {
  cluster hcmc("hcmc"), other("hcmc", 2), hanoi("ha-noi", 3);
  CHECK(refused(hcmc, other.certificate("n").certificate_pem) == refusal::other_authority);
  CHECK(refused(hcmc, hanoi.certificate("n").certificate_pem) == refusal::other_authority);
  const auto alone = make_strange({usual("URI:loa:hcmc/n")}, nullptr, {today, year});
  CHECK(refused(hcmc, alone.certificate_pem) == refusal::other_authority);
  // Bringing the stranger's authority along makes it no better.
  const auto brought = other.certificate("n").certificate_pem + other.ca().certificate_pem;
  CHECK(refused(hcmc, brought) == refusal::other_authority);
}

TEST_CASE("a node cannot issue certificates") {
  cluster hcmc("hcmc");
  const auto node = hcmc.certificate("n");
  const auto forged = make_strange({usual("URI:loa:hcmc/m")}, &node, {today, year});
  const auto why = refused(hcmc, forged.certificate_pem + node.certificate_pem);
  CHECK(why == refusal::bad_certificate);
  CHECK_FALSE(issue(node, {"hcmc", "m"}, {today, 1h}, hcmc.dice()));
  CHECK_FALSE(authority::load(node.certificate_pem));
}

TEST_CASE("a certificate must name exactly one node in a URI of its alternative names") {
  cluster hcmc("hcmc");
  CHECK(refused(hcmc, {usual("URI:loa:hcmc/n")}) == std::nullopt);
  CHECK(refused(hcmc, {usual("DNS:n.example,URI:https://n.example/,URI:loa:hcmc/n")}) ==
        std::nullopt);
  const auto none = refusal::no_loa_name;
  CHECK(refused(hcmc, {{{"basicConstraints", "critical,CA:FALSE"},
                        {"keyUsage", "critical,digitalSignature"}}}) == none);
  for (const auto* names :
       {"DNS:n.example", "URI:loa:hcmc/n,URI:loa:hcmc/m", "URI:loa:hcmc", "URI:loa:hcmc/",
        "URI:loa:/n", "URI:loa:hcmc/N", "URI:loa:hcmc/n/m", "URI:LOA:hcmc/n", "DNS:loa:hcmc/n",
        "email:loa@hcmc", "URI:loa:hcmc/n n", "URI:loa:hcmc/n,URI:loa:bad"}) {
    INFO(names);
    CHECK(refused(hcmc, {usual(names)}) == none);
  }
  CHECK(refused(hcmc, {usual("URI:loa:hcmc/" + std::string(64, 'n'))}) == std::nullopt);
  CHECK(refused(hcmc, {usual("URI:loa:hcmc/" + std::string(65, 'n'))}) == none);
}

TEST_CASE("a certificate that is not for signing, or is an authority's, is no node's") {
  cluster hcmc("hcmc");
  const auto with = [](const char* constraints, const char* usage) {
    strange s;
    s.extensions = {{"basicConstraints", constraints}, {"subjectAltName", "URI:loa:hcmc/n"}};
    if (*usage) s.extensions.emplace_back("keyUsage", usage);
    return s;
  };
  const auto not_for = refusal::not_for_signing;
  CHECK(refused(hcmc, with("CA:FALSE", "digitalSignature")) == std::nullopt);
  CHECK(refused(hcmc, with("CA:FALSE", "keyEncipherment")) == not_for);
  CHECK(refused(hcmc, with("CA:FALSE", "keyAgreement,nonRepudiation")) == not_for);
  CHECK(refused(hcmc, with("CA:FALSE", "")) == not_for);
  CHECK(refused(hcmc, with("critical,CA:TRUE", "critical,keyCertSign,digitalSignature")));
  for (const auto* key : {"RSA", "P-384"}) {
    auto s = with("CA:FALSE", "digitalSignature");
    s.key = key;
    CHECK(refused(hcmc, s) == not_for);
  }
}

TEST_CASE("a chain through an authority in between is followed, and both may be trusted alone") {
  cluster hcmc("hcmc");
  const auto root = make_strange(
      {{{"basicConstraints", "critical,CA:TRUE"}, {"keyUsage", "critical,keyCertSign"}}}, nullptr,
      {today - 1h, 2 * year});
  const auto between = make_strange(
      {{{"basicConstraints", "critical,CA:TRUE,pathlen:0"}, {"keyUsage", "critical,keyCertSign"}},
       "P-256"},
      &root, {today - 1h, year});
  const auto node = issue(between, {"hcmc", "n"}, {today, 1h}, hcmc.dice());
  REQUIRE(node);
  const auto both = node->certificate_pem + between.certificate_pem;
  CHECK(identity::load(both, node->key_pem, root.certificate_pem));
  CHECK(identity::load(node->certificate_pem, node->key_pem, between.certificate_pem));
  const auto cut = identity::load(node->certificate_pem, node->key_pem, root.certificate_pem);
  REQUIRE_FALSE(cut);
  CHECK(refusal_of(cut.error()) == refusal::other_authority);
  // While one authority follows another, both count.
  const auto several = hcmc.ca().certificate_pem + root.certificate_pem;
  CHECK(identity::load(both, node->key_pem, several));
}

TEST_CASE("an authority in between that does not say what it may do is refused") {
  cluster hcmc("hcmc");
  const auto root = make_strange(
      {{{"basicConstraints", "critical,CA:TRUE"}, {"keyUsage", "critical,keyCertSign"}}}, nullptr,
      {today - 1h, 2 * year});
  const auto trusted = authority::load(root.certificate_pem);
  REQUIRE(trusted);
  const auto through = [&](const char* constraints, const char* usage) {
    strange between{{{"basicConstraints", constraints}}};
    if (*usage) between.extensions.emplace_back("keyUsage", usage);
    const auto ca = make_strange(between, &root, {today - 1h, year});
    const auto node = make_strange({usual("URI:loa:hcmc/n")}, &ca, {today - 1h, 1h * 2});
    const auto found = trusted->verify(chain_of(node.certificate_pem + ca.certificate_pem), today);
    return found ? std::nullopt : std::optional(refusal_of(found.error()));
  };
  CHECK(through("critical,CA:TRUE", "critical,keyCertSign") == std::nullopt);
  CHECK(through("critical,CA:TRUE", "") == refusal::bad_certificate);
  CHECK(through("CA:TRUE", "critical,keyCertSign") == refusal::bad_certificate);
  CHECK(through("critical,CA:TRUE", "critical,digitalSignature") == refusal::bad_certificate);
  CHECK(through("critical,CA:FALSE", "critical,keyCertSign") == refusal::bad_certificate);
}

TEST_CASE("an authority's end ends what it issued") {
  seeded_random dice(4);
  const auto ca = *make_authority("c", {today, 1h}, dice);
  CHECK_FALSE(issue(ca, {"c", "n"}, {today, 2h}, dice));
  const auto forged = make_strange({usual("URI:loa:c/n")}, &ca, {today, 2h});
  const auto a = authority::load(ca.certificate_pem);
  CHECK(a->verify(chain_of(forged.certificate_pem), today + 30min));
  const auto late = a->verify(chain_of(forged.certificate_pem), today + 90min);
  REQUIRE_FALSE(late);
  CHECK(refusal_of(late.error()) == refusal::expired);
}

TEST_CASE("octets that are no chain are refused, whatever they are") {
  cluster hcmc("hcmc");
  const auto who = hcmc.member("n");
  const auto& der = who.chain().front();
  const auto why = [&](std::vector<bytes> chain) {
    const auto v = who.issuer().verify(chain, today);
    REQUIRE_FALSE(v);
    return refusal_of(v.error());
  };
  CHECK(why({}) == refusal::bad_certificate);
  CHECK(why({""}) == refusal::bad_certificate);
  CHECK(why({der + '\0'}) == refusal::bad_certificate);
  CHECK(why(std::vector<bytes>(5, der)) == refusal::bad_certificate);
  CHECK(why({der, bytes(9000, 'x')}) == refusal::bad_certificate);
  for (std::size_t i = 0; i < der.size(); ++i) (void)why({der.substr(0, i)});
  for (std::size_t i = 0; i < der.size(); ++i) {
    auto flipped = der;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x01);
    (void)why({flipped});
  }
}

TEST_CASE("an identity whose parts do not fit is not loaded, and says which does not") {
  cluster hcmc("hcmc"), other("hcmc", 2);
  const auto one = hcmc.certificate("one");
  const auto two = hcmc.certificate("two");
  const auto why = [&](const std::string& cert, const std::string& key, const std::string& ca) {
    const auto loaded = identity::load(cert, key, ca);
    return loaded ? std::string() : loaded.error().detail;
  };
  const auto& ca = hcmc.ca().certificate_pem;
  CHECK(why(one.certificate_pem, one.key_pem, ca).empty());
  CHECK(why(one.certificate_pem, two.key_pem, ca) == "The key is not the one of the certificate.");
  CHECK(why("", one.key_pem, ca).starts_with("The certificate's file must be"));
  CHECK(why(one.certificate_pem, "", ca).starts_with("The key must be"));
  CHECK(why(one.certificate_pem, one.key_pem, "").starts_with("The authority's file must be"));
  CHECK(why(one.certificate_pem, one.key_pem, other.ca().certificate_pem).find("authority") !=
        std::string::npos);
  CHECK(why(one.certificate_pem, one.key_pem, one.certificate_pem).find("CA") != std::string::npos);
  // A file that was cut in its second certificate is not taken for one with a single one.
  CHECK_FALSE(
      why(one.certificate_pem + two.certificate_pem.substr(0, 200), one.key_pem, ca).empty());
}

TEST_CASE("what cannot be meant is not issued") {
  seeded_random dice(1);
  CHECK_FALSE(make_authority("", {today, 1h}, dice));
  CHECK_FALSE(make_authority("HCMC", {today, 1h}, dice));
  CHECK_FALSE(make_authority("c", {today, 0s}, dice));
  CHECK_FALSE(make_authority("c", {today, -1h}, dice));
  CHECK_FALSE(make_authority("c", {today, duration::max()}, dice));
  CHECK_FALSE(make_authority("c", {instant::min(), 1h}, dice));
  CHECK_FALSE(make_authority("c", {instant::max(), 1h}, dice));
  const auto ca = *make_authority("c", {today, year}, dice);
  CHECK_FALSE(issue(ca, {"c", "n,DNS:x"}, {today, 1h}, dice));
  CHECK_FALSE(issue(ca, {"c/d", "n"}, {today, 1h}, dice));
  CHECK_FALSE(issue({ca.certificate_pem, make_authority("c", {today, year}, dice)->key_pem},
                    {"c", "n"}, {today, 1h}, dice));
}

TEST_CASE("each certificate has a key and a serial of its own, and a seed gives the same again") {
  seeded_random dice(1), same(1);
  const auto first = *make_authority("c", {today, year}, dice);
  const auto second = *make_authority("c", {today, year}, dice);
  CHECK(first.key_pem != second.key_pem);
  CHECK(first.certificate_pem != second.certificate_pem);
  const auto again = *make_authority("c", {today, year}, same);
  CHECK(again.key_pem == first.key_pem);
  CHECK(again.certificate_pem == first.certificate_pem);
}

} // namespace loa::net::test
