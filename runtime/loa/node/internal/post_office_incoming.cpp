// What other nodes say, and whether they may.

#include <loa/base/overloaded.hpp>
#include <loa/base/probe.hpp>
#include <loa/node/internal/core.hpp>
#include <loa/node/internal/post_office.hpp>

namespace loa::node {

namespace {

constexpr duration scold_again = std::chrono::minutes(1);
constexpr std::size_t most_journal_id = 64;

} // namespace

void post_office::take(conversation& c, const net::peer_message& m) {
  if (c.session.has_ended() || !c.with) return;
  if (m.kind == entity_mail) {
    if (auto taken = take_mail(c, m.lane, m.content); !taken) return distrust(c, taken.error());
  } else if (m.kind == document_mail && c.documents) {
    take_documents(c, m.content);
    if (c.session.has_ended()) return;
  } else if (m.kind == move_mail) {
    take_move(c, m.content);
    if (c.session.has_ended()) return;
  } else {
    core_.metrics.peer_unknown.add(); // of a later release
  }
  c.session.consumed(m.lane, m.cost);
  c.touched = true;
}

void post_office::distrust(conversation& c, const error& why) {
  core_.metrics.peer_malformed.add();
  carry_out(
      c, c.session.close({net::farewell_reason::distrusted, why.to_string()}, transport_->now()));
}

result<void> post_office::take_mail(conversation& c, net::envelope_lane lane, bytes_view record) {
  auto m = decode_node_message(record);
  if (!m) return m.error();
  const auto generation = core_.parts.writer.generation();
  return std::visit(
      overloaded{
          [&](carried_frame& f) -> result<void> {
            auto frame = uncarry(f.message.data, f.bodies, c.got.on(lane));
            if (!frame) return frame.error();
            if (!may_speak(c, f.from, f.epochs.from) || !lives_here(c, f.to, f.epochs.to))
              return {};
            core_.names.send(f.to, mail_of(link_letter{f.from, *std::move(frame), generation}));
            core_.metrics.hops.came(lane, f.bodies.size(), f.sent, core_.parts.time);
            return {};
          },
          [&](carried_command& command) -> result<void> {
            take_one(c, lane, command);
            return {};
          },
          [&](carried_answer& a) -> result<void> {
            if (a.refused)
              pending_.answer(c.with->node, a.number, carried(*a.refused));
            else if (a.reply.data.empty())
              pending_.answer(c.with->node, a.number, wire::value{});
            else
              pending_.answer(c.with->node, a.number, core_.types.decode(a.reply.data));
            return {};
          },
          [&](carried_follow& f) -> result<void> {
            if (may_speak(c, f.follower, f.epochs.from) && lives_here(c, f.feed, f.epochs.to))
              core_.names.send(
                  f.feed, mail_of(follow_letter{f.follower, f.channel, std::nullopt, nullptr}));
            return {};
          },
          [&](carried_unfollow& u) -> result<void> {
            if (may_speak(c, u.follower, u.epochs.from) && lives_here(c, u.feed, u.epochs.to))
              core_.names.send(u.feed, mail_of(unfollow_letter{u.follower, u.leave}));
            return {};
          },
          [&](carried_nudge& n) -> result<void> {
            if (may_speak(c, n.feed, n.epochs.from) && lives_here(c, n.follower, n.epochs.to))
              core_.names.send_if_awake(n.follower, mail_of(nudge_letter{n.feed}));
            return {};
          },
          [&](carried_unstored& u) -> result<void> {
            auto entry = uncarry(u, c.got.on(lane));
            if (!entry) return entry.error();
            if (u.to == u.feed) {
              if (!hand_over(c, u.feed, false, u.epochs, {c.with->node, *std::move(entry)}))
                return {};
            } else {
              // It comes once, and concerns whoever listens: to whom it was addressed does not
              // matter.
              if (!may_speak(c, u.feed, u.epochs.from) ||
                  !lives_here(c, u.to, routes_.epoch_of(u.to.home())))
                return {};
              core_.names.send(u.to, mail_of(unstored_letter{*std::move(entry)}));
            }
            core_.metrics.hops.came(lane, 1, u.sent, core_.parts.time);
            return {};
          },
          [&](carried_relay_frame& f) -> result<void> {
            auto frame = uncarry(f.message.data, f.bodies, c.got.on(lane));
            if (!frame) return frame.error();
            if (hand_over(c, f.feed, f.to_feed, f.epochs, {c.with->node, *std::move(frame)}))
              core_.metrics.hops.came(lane, f.bodies.size(), f.sent, core_.parts.time);
            return {};
          },
          [&](carried_relay& r) -> result<void> { return take_one(c, r); },
          [&](carried_life& l) -> result<void> {
            if (std::exchange(c.told_life, true) || l.journal.size() > most_journal_id)
              return error{errc::malformed, "A node says once on which journal it lives.", {}};
            lives_.heard(c.with->node, c.with->incarnation, l, transport_->now());
            return {};
          },
      },
      *m);
}

void post_office::take_one(conversation& c, net::envelope_lane lane, carried_command& m) {
  reply_ptr reply;
  if (m.number != 0)
    reply = std::make_shared<reply_slot>(
        [this, line = c.line, lane, number = m.number](result<wire::value> r) {
          core_.asks.fetch_sub(1);
          later([this, line, lane, number, r = std::move(r)] { answer(line, lane, number, r); });
        });
  if (reply) core_.asks.fetch_add(1);
  const auto refuse_with = [&](error why) {
    if (reply) reply->answer(std::move(why));
  };
  if (!in_epoch(c, m.to, m.epochs.to))
    return refuse_with({errc::unavailable,
                        "Two nodes do not know the same yet of where \"" + m.to.str() +
                            "\" lives; ask again in a moment.",
                        {}});
  if (!is_here(m.to)) {
    LOA_PROBE("office: a command for who does not live here");
    refused_letter(c, core_.metrics.peer_misdirected,
                   "a command for a name that does not live here", m.to);
    return refuse_with({errc::unavailable,
                        "\"" + m.to.str() + "\" does not live on node \"" + routes_.own() + "\".",
                        {}});
  }
  const auto kind = core_.kinds.find(m.to.kind());
  if (kind == core_.kinds.end() && !serves(m.to.kind()))
    return refuse_with({errc::not_found,
                        "There is no kind of entity called \"" + std::string(m.to.kind()) + "\".",
                        {}});
  auto command = core_.types.decode(m.command.data);
  if (!command) return refuse_with(command.error());
  if (core_.asks.load() > core_.options.most_asks) {
    max_asks.cross();
    return refuse_with({errc::too_many, "The node has too many commands under way.", {}});
  }
  if (serve(m.to, *command, reply)) return;
  if (!kind->second.open_to_nodes(*command)) {
    refused_letter(c, core_.metrics.peer_misdirected, "a command that no other node may give",
                   m.to);
    return refuse_with(
        {errc::forbidden,
         "\"" + std::string(command->tag().name) + "\" is no command that another node may give.",
         {}});
  }
  ask_options how{m.key, m.content,
                  m.urgent ? store::urgency::emergency : store::urgency::ordinary};
  if (!core_.names.send(m.to, mail_of(command_letter{*std::move(command), std::move(how), reply})))
    refuse_with({errc::too_many,
                 "Too many commands wait for \"" + m.to.str() + "\"; try again later.",
                 {}});
}

result<void> post_office::take_one(conversation& c, const carried_relay& m) {
  auto content = wire::decode_record<relay_message>(m.message.data);
  if (!content) return content.error();
  std::visit(
      [&](auto& said) {
        hand_over(c, m.feed, m.to_feed, m.epochs, {c.with->node, std::move(said)});
      },
      *content);
  return {};
}

bool post_office::hand_over(conversation& c, const name& feed, bool to_feed,
                            const carried_epochs& under, relay_letter l) {
  if (!to_feed) {
    if (!may_speak(c, feed, under.from)) return false;
    core_.names.send_if_awake(feed, mail_of(std::move(l)));
    return true;
  }
  if (!lives_here(c, feed, under.to)) return false;
  {
    std::lock_guard lock(relays_mutex_);
    if (!max_relays.reached_by(relays_.size())) relays_.emplace(feed, c.with->node);
  }
  core_.names.send(feed, mail_of(std::move(l)));
  return true;
}

bool post_office::may_speak(conversation& c, const name& for_whom, std::uint64_t under) {
  if (!in_epoch(c, for_whom, under)) return false;
  if (routes_.speaks_for(c.with->node, for_whom.home())) return true;
  LOA_PROBE("office: somebody speaks for whom it does not host");
  refused_letter(c, core_.metrics.peer_misdirected,
                 "something in the name of who does not live there", for_whom);
  return false;
}

bool post_office::lives_here(conversation& c, const name& who, std::uint64_t under) {
  if (!in_epoch(c, who, under)) return false;
  if (is_here(who)) return true;
  LOA_PROBE("office: something for who does not live here");
  refused_letter(c, core_.metrics.peer_misdirected, "something for a name that does not live here",
                 who);
  return false;
}

bool post_office::in_epoch(conversation& c, const name& who, std::uint64_t under) {
  const auto known = routes_.epoch_of(who.home());
  if (known == 0 || under == known) return true; // 0: it is nobody's
  if (under < known) {
    LOA_PROBE("office: something under an epoch that is over");
    // Said by who had the unit before, or to who had it, also if that is the same node as now: what
    // it rests on need not have come to be.
    refused_letter(c, core_.metrics.peer_outdated, "something under an epoch that is over", who);
    return false;
  }
  LOA_PROBE("office: something under an epoch that is not known yet");
  // The peer has a newer placement. Its word alone proves nothing, the authority's under the
  // document does: so this is dropped like what is lost on the way, and comes again when the
  // document is here. That is on its way as a rule, unless a full queue did not take it.
  refused_letter(c, core_.metrics.peer_ahead, "something under an epoch that is not known here yet",
                 who);
  ask_for_documents(c);
  return false;
}

void post_office::refused_letter(conversation& c, counter& counted, std::string_view what,
                                 const name& who) {
  counted.add();
  const auto now = transport_->now();
  if (c.with->scolded && now - *c.with->scolded < scold_again) return;
  c.with->scolded = now;
  core_.parts.log.write(log_level::warning, "cluster", "What a node sends is dropped.",
                        {{"node", c.with->node}, {"what", what}, {"name", who.str()}});
}

} // namespace loa::node
