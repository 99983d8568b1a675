#include <bench/load/xmpp.hpp>
#include <bench/load/xmpp_stanza.hpp>

#include <fmt/format.h>

namespace loa::bench {

namespace {

constexpr std::string_view opening =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>";

std::string request(std::string_view id, std::string_view what) {
  return fmt::format("<iq type='set' id='{}' to='pubsub.localhost'>"
                     "<pubsub xmlns='http://jabber.org/protocol/pubsub'>{}</pubsub></iq>",
                     id, what);
}

bool is_result(const xmpp_stanza& s, std::string_view id) {
  return s.is("iq") && s.attribute("type") == "result" && s.attribute("id") == id;
}

/// What every client says on the way to a session (RFC 6120, chapters 6 and 7). Each step shows in
/// what the server said last, so nothing has to be remembered.
std::string next_step(const xmpp_stanza& s) {
  if (s.is("success")) return std::string(opening);
  if (!s.is("stream:features")) return {};
  if (s.text.find("<mechanism>ANONYMOUS</mechanism>") != std::string_view::npos)
    return "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>";
  if (s.text.find("<bind") != std::string_view::npos)
    return "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
  return {};
}

bool is_refusal(const xmpp_stanza& s) {
  return s.is("stream:error") || s.is("failure") || s.text.starts_with("</") ||
         (s.is("iq") && s.attribute("type") == "error");
}

/// Calls `one` for each stanza of the session.
std::size_t take_stanzas(std::string_view in, auto& to, auto one) {
  std::size_t taken = 0;
  for (;;) {
    const auto s = first_stanza(in.substr(taken));
    if (!s) {
      to.failed(s.error().detail);
      return in.size();
    }
    if (!*s) return taken;
    taken += (*s)->octets;
    if (is_refusal(**s))
      to.failed(fmt::format("the XMPP server refuses: {}", (*s)->text.substr(0, 300)));
    else if (auto step = next_step(**s); !step.empty())
      to.reply(std::move(step));
    else
      one(**s);
  }
}

} // namespace

std::string xmpp_subscribers::hello(std::size_t) const {
  return std::string(opening);
}

std::size_t xmpp_subscribers::take(std::string_view in, bool, subscriber_events& to) const {
  return take_stanzas(in, to, [&](const xmpp_stanza& s) {
    if (is_result(s, "bind"))
      to.reply("<presence/>" +
               request("sub", fmt::format("<subscribe node='alerts' jid='{}'/>", s.inside("jid"))));
    else if (is_result(s, "sub"))
      to.subscribed();
    else if (s.is("message"))
      to.message(s.inside("alert"));
  });
}

std::string xmpp_publisher::hello() {
  return std::string(opening);
}

std::string xmpp_publisher::publish(const std::string& identifier) {
  return request("pub", fmt::format("<publish node='alerts'><item><alert xmlns='urn:loa:bench'>{}"
                                    "</alert></item></publish>",
                                    filled(identifier, octets_)));
}

std::size_t xmpp_publisher::take(std::string_view in, publisher_events& to) {
  return take_stanzas(in, to, [&](const xmpp_stanza& s) {
    if (is_result(s, "bind")) to.ready();
    if (is_result(s, "pub")) to.accepted();
  });
}

std::string xmpp_set_up::hello() {
  return std::string(opening);
}

std::size_t xmpp_set_up::take(std::string_view in, publisher_events& to) {
  return take_stanzas(in, to, [&](const xmpp_stanza& s) {
    if (is_result(s, "bind"))
      to.reply(request("make", "<create node='alerts'/><configure>"
                               "<x xmlns='jabber:x:data' type='submit'>"
                               "<field var='FORM_TYPE' type='hidden'><value>"
                               "http://jabber.org/protocol/pubsub#node_config</value></field>"
                               "<field var='pubsub#publish_model'><value>open</value></field>"
                               "</x></configure>"));
    if (is_result(s, "make")) to.ready();
  });
}

} // namespace loa::bench
