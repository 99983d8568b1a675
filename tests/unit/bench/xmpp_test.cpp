#include "protocol_events.hpp"

#include <bench/load/xmpp.hpp>
#include <bench/load/xmpp_stanza.hpp>

#include <catch2/catch.hpp>

using namespace loa::bench;

namespace {

const std::string stream = "<?xml version='1.0'?><stream:stream id='1' version='1.0' "
                           "xmlns:stream='http://etherx.jabber.org/streams'>";
const std::string login =
    stream +
    "<stream:features><mechanisms><mechanism>ANONYMOUS</mechanism><mechanism>PLAIN"
    "</mechanism></mechanisms></stream:features><success xmlns='x'/>" +
    stream +
    "<stream:features><bind xmlns='x'/><session><optional/></session></stream:features>"
    "<iq type='result' id='bind'><bind><jid>7@localhost/9</jid></bind></iq>";
const std::string subscribed =
    "<iq type='result' id='sub'><pubsub><subscription jid='a>b'/></pubsub></iq>";

std::string event(const std::string& text) {
  return "<message type='headline'><event><items><item id='1'><alert xmlns='urn:loa:bench'>" +
         text + "</alert></item></items></event></message>";
}

} // namespace

TEST_CASE("an XMPP subscriber logs in and gets whole messages however the octets are cut") {
  const auto octets = login + subscribed + " \n" + event("first") + event("second");
  for (const auto& pieces : cuts_of(octets)) {
    const auto to = hear(xmpp_subscribers(), pieces);
    REQUIRE(to.said == words{"subscribed", "message first", "message second"});
    REQUIRE(to.replies.find("<subscribe node='alerts' jid='7@localhost/9'/>") != std::string::npos);
    REQUIRE(to.replies.find("mechanism='ANONYMOUS'") < to.replies.find("id='bind'"));
  }
}

TEST_CASE("an XMPP publisher is ready with its session, and a result accepts") {
  const auto octets = login + "<iq type='result' id='pub'/>" +
                      "<iq id=\"pub\" type=\"result\"><pubsub><publish/></pubsub></iq>";
  for (const auto& pieces : cuts_of(octets)) {
    xmpp_publisher p(10);
    REQUIRE(hear(p, pieces).said == words{"ready", "accepted", "accepted"});
  }
}

TEST_CASE("the set-up of XMPP is ready when the node is made, and says why it is not") {
  xmpp_set_up good;
  REQUIRE(hear(good, {login, "<iq type='result' id='make'/>"}).said == words{"ready"});
  xmpp_set_up bad;
  REQUIRE(hear(bad, {login, "<iq type='error' id='make'><error><forbidden/></error></iq>"})
              .why.find("<forbidden/>") != std::string::npos);
}

TEST_CASE("an XMPP server that refuses or ends the stream has failed") {
  for (const auto* end : {"<failure><not-authorized/></failure>", "</stream:stream>",
                          "<stream:error><policy-violation/></stream:error>"})
    REQUIRE(hear(xmpp_subscribers(), {stream + end}).said == words{"failed"});
}

TEST_CASE("what is no XML, and an element without an end, are refused") {
  REQUIRE(hear(xmpp_subscribers(), {"HTTP/1.1 400 Bad Request\r\n"}).said == words{"failed"});
  const auto endless = stream + "<message>" + std::string(longest_message, 'x');
  REQUIRE(hear(xmpp_subscribers(), {endless}).said == words{"failed"});
  const auto declaration = "<?xml " + std::string(longest_message, 'x');
  REQUIRE(hear(xmpp_subscribers(), {declaration}).said == words{"failed"});
}

TEST_CASE("elements that are broken off or empty have no contents, and no attribute is invented") {
  for (const auto* text :
       {"<a/>", "<a b/>", "<a b=/>", "<a b='/>'/>", "<message><alert/></message>"}) {
    const auto s = first_stanza(text);
    REQUIRE((s && *s));
    REQUIRE((*s)->inside("alert").empty());
    REQUIRE((*s)->attribute("c").empty());
  }
  REQUIRE_FALSE(*first_stanza("<a b='>"));
  REQUIRE_FALSE(*first_stanza("<"));
}
