#include <loa/base/probe.hpp>
#include <loa/net/internal/octets.hpp>
#include <loa/net/internal/session_machine.hpp>
#include <loa/net/transport.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::net {

namespace {

/// As near to what was asked for as makes sense: a chunk holds an envelope, and a window holds two,
/// or each end could wait for the other.
session_options with_limits(session_options o) {
  o.window = std::max<std::uint64_t>(o.window, 1'024);
  const auto half = static_cast<std::size_t>(o.window / 2) - envelope_cost;
  o.piece_octets =
      std::clamp<std::size_t>(o.piece_octets, 64, std::min(half, most_chunk_octets / 4));
  o.chunk_octets = std::min(o.chunk_octets, most_chunk_octets / 2);
  return o;
}

error unread(const char* what) {
  return {errc::malformed, what, {}};
}

} // namespace

peer_session::machine::machine(handshake_role role, handshake_settings settings,
                               random_source& random, const session_options& options)
    : options_(with_limits(options)),
      opening_(std::in_place, role, std::move(settings), random),
      lanes_{lane{outgoing_lane(envelope_lane::ordinary, options_), incoming_lane(options_)},
             lane{outgoing_lane(envelope_lane::emergency, options_), incoming_lane(options_)}},
      pulse_(options_) {}

peer_session::output peer_session::machine::start(instant now) {
  output out;
  if (stage_ != stage::created) return finish(std::move(out), now);
  stage_ = stage::opening;
  patience_ends_ = now + options_.patience;
  follow(opening_->start(), out, now);
  return finish(std::move(out), now);
}

peer_session::output peer_session::machine::take(bytes_view octets, instant now, instant wall) {
  output out;
  if (stage_ == stage::created || has_ended()) return finish(std::move(out), now);
  figures_.octets_received += octets.size();
  if (stage_ == stage::opening) follow(opening_->take(octets, wall), out, now);
  if (!octets.empty() && opener_) read(octets, out, now);
  return finish(std::move(out), now);
}

peer_session::output peer_session::machine::tick(instant now) {
  output out;
  switch (stage_) {
  case stage::opening:
    if (now >= patience_ends_) {
      LOA_PROBE("session: a handshake takes too long");
      end(opening_->failed(session_end::too_slow, "The handshake took too long."), out);
    }
    break;
  case stage::confirming:
    if (now >= patience_ends_) {
      LOA_PROBE("session: a peer proves itself and says nothing more");
      end({session_end::too_slow, to_string(session_end::too_slow),
           fmt::format("Node {} proved itself and then said nothing.", facts_.peer.node),
           std::nullopt},
          out);
    }
    break;
  case stage::open:
    pulse_.host_runs(now);
    if (pulse_.is_silent(now)) {
      LOA_PROBE("session: a peer falls silent");
      // Perhaps it is only its way to us that is cut.
      say({farewell_reason::silent, "Nothing was heard of you."});
      end({session_end::silent, to_string(session_end::silent),
           fmt::format("Node {} has fallen silent.", facts_.peer.node), std::nullopt},
          out);
    }
    break;
  default:
    break;
  }
  return finish(std::move(out), now);
}

result<void> peer_session::machine::send(envelope_lane l, std::uint16_t kind, bytes content) {
  if (!is_up()) return error{errc::unavailable, "There is no session with the peer.", {}};
  return on(l).out.add(kind, std::move(content));
}

void peer_session::machine::consumed(envelope_lane l, std::uint64_t cost) {
  on(l).in.consumed(cost);
}

peer_session::output peer_session::machine::flush(instant now) {
  return finish({}, now);
}

peer_session::output peer_session::machine::close(farewell why, instant now) {
  output out;
  if (has_ended()) return finish(std::move(out), now);
  if (is_up()) pump(out, now);
  if (!has_ended()) {
    if (writer_) say(why);
    end({session_end::said_farewell, to_string(why.reason), std::move(why.detail), std::nullopt},
        out);
  }
  return finish(std::move(out), now);
}

peer_session::output peer_session::machine::lost(std::string why) {
  output out;
  if (has_ended()) return out;
  if (stage_ == stage::opening)
    LOA_PROBE("session: the line breaks in the handshake");
  else
    LOA_PROBE("session: the line breaks");
  if (stage_ == stage::opening)
    end(opening_->failed(session_end::line_lost, std::move(why)), out);
  else
    end({session_end::line_lost, to_string(session_end::line_lost), std::move(why), std::nullopt},
        out);
  return finish(std::move(out), {});
}

void peer_session::machine::follow(session_opening::step s, output& out, instant now) {
  for (auto& m : s.send) {
    figures_.octets_sent += m.size();
    out.to_send.push_back(std::move(m));
  }
  if (s.terms) agree(*std::move(s.terms), out, now);
  if (s.ended) end(*std::move(s.ended), out);
}

void peer_session::machine::agree(session_terms terms, output& out, instant now) {
  opening_.reset();
  facts_ = {terms.role, std::move(terms.peer), terms.peer_incarnation, terms.version,
            std::move(terms.peer_documents)};
  writer_.emplace(terms.send, options_.chunk_octets);
  opener_.emplace(terms.receive);
  // The initiator knows now that it was accepted, and its first envelope tells the responder so.
  stage_ = stage::confirming;
  if (facts_.role == handshake_role::initiator) open(out, now);
}

void peer_session::machine::open(output& out, instant now) {
  stage_ = stage::open;
  figures_.up_since = now;
  pulse_.begin(now);
  out.up = facts_;
}

void peer_session::machine::read(bytes_view octets, output& out, instant now) {
  if (stage_ == stage::confirming && opener_->held() == 0)
    if (auto refused = read_late_refusal(octets)) {
      LOA_PROBE("session: a handshake is refused at its end");
      return end(*std::move(refused), out);
    }
  std::vector<envelope> got;
  const auto taken = opener_->take(octets, got);
  if (!got.empty()) {
    if (stage_ == stage::confirming) open(out, now);
    pulse_.seen(now);
  }
  for (const auto& e : got) {
    const auto good = handle(e, out, now);
    if (has_ended()) return;
    if (!good) return distrust(good.error(), out);
  }
  if (!taken) distrust(taken.error(), out);
}

result<void> peer_session::machine::handle(const envelope& e, output& out, instant now) {
  switch (e.kind) {
  case envelope_kind::message:
  case envelope_kind::chunk:
    return on(e.lane).in.take(e, out.received);
  case envelope_kind::credit:
    return take_credit(e);
  case envelope_kind::heartbeat:
    if (e.flags != 0 || !e.payload.empty()) return unread("A heartbeat that is more than one.");
    ++figures_.heartbeats_received;
    pulse_.heard(now);
    return {};
  case envelope_kind::farewell: {
    auto last = read_farewell(e.payload);
    if (!last) return last.error();
    end({session_end::heard_farewell, to_string(last->reason),
         fmt::format("Node {} ends the session ({}). {}", facts_.peer.node, to_string(last->reason),
                     last->detail),
         std::nullopt},
        out);
    return {};
  }
  case envelope_kind::document:
    break;
  }
  return error{errc::unsupported, "An envelope of a kind that nobody sends yet.", {}};
}

result<void> peer_session::machine::take_credit(const envelope& e) {
  octet_reader in(e.payload);
  const auto total = in.number(8);
  if (!in.done() || e.flags != 0) return unread("A grant of credit that cannot be read.");
  return on(e.lane).out.granted(total);
}

void peer_session::machine::say(const farewell& f) {
  writer_->write(envelope_kind::farewell, envelope_lane::emergency, 0, write_farewell(f));
}

void peer_session::machine::distrust(const error& e, output& out) {
  say({farewell_reason::distrusted, fmt::format("{}: {}", to_string(e.code), e.detail)});
  end({session_end::distrusted, to_string(e.code),
       fmt::format("What node {} sends cannot be trusted. {}", facts_.peer.node, e.detail),
       std::nullopt},
      out);
}

void peer_session::machine::end(session_ending how, output& out) {
  stage_ = stage::ended;
  for (const auto& l : lanes_) how.unsent += l.out.messages_queued();
  if (how.unsent > 0) LOA_PROBE("session: ends with messages that wait for credit");
  for (auto& l : lanes_) {
    l.out.clear();
    l.in.clear();
  }
  opening_.reset();
  opener_.reset();
  out.ended = std::move(how);
}

void peer_session::machine::pump(output& out, instant now) {
  for (const auto l : {envelope_lane::emergency, envelope_lane::ordinary})
    if (const auto total = on(l).in.grant())
      writer_->write(envelope_kind::credit, l, 0, big_endian(*total));
  if (pulse_.beat(now)) {
    writer_->write(envelope_kind::heartbeat, envelope_lane::emergency, 0, {});
    ++figures_.heartbeats_sent;
  }
  for (const auto l : {envelope_lane::emergency, envelope_lane::ordinary}) on(l).out.pump(*writer_);
  if (const auto& e = writer_->failed())
    end({session_end::said_farewell, to_string(e->code), e->detail, std::nullopt}, out);
}

peer_session::output peer_session::machine::finish(output out, instant now) {
  if (is_up()) {
    pulse_.host_runs(now);
    pump(out, now);
  }
  if (writer_)
    for (auto& chunk : writer_->take()) {
      figures_.octets_sent += chunk.size();
      out.to_send.push_back(std::move(chunk));
    }
  switch (stage_) {
  case stage::opening:
  case stage::confirming:
    out.next_timer = patience_ends_;
    break;
  case stage::open:
    out.next_timer = pulse_.next();
    break;
  case stage::ended:
    writer_.reset();
    break;
  case stage::created:
    break;
  }
  return out;
}

session_figures peer_session::machine::figures() const {
  auto out = figures_;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    lanes_[i].out.report(out.lanes[i]);
    lanes_[i].in.report(out.lanes[i]);
  }
  return out;
}

} // namespace loa::net
