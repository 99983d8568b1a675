// The conversations with other nodes: how they begin, open and end, and what is known of each node.

#include <loa/base/probe.hpp>
#include <loa/node/internal/core.hpp>
#include <loa/node/internal/post_office.hpp>

#include <algorithm>

namespace loa::node {

namespace {

/// Who has something new to say calls again after this, however long the pause would be.
constexpr duration call_again = std::chrono::seconds(1);
constexpr duration replaced_pause = std::chrono::seconds(10);

} // namespace

/// Who has units above or below ours is called without being asked: it may have newer documents.
void post_office::call_neighbours() {
  for (auto& [node, p] : peers_)
    if (p->neighbour && !p->left) reach(*p);
  finish_step();
}

peer* post_office::find(std::string_view node) {
  const auto found = peers_.find(node);
  return found == peers_.end() || found->second->left ? nullptr : found->second.get();
}

void post_office::reach(peer& p) {
  const auto now = transport_->now();
  if (p.up || p.calling || (p.call_at && now - p.called < call_again)) return;
  p.call_at.reset();
  p.called = now;
  p.calling = transport_->connect(p.address);
}

net::handshake_settings post_office::settings(const std::string& expected) const {
  return {who_,         {},
          incarnation_, documents_ ? documents_->numbers() : std::vector<net::document_number>{},
          expected,     {}};
}

void post_office::begin(net::line_id line, bool ours, const std::string& expected) {
  const auto role = ours ? net::handshake_role::initiator : net::handshake_role::responder;
  auto how = settings(expected);
  auto told = how.documents;
  auto c = std::make_unique<conversation>(
      line, ours, net::peer_session(role, std::move(how), core_.parts.random));
  c->told = std::move(told);
  auto& there = *c;
  conversations_[line] = std::move(c);
  carry_out(there, there.session.start(transport_->now()));
}

void post_office::on_accepted(net::line_id line) {
  begin(line, false, {});
  finish_step();
}

void post_office::on_connected(net::line_id line) {
  const auto p = std::ranges::find_if(
      peers_, [&](const auto& known) { return known.second->calling == line; });
  if (p == peers_.end()) return transport_->close(line);
  begin(line, true, p->second->node);
  conversations_.at(line)->with = p->second.get();
  finish_step();
}

void post_office::on_received(net::line_id line, bytes chunk) {
  const auto found = conversations_.find(line);
  if (found == conversations_.end()) return;
  auto& c = *found->second;
  carry_out(c, c.session.take(chunk, transport_->now(), core_.parts.time.now()));
  finish_step();
}

void post_office::on_closed(net::line_id line, const std::string& why) {
  if (const auto found = conversations_.find(line); found != conversations_.end()) {
    carry_out(*found->second, found->second->session.lost(why));
  } else {
    for (auto& [node, p] : peers_) {
      if (p->calling != line) continue;
      p->calling.reset();
      p->call_at = transport_->now() + p->pause.next(core_.parts.random);
      LOA_PROBE("office: a call is not taken");
      note_failure(*p, why);
    }
  }
  finish_step();
}

void post_office::carry_out(conversation& c, net::peer_session::output out) {
  for (auto& chunk : out.to_send) transport_->send(c.line, std::move(chunk));
  c.timer = out.next_timer;
  if (out.up) opened(c, *out.up);
  for (const auto& m : out.received) take(c, m);
  if (out.ended) ended(c, *out.ended);
}

void post_office::opened(conversation& c, const net::peer_session::facts& f) {
  auto* p = find(f.peer.node);
  if (!p) {
    carry_out(c, c.session.close(
                     {net::farewell_reason::shut_out,
                      "The placement of " + routes_.own() + " does not know " + f.peer.node + "."},
                     transport_->now()));
    return;
  }
  c.with = p;
  if (p->up) {
    // Both called at once, or the peer lives anew. Both ends keep the call of the lower name.
    const bool newer = f.peer_incarnation != p->incarnation;
    const bool keep_new = newer || c.ours == (routes_.own() < p->node);
    if (newer)
      LOA_PROBE("office: a peer lives anew before its old line has ended");
    else
      LOA_PROBE("office: two nodes call each other at once");
    auto& loser = keep_new ? *conversations_.at(*p->up) : c;
    if (keep_new) p->up = c.line;
    carry_out(loser, loser.session.close({net::farewell_reason::replaced, {}}, transport_->now()));
    if (!keep_new) return;
    pending_.lose(p->node);
  }
  p->up = c.line;
  p->incarnation = f.peer_incarnation;
  if (p->calling == c.line) p->calling.reset();
  p->call_at.reset();
  p->pause.reset();
  p->failure_logged.clear();
  note(*p);
  core_.parts.log.write(log_level::info, "cluster", "The way to a node is open.",
                        {{"node", p->node}});
  put(*p, net::envelope_lane::emergency, own_life_);
  compare_documents(c, f.peer_documents);
  if (p->up != c.line) return; // they cannot have one cluster's documents
  for (auto& w : std::exchange(p->waiting, {})) send_letter(*p, w.to, w.what, 1);
  for (const auto& who : p->correspondents)
    core_.names.send_if_awake(who, mail_of(reached_letter{p->node}));
}

void post_office::ended(conversation& c, const net::session_ending& e) {
  transport_->close(c.line);
  gone_.push_back(c.line);
  auto* p = c.with;
  core_.metrics.sessions_ended(e.label).add();
  const bool was_up = p && p->up == c.line;
  if (e.end != net::session_end::said_farewell && (was_up || !c.ours)) // a call's failure: below
    core_.parts.log.write(
        was_up ? log_level::warning : log_level::info, "cluster", "The way to a node is closed.",
        {{"node", p ? p->node : "unknown"}, {"end", to_string(e.end)}, {"why", e.detail}});
  if (!p) return;
  if (p->calling == c.line) p->calling.reset();
  if (p->up == c.line) {
    c.documents.reset();
    note_differences(c);
    p->up.reset();
    pending_.lose(p->node);
    LOA_PROBE("office: a way is lost");
  }
  if (!p->up) {
    p->call_at = transport_->now() + p->pause.next(core_.parts.random);
    // Another process has its name, or ours: whoever was replaced leaves it the field for a while.
    if (e.end == net::session_end::heard_farewell &&
        e.label == net::to_string(net::farewell_reason::replaced)) {
      LOA_PROBE("office: another line took the place of the only one");
      p->call_at = transport_->now() + replaced_pause;
    }
    note(*p);
    note_failure(*p, e.detail);
  }
}

void post_office::note_failure(peer& p, const std::string& why) {
  {
    std::lock_guard lock(status_mutex_);
    const auto found = status_.find(p.node);
    if (found == status_.end()) return; // it is no longer in the placement
    found->second.why = why;
  }
  if (std::exchange(p.failure_logged, why) == why) return;
  core_.parts.log.write(log_level::warning, "cluster", "A node cannot be reached.",
                        {{"node", p.node}, {"address", p.address}, {"why", why}});
}

void post_office::note(peer& p) {
  std::lock_guard lock(status_mutex_);
  const auto found = status_.find(p.node);
  if (found == status_.end()) return;
  auto& s = found->second;
  if (s.up == p.up.has_value()) return;
  s.up = p.up.has_value();
  s.since = core_.parts.time.now();
  if (s.up) s.why.clear();
}

std::vector<peer_status> post_office::peers() const {
  std::lock_guard lock(status_mutex_);
  std::vector<peer_status> all;
  for (const auto& [node, s] : status_) all.push_back(s);
  return all;
}

} // namespace loa::node
