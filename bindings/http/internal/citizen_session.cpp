#include <bindings/http/citizen_id.hpp>
#include <bindings/http/internal/calls.hpp>
#include <loa/protocol/citizen.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace loa::http {

namespace {

/// What a citizen's client may say.
struct acknowledgement {
  std::uint64_t ack = 0;
  std::optional<path> feed;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("ack", self.ack);
    f.optional("feed", self.feed);
  }
};

/// A citizen's stream: attaches the connection to `citizen/ID`.
class citizen_session final : public stream_session {
public:
  citizen_session(gateway& shared, name who, std::vector<citizen::subscription> units,
                  std::string secret)
      : shared_(shared),
        who_(std::move(who)),
        secret_(std::move(secret)) {
    for (auto& u : units) {
      if (u.from) starts_.push_back(u);
      units_.push_back(std::move(u.unit));
    }
  }

  [[nodiscard]] const name& who() const override { return who_; }

  void opened(stream& s) override {
    channel_ = s.id();
    shared_.figures.citizens.add(1);
    if (!secret_.empty())
      s.send_text(nlohmann::json{{"control", "secret"},
                                 {"citizen", citizen_id(who_)},
                                 {"secret", std::exchange(secret_, {})}}
                      .dump());
    attach();
    starts_ = {};
  }

  void reattach() override { attach(); }
  bool delivered(const node::feed_entry_ptr&) override { return true; }

  [[nodiscard]] std::optional<stream_fault> said(std::string_view message) override {
    auto read = wire::from_json<acknowledgement>(message, {.octets = 4096, .depth = 4});
    if (!read)
      return stream_fault{
          close_code::policy,
          fmt::format("Expected {{\"ack\":POSITION,\"feed\":UNIT}}: {}", read.error().to_string())};
    if (read->feed && std::ranges::find(units_, *read->feed) == units_.end())
      return stream_fault{close_code::policy, "This stream does not follow that feed."};
    if (!read->feed && units_.size() > 1)
      return stream_fault{close_code::policy,
                          "Who follows several units names the \"feed\" of a position."};
    shared_.figures.acknowledged.add();
    // Another connection of the citizen may follow more; this one means its own unit.
    if (!read->feed) read->feed = units_.front();
    shared_.node->tell(who_, wire::value::of(citizen::ack{std::move(read->feed), read->ack}));
    return std::nullopt;
  }

  void closed() override {
    if (channel_ == 0) return;
    shared_.figures.citizens.add(-1);
    shared_.node->tell(who_, wire::value::of(citizen::detach{channel_}));
  }

private:
  void attach() {
    citizen::attach command{channel_, {}, true};
    for (const auto& u : units_) {
      const auto start = std::ranges::find(starts_, u, &citizen::subscription::unit);
      command.units.push_back({u, start == starts_.end() ? std::nullopt : start->from});
    }
    attach_or_close(shared_, who_, wire::value::of(std::move(command)), channel_);
  }

  gateway& shared_;
  const name who_;
  std::vector<path> units_;
  std::vector<citizen::subscription> starts_; // those with a cursor; only for the first time
  std::string secret_;
  connection_id channel_ = 0;
};

/// "U" or "U@POSITION".
result<citizen::subscription> read_subscription(std::string_view text) {
  const auto at = text.find('@');
  auto unit = path::parse(text.substr(0, at));
  if (!unit) return unit.error();
  citizen::subscription s{*std::move(unit), std::nullopt};
  if (at == std::string_view::npos) return s;
  std::uint64_t position = 0;
  const auto digits = text.substr(at + 1);
  const auto [stopped, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), position);
  if (failure != std::errc() || stopped != digits.data() + digits.size() ||
      position > ~std::uint64_t{0} >> 1)
    return error{errc::malformed, "What follows '@' must be a position, a whole number.", {}};
  s.from = link::cursor{0, {position, position}};
  return s;
}

result<std::vector<citizen::subscription>> read_units(const gateway& shared, const request& r) {
  auto text = r.parameter("units");
  if (!text) return text.error();
  if (!*text || (*text)->empty())
    return error{
        errc::malformed, "Say what to follow: ?units=UNIT,UNIT or ?units=UNIT@POSITION.", {}};
  const auto most = std::min(shared.options.limits.units_per_stream, citizen::most_units);
  std::vector<citizen::subscription> units;
  for (std::string_view rest = **text;;) {
    const auto comma = std::min(rest.find(','), rest.size());
    auto one = read_subscription(rest.substr(0, comma));
    if (!one) return one.error();
    if (std::ranges::find(units, one->unit, &citizen::subscription::unit) != units.end())
      return error{
          errc::malformed, fmt::format("The unit {} stands twice in units.", one->unit.str()), {}};
    if (auto allowed = r.who.check(call::follow_as_citizen, one->unit); !allowed)
      return allowed.error();
    if (!shared.tree->find(one->unit))
      return error{errc::not_found,
                   fmt::format("The unit {} is not in this hierarchy.", one->unit.str()),
                   {}};
    units.push_back(*std::move(one));
    if (units.size() > most)
      return error{errc::rule, fmt::format("One stream follows at most {} units.", most), {}};
    if (comma == rest.size()) return units;
    rest.remove_prefix(comma + 1);
  }
}

/// The secret that a new id gets; empty where none is due.
result<std::string> judge_secret(gateway& shared, const request& r, const std::string& id) {
  if (!shared.known) return std::string();
  // A citizen's token for this very id proves more than its secret.
  const auto& token = r.who.token;
  if (token && token->role == role::citizen && token->subject == id) return std::string();
  auto given = r.parameter("secret");
  if (!given) return given.error();
  if (*given) {
    if (shared.authority.is_citizen_secret(id, **given)) {
      if (auto taken = shared.known->take(id); !taken) return taken.error();
      return std::string();
    }
    return error{errc::forbidden, "This is not the secret of this citizen id.", {}};
  }
  auto taken = shared.known->take(id);
  if (!taken) return taken.error();
  if (*taken) return shared.authority.citizen_secret(id);
  return error{
      errc::forbidden,
      "This citizen id is in use: resume it with its secret, ?secret=…, or take another id.",
      {}};
}

} // namespace

void attach_or_close(gateway& shared, const name& who, wire::value command, connection_id channel) {
  shared.node->ask(
      who, std::move(command),
      [box = shared.mailboxes[worker_of(channel)], channel](const result<wire::value>& answer) {
        if (!answer) close_stream(*box, channel, answer.error());
      });
}

std::unique_ptr<stream_session> open_citizen_stream(gateway& shared, const request& r,
                                                    response& refusal) {
  const auto refuse = [&](const error& why) {
    refusal = response::problem(why);
    return nullptr;
  };
  const auto& id = r.params[0];
  if (!r.who.token && !r.who.anonymous_citizens)
    return refuse(r.who.check(call::follow_as_citizen, path()).error());
  auto who = citizen_name(id);
  if (!who) return refuse(who.error());
  if (r.who.token && !r.who.anonymous_citizens && !r.who.token->subject.empty() &&
      r.who.token->subject != id)
    return refuse({errc::forbidden, "The token is for another citizen id.", {}});
  auto units = read_units(shared, r);
  if (!units) return refuse(units.error());
  if (shared.draining) return refuse({errc::unavailable, "This node is about to stop.", {}});
  auto secret = judge_secret(shared, r, id);
  if (!secret) return refuse(secret.error());
  return std::make_unique<citizen_session>(shared, *std::move(who), *std::move(units),
                                           *std::move(secret));
}

} // namespace loa::http
