#include "cluster_rig.hpp"

#include <loa/net/document.hpp>
#include <loa/net/placement.hpp>
#include <loa/net/refusal.hpp>
#include <loa/wire/record.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

namespace loa::net::test {

namespace {

const bytes units = "{\n  \"root\": {\"code\": \"79\", \"name\": \"Thành phố\"}\n}\n";
const bytes places =
    R"({"nodes": [{"node": "a", "address": "h:1", "hosts": [{"prefix": "79", "epoch": 1}]}]})";

authority trusting(std::initializer_list<const cluster*> all) {
  std::string pem;
  for (const auto* c : all) pem += c->ca().certificate_pem;
  return *authority::load(pem);
}

result<signed_document> sign(const cluster& by, std::uint64_t number, const bytes& content = units,
                             document_kind kind = document_kind::hierarchy) {
  return sign_document({&by.ca(), 1}, "hcmc", kind, number, content);
}

std::optional<refusal> refused(const result<signed_document>& r) {
  if (r) return std::nullopt;
  CHECK_FALSE(r.error().detail.empty());
  return refusal_of(r.error());
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const auto at = text.find(what);
  REQUIRE(at != text.npos);
  return text.replace(at, what.size(), with);
}

} // namespace

TEST_CASE("a signed document is opened again from both of its forms, octet for octet") {
  cluster hcmc("hcmc");
  const auto by = trusting({&hcmc});
  for (const auto& content : {units, bytes("{}"), bytes("\n\n{}\n\n"), bytes("{\r\n}\r\n"),
                              bytes("[\"\\u0000\", \"\\\\\", \"\xf0\x9f\x93\xa2\"]")}) {
    const auto made = sign(hcmc, 7, content);
    REQUIRE(made);
    for (const auto& again : {open_document(made->to_record(), by, "hcmc"),
                              read_document(made->to_text(), by, "hcmc")}) {
      REQUIRE(again);
      CHECK(again->cluster() == "hcmc");
      CHECK(again->kind() == document_kind::hierarchy);
      CHECK(again->number() == 7);
      CHECK(again->content() == content);
      CHECK(again->told() == made->told());
      CHECK(again->to_record() == made->to_record());
    }
  }
}

TEST_CASE("a document's digest is what sha256sum says of the file that was signed") {
  cluster hcmc("hcmc");
  const auto made = sign(hcmc, 1, "{}");
  REQUIRE(made);
  CHECK(hex_digest(made->sha256()) ==
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  CHECK(made->title() == "hierarchy 1 (sha256 44136fa3…)");
}

TEST_CASE("a document's file can be read by people and survives being laid out anew") {
  cluster hcmc("hcmc");
  const auto by = trusting({&hcmc});
  const auto text = sign(hcmc, 3)->to_text();
  CHECK(text.find("\"number\": 3") != text.npos);
  CHECK(text.find("Thành phố") != text.npos);

  auto other_line_ends = text;
  for (std::size_t at = 0; (at = other_line_ends.find('\n', at)) != text.npos; at += 2)
    other_line_ends.insert(at, "\r");
  CHECK(read_document(other_line_ends, by, "hcmc"));
  const auto tree = wire::document::from_json(text);
  REQUIRE(tree);
  CHECK(read_document(tree->to_json(), by, "hcmc")); // keys in another order, on one line
  CHECK(read_document(tree->to_json(8), by, "hcmc"));
}

TEST_CASE("an altered document is refused, whatever was altered") {
  cluster hcmc("hcmc");
  const auto by = trusting({&hcmc});
  const auto text = sign(hcmc, 3)->to_text();
  const auto bad = refusal::bad_document;
  CHECK(refused(read_document(replaced(text, "Thành", "Thanh"), by, "hcmc")) == bad);
  CHECK(refused(read_document(replaced(text, "\"number\": 3", "\"number\": 4"), by, "hcmc")) ==
        bad);
  CHECK(refused(read_document(replaced(text, "\"hierarchy\"", "\"placement\""), by, "hcmc")) ==
        bad);
  CHECK(refused(read_document(replaced(text, "\"hierarchy\"", "\"poem\""), by, "hcmc")) == bad);
  CHECK(refused(read_document(replaced(text, "\"hcmc\"", "\"ha-noi\""), by, "hcmc")) ==
        refusal::other_cluster);
  // Passed off as another cluster's, where the same authority vouches for both.
  CHECK(refused(read_document(replaced(text, "\"hcmc\"", "\"ha-noi\""), by, "ha-noi")) == bad);
  CHECK(refused(read_document(replaced(text, "\"number\": 3", "\"number\": 0"), by, "hcmc")) ==
        bad);
}

TEST_CASE("a text can be looked into without its authority, and says whether its content fits") {
  cluster hcmc("hcmc");
  const auto text = sign(hcmc, 3)->to_text();
  const auto claims = look_into_document(text);
  REQUIRE(claims);
  CHECK(claims->cluster == "hcmc");
  CHECK(claims->kind == document_kind::hierarchy);
  CHECK(claims->number == 3);
  CHECK(claims->content == units);
  CHECK(claims->sha256 == sign(hcmc, 3)->sha256());
  CHECK(claims->intact);
  CHECK_FALSE(look_into_document(replaced(text, "Thành", "Thanh"))->intact);
  CHECK_FALSE(look_into_document(units));
}

TEST_CASE("a record with any octet altered, missing or too many is refused") {
  cluster hcmc("hcmc");
  const auto by = trusting({&hcmc});
  const auto made = sign(hcmc, 3);
  const auto record = made->to_record();
  for (std::size_t at = 0; at < record.size(); ++at) {
    auto other = record;
    other[at] = static_cast<char>(other[at] ^ 1);
    INFO("octet " << at);
    CHECK(refused(open_document(other, by, "hcmc")));
    CHECK(refused(open_document(record.substr(0, at), by, "hcmc")) == refusal::bad_document);
  }
  CHECK(refused(open_document(record + '\0', by, "hcmc")) == refusal::bad_document);
}

TEST_CASE("a document that another authority signed is refused, also of one with the same name") {
  cluster hcmc("hcmc"), other("hcmc", 2);
  const auto forged = sign(other, 3);
  CHECK(refused(open_document(forged->to_record(), trusting({&hcmc}), "hcmc")) ==
        refusal::bad_document);
  CHECK(open_document(forged->to_record(), trusting({&other}), "hcmc"));
}

TEST_CASE("a node's own key signs no documents") {
  cluster hcmc("hcmc");
  const auto node = hcmc.certificate("a");
  CHECK_FALSE(sign_document({&node, 1}, "hcmc", document_kind::hierarchy, 1, units));
  const issued mixed{hcmc.ca().certificate_pem, node.key_pem};
  CHECK_FALSE(sign_document({&mixed, 1}, "hcmc", document_kind::hierarchy, 1, units));
}

TEST_CASE("while one authority follows another a document signed by both is good with either") {
  cluster before("hcmc"), after("hcmc", 2);
  const std::vector both{before.ca(), after.ca()};
  const auto made = sign_document(both, "hcmc", document_kind::hierarchy, 4, units);
  REQUIRE(made);
  CHECK(open_document(made->to_record(), trusting({&before}), "hcmc"));
  CHECK(open_document(made->to_record(), trusting({&after}), "hcmc"));
  CHECK(open_document(made->to_record(), trusting({&before, &after}), "hcmc"));
  // Signing again changes nothing that is compared.
  CHECK(sign(after, 4)->told() == made->told());
}

TEST_CASE("an authority with P-256 signs, too") {
  seeded_random dice(5);
  const auto ca = make_authority("hcmc", {today, year}, dice, key_kind::p256);
  const auto made = sign_document({&*ca, 1}, "hcmc", document_kind::hierarchy, 1, units);
  REQUIRE(made);
  const auto by = *authority::load(ca->certificate_pem);
  CHECK(open_document(made->to_record(), by, "hcmc"));
  CHECK_FALSE(open_document(sign(cluster("hcmc"), 1)->to_record(), by, "hcmc"));
}

TEST_CASE("an operator's slip is refused before it is signed, with its place") {
  cluster hcmc("hcmc");
  const auto placing = [&](const std::string& content) {
    return sign(hcmc, 1, content, document_kind::placement);
  };
  CHECK(placing(places));
  CHECK(placing(replaced(places, "\"epoch\": 1", "\"epoch\": 0")).error().pointer ==
        "/nodes/0/hosts/0/epoch");
  CHECK(placing(replaced(places, "\"hosts\"", "\"host\"")).error().pointer == "/nodes/0/hosts");
  CHECK(placing(replaced(places, "\"address\"", "\"colour\": 1, \"address\"")).error().pointer ==
        "/nodes/0/colour");
  CHECK_FALSE(placing("{}"));
  CHECK_FALSE(sign(hcmc, 1, "{"));
  CHECK_FALSE(sign(hcmc, 1, "\"\xff\""));
  CHECK_FALSE(sign(hcmc, 0));
  CHECK_FALSE(sign(hcmc, last_document_number + 1));
  CHECK(sign(hcmc, last_document_number));
  CHECK_FALSE(sign_document({&hcmc.ca(), 1}, "HCMC", document_kind::hierarchy, 1, units));
  CHECK_FALSE(sign_document({}, "hcmc", document_kind::hierarchy, 1, units));
}

TEST_CASE("what is over a limit is neither signed nor opened") {
  cluster hcmc("hcmc");
  const auto by = trusting({&hcmc});
  const auto of = [](std::size_t octets) { return "\"" + bytes(octets - 2, 'a') + "\""; };
  const auto largest = sign(hcmc, 1, of(most_document_octets));
  REQUIRE(largest);
  CHECK(largest->to_record().size() <= most_document_record_octets);
  CHECK(open_document(largest->to_record(), by, "hcmc"));
  CHECK(read_document(largest->to_text(), by, "hcmc"));
  CHECK_FALSE(sign(hcmc, 1, of(most_document_octets + 1)));
  CHECK_FALSE(sign(hcmc, 1, "[" + bytes(2'000'000, '\n') + "]")); // too many lines for a file
  const bytes huge(most_document_record_octets + 1, '\x80');
  CHECK(refused(open_document(huge, by, "hcmc")) == refusal::too_long);
  CHECK(refused(read_document(bytes(most_document_text_octets + 1, ' '), by, "hcmc")) ==
        refusal::too_long);
}

TEST_CASE("a record of a million empty values costs a hostile peer more than us") {
  cluster hcmc("hcmc");
  auto many = bytes("\x83\x6cloa.document\x01\x9a\x00\x10\x00\x00", 20);
  many += bytes(1U << 20, '\x80');
  const auto opened = open_document(many, trusting({&hcmc}), "hcmc");
  REQUIRE(refused(opened) == refusal::bad_document);
  CHECK(opened.error().detail.find("more than 32 values") != std::string::npos);
}

TEST_CASE("kinds keep their numbers for ever") {
  CHECK(document_kind_from(1) == document_kind::hierarchy);
  CHECK(document_kind_from(2) == document_kind::placement);
  CHECK_FALSE(document_kind_from(0));
  CHECK_FALSE(document_kind_from(3));
}

} // namespace loa::net::test
