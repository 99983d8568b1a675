#include <bindings/http/internal/forwarding.hpp>
#include <bindings/http/internal/worker.hpp>
#include <loa/model/bulletin.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace loa::http {

namespace {

constexpr std::string_view service_kind = "gateway";

/// A call as the client's gateway read it.
struct forwarded_call {
  static constexpr wire::type_tag tag{"loa.http.call", 1};
  std::uint8_t verb = 0;
  std::string path;
  std::string query;
  std::string type;
  std::string idempotency_key;
  std::string authorization;
  wire::octets body;
  static void describe(auto& self, auto& f) {
    f("verb", self.verb);
    f("path", self.path);
    f.optional("query", self.query);
    f.optional("type", self.type);
    f.optional("idempotency_key", self.idempotency_key);
    f.optional("authorization", self.authorization);
    f.optional("body", self.body);
  }
};

struct forwarded_answer {
  static constexpr wire::type_tag tag{"loa.http.answer", 1};
  struct field {
    std::string name;
    std::string value;
    static void describe(auto& self, auto& f) {
      f("name", self.name);
      f("value", self.value);
    }
    bool operator==(const field&) const = default;
  };
  std::uint16_t status = 0;
  std::string type;
  wire::octets body;
  std::vector<field> fields;
  static void describe(auto& self, auto& f) {
    f("status", self.status);
    f.optional("type", self.type);
    f.optional("body", self.body);
    f.optional("fields", self.fields);
  }
};

/// What an answer may say beside its body. Another node cannot make up fields.
constexpr std::array<std::string_view, 4> known_fields{"Allow", "Location", "Retry-After",
                                                       "WWW-Authenticate"};

forwarded_answer carried(const response& r) {
  forwarded_answer a{static_cast<std::uint16_t>(r.status), r.type, {r.body}, {}};
  for (const auto& [name, value] : r.fields) a.fields.push_back({std::string(name), value});
  return a;
}

constexpr std::size_t most_value = 1024;

/// True if it can stand in a header and nothing can come after it.
bool is_plain(std::string_view text) {
  return text.size() <= most_value &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c != 0x7f; });
}

/// A node that is not honest must not be able to say anything in our name but this answer.
response uncarried(const forwarded_answer& a) {
  response r{a.status, is_plain(a.type) ? a.type : std::string(), a.body.data, {}, false};
  if (a.status == 204 || a.status == 304) r.body.clear();
  for (const auto& f : a.fields) {
    const auto known = std::ranges::find(known_fields, f.name);
    if (known == known_fields.end() || !is_plain(f.value)) continue;
    if (*known == "Location" && !f.value.starts_with("/v1/")) continue;
    r.fields.emplace_back(*known, f.value);
  }
  return r;
}

response answer_of(const result<wire::value>& said) {
  if (!said) return response::problem(said.error());
  const auto* answer = said->get<forwarded_answer>();
  if (!answer || answer->status < 200 || answer->status > 599)
    return response::problem({errc::internal, "A node gave an answer that is none.", {}});
  return uncarried(*answer);
}

/// Judges and serves a call as the gateway does its own clients'.
void serve_call(gateway& shared, const forwarded_call& f, responder respond) {
  request q;
  q.verb =
      static_cast<method>(std::min<std::uint8_t>(f.verb, static_cast<std::uint8_t>(method::other)));
  q.path = f.path;
  q.query = f.query;
  q.type = f.type;
  q.idempotency_key = f.idempotency_key;
  q.authorization = f.authorization;
  q.body = f.body.data;
  q.who.anonymous_citizens = shared.options.anonymous_citizens;
  route r;
  if (auto wrong = judge_call(shared, q, r)) return respond(*std::move(wrong));
  const auto& call = *r.found;
  if (!call.serve)
    return respond(response::problem({errc::unsupported, "Streams are not passed on.", {}}));
  if (call.most_body > 0) {
    if (auto wrong = judge_type(call, q)) return respond(*std::move(wrong));
    if (q.body.size() > std::min(call.most_body, shared.options.limits.body_octets))
      return respond(
          response::problem({errc::too_large, "The body is too large for this node.", {}}));
  }
  if (shared.draining)
    return respond(response::problem({errc::unavailable, "The unit's node is about to stop.", {}}));
  const auto home = home_of(call, q);
  if (!home || !shared.node->find(*home).here)
    // The two nodes' placements differ, as for a moment when units move; to pass it on once more
    // could go in a circle.
    return respond(response::problem(
        {errc::unavailable,
         fmt::format("Node \"{}\" does not host this unit; ask again in a moment.",
                     shared.options.node),
         {}}));
  call.serve({shared, std::move(q), std::move(respond)});
}

/// Where a client of ours has to go.
response directions(const node::whereabouts& where, const std::string& here, const request& q) {
  if (where.node == here)
    return response::problem(
        {errc::unavailable,
         "This node does not serve the unit now: it is moving to another node, or the operator has "
         "yet to say that this one adopts it.",
         {}});
  if (where.node.empty())
    return response::problem(
        {errc::unavailable, "No node hosts this unit; the placement leaves it out.", {}});
  if (where.http.empty())
    return response::problem(421,
                             {errc::unavailable,
                              fmt::format("This unit lives on node \"{}\": ask there.", where.node),
                              {}});
  auto target = where.http + q.path;
  if (!q.query.empty()) target += "?" + q.query;
  auto r = response::problem(
      307, {errc::unavailable, fmt::format("This unit lives on node \"{}\".", where.node), {}});
  r.fields.emplace_back("Location", std::move(target));
  return r;
}

} // namespace

std::optional<path> home_of(const endpoint& call, const request& q) {
  const bool code = call.pattern.starts_with("/v1/reports/");
  if (!code && call.where == endpoint::unit_in::nowhere) return std::nullopt;
  auto unit = code || call.where == endpoint::unit_in::as_id ? model::unit_of(q.params[0])
                                                             : path::parse(q.params[0]);
  return unit ? std::optional(*std::move(unit)) : std::nullopt;
}

bool pass_on(exchange& x, const endpoint& call) {
  const auto home = home_of(call, x.request);
  if (!home) return false;
  const auto where = x.shared.node->find(*home);
  if (where.here) return false;
  if (x.shared.options.redirect_elsewhere || where.node.empty()) {
    x.respond(directions(where, x.shared.options.node, x.request));
    return true;
  }
  auto& q = x.request;
  node::ask_options how;
  if (call.right == http::call::publish_alert) how.urgency = store::urgency::emergency;
  x.shared.figures.forwarded.add();
  x.shared.node->ask(
      name::of(service_kind, *home),
      wire::value::of(forwarded_call{static_cast<std::uint8_t>(q.verb),
                                     q.path,
                                     q.query,
                                     q.type,
                                     q.idempotency_key,
                                     q.authorization,
                                     {std::move(q.body)}}),
      [respond = x.respond](const result<wire::value>& said) { respond(answer_of(said)); }, how);
  return true;
}

std::optional<response> directed_elsewhere(gateway& shared, const endpoint& call,
                                           const request& q) {
  const auto home = home_of(call, q);
  if (!home) return std::nullopt;
  const auto where = shared.node->find(*home);
  if (where.here) return std::nullopt;
  return directions(where, shared.options.node, q);
}

node::service forwarding_service(gateway& shared) {
  const auto next = std::make_shared<std::atomic<std::size_t>>(0);
  return {std::string(service_kind),
          [](wire::type_registry& types) {
            types.add<forwarded_call>();
            types.add<forwarded_answer>();
          },
          [&shared, next](const name&, wire::value command, node::reply_handler then) {
            if (!command.get<forwarded_call>())
              return then(error{errc::unsupported, "A gateway takes calls and nothing else.", {}});
            // On an I/O thread, as all calls: this one may be the way between the nodes.
            auto& box = *shared.mailboxes[next->fetch_add(1) % shared.mailboxes.size()];
            box.push([command = std::move(command), then = std::move(then)](worker& w) {
              serve_call(
                  w.shared(), *command.get<forwarded_call>(),
                  responder([then](const response& r) { then(wire::value::of(carried(r))); }));
            });
          }};
}

} // namespace loa::http
