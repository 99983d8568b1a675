#include <bindings/http/internal/calls.hpp>
#include <bindings/http/internal/device_session.hpp>
#include <bindings/http/internal/stream_side.hpp>
#include <bindings/http/internal/worker.hpp>
#include <loa/protocol/device.hpp>
#include <loa/protocol/unit.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

namespace loa::http {

namespace {

/// Positions whose latest attempt is remembered, to tell a repeated call from a new one.
constexpr std::size_t most_remembered = 4096;

/// What a device's client may say: {"ack":N} or {"played":N,"outcome":…,"at"?}.
struct device_message {
  std::optional<std::uint64_t> ack;
  std::optional<std::uint64_t> played;
  std::optional<device::outcome> outcome;
  std::optional<instant> at;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("ack", self.ack);
    f.optional("played", self.played);
    f.optional("outcome", self.outcome);
    f.optional("at", self.at);
  }
};

stream_fault unexpected(std::string_view why) {
  return {close_code::policy,
          fmt::format(R"(Expected {{"ack":N}} or {{"played":N,"outcome":…,"at":…}}: {})", why)};
}

class device_session final : public device_client {
public:
  device_session(gateway& shared, name who) : shared_(shared), who_(std::move(who)) {}

  [[nodiscard]] const name& who() const override { return who_; }
  /// Whether there is such a device.
  [[nodiscard]] std::optional<wire::value> question() const override {
    return wire::value::of(device::get_device{});
  }

  void opened(stream& s) override {
    stream_ = &s;
    shared_.figures.devices.add(1);
    shared_.devices.add(s.id());
    reattach();
  }

  void reattach() override {
    attach_or_close(shared_, who_, wire::value::of(device::attach{stream_->id()}), stream_->id());
  }

  bool delivered(const node::feed_entry_ptr&) override { return false; } // only what it is to play

  [[nodiscard]] std::optional<stream_fault> said(std::string_view message) override {
    auto read = wire::from_json<device_message>(message, {.octets = 4096, .depth = 4});
    if (!read) return unexpected(read.error().to_string());
    if (read->ack.has_value() == read->played.has_value())
      return unexpected("exactly one of the two is due.");
    if (read->ack) {
      shared_.figures.acknowledged.add();
      shared_.node->tell(who_, wire::value::of(device::ack{*read->ack}));
      return std::nullopt;
    }
    if (!read->outcome || *read->outcome == device::outcome::repeated)
      return unexpected("the outcome is complete, interrupted, failed or missed.");
    shared_.node->tell(who_,
                       wire::value::of(device::played{*read->played, *read->outcome, read->at}));
    return std::nullopt;
  }

  void called(const wire::value& what, stream_side& side) override {
    if (const auto* p = what.get<device::play>()) return play(*p);
    if (const auto* s = what.get<device::stop>()) {
      playing_.erase(s->position);
      return stream_->send_text(nlohmann::json{{"control", "stop"},
                                               {"position", s->position},
                                               {"id", s->id},
                                               {"reason", wire::enum_name(s->reason)}}
                                    .dump());
    }
    if (what.get<device::release>())
      side.close(close_code::policy, "Another client took this device over, or it was removed.");
  }

  void closed() override {
    if (!stream_) return;
    shared_.figures.devices.add(-1);
    shared_.devices.remove(stream_->id());
    shared_.node->tell(who_, wire::value::of(device::detach{stream_->id()}));
  }

private:
  void play(const device::play& p) {
    auto& attempt = playing_[p.position];
    if (attempt == p.attempt) return; // passed on already
    attempt = p.attempt;
    if (playing_.size() > most_remembered) playing_.erase(playing_.begin());
    if (p.frame) return send(p, *p.frame);
    fetch(p);
  }

  void send(const device::play& p, bytes_view body) {
    auto text = fmt::format(R"({{"feed":"{}","position":{},"attempt":{})", who_.home_text(),
                            p.position, p.attempt);
    if (p.repeated) text += R"(,"repeated":true)";
    if (p.resumed) text += R"(,"resumed":true)";
    text.append(",").append(body).append("}");
    shared_.figures.frames.add();
    stream_->send_text(text);
  }

  /// After a restart the device knows what to play and the unit has the text.
  void fetch(device::play p) {
    auto question = wire::value::of(unit::get_frame{p.position});
    shared_.node->ask(
        unit_entity(who_.home()), std::move(question),
        [box = shared_.mailboxes[worker_of(stream_->id())], id = stream_->id(),
         p = std::move(p)](const result<wire::value>& answer) mutable {
          const auto* reply = answer ? answer->get<unit::frame_reply>() : nullptr;
          if (!answer && answer.error().code != errc::not_found)
            return close_stream(*box, id, answer.error()); // it comes back and is told again
          if (!reply) return; // pruned: the device records it as failed when nobody says anything
          p.frame = reply->body;
          box->push([id, p = std::move(p)](worker& w) {
            w.with(id, [&p](connection& c) {
              auto* side = dynamic_cast<stream_side*>(c.speaks());
              auto* session = side ? dynamic_cast<device_session*>(&side->session()) : nullptr;
              if (session) session->fetched(p);
            });
          });
        });
  }

  void fetched(const device::play& p) {
    const auto at = playing_.find(p.position);
    if (at != playing_.end() && at->second == p.attempt && p.frame) send(p, *p.frame);
  }

  gateway& shared_;
  const name who_;
  stream* stream_ = nullptr;
  std::map<std::uint64_t, std::uint32_t> playing_; // position -> attempt passed on
};

} // namespace

std::unique_ptr<stream_session> open_device_stream(gateway& shared, const request& r,
                                                   response& refusal) {
  auto who = name::parse("device/" + r.params[0] + "/" + r.params[1]);
  if (!who) {
    refusal = response::problem(who.error());
    return nullptr;
  }
  if (r.who.token && !r.who.token->subject.empty() && r.who.token->subject != r.params[1]) {
    refusal = response::problem({errc::forbidden, "The token is for another device.", {}});
    return nullptr;
  }
  if (shared.draining) {
    refusal = response::problem({errc::unavailable, "This node is about to stop.", {}});
    return nullptr;
  }
  return std::make_unique<device_session>(shared, *std::move(who));
}

} // namespace loa::http
