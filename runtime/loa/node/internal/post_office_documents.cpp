// How nodes come to have the same signed documents. A difference is an alarm and never a cut.

#include <loa/base/probe.hpp>
#include <loa/node/internal/core.hpp>
#include <loa/node/internal/post_office.hpp>

#include <algorithm>

namespace loa::node {

namespace {
constexpr duration release_again{50};
constexpr duration ask_again = std::chrono::seconds(5);
} // namespace

void post_office::compare_documents(conversation& c,
                                    const std::vector<net::document_number>& heard) {
  if (!documents_) return;
  c.documents.emplace(*documents_, c.with->node, c.told, heard);
  for (const auto& d : c.documents->differences())
    core_.parts.log.write(log_level::warning, "cluster",
                          "Two nodes have different issues of a document.",
                          {{"node", c.with->node}, {"what", d.to_string(c.with->node)}});
  proceed_with_documents(c);
}

void post_office::proceed_with_documents(conversation& c) {
  auto wanted = c.documents->proceed();
  if (!wanted) return distrust(c, wanted.error());
  for (auto& payload : *wanted) {
    c.touched = true;
    // Refused where the queue is full: they are compared again with the next session.
    if (!c.session.send(net::envelope_lane::ordinary, document_mail, std::move(payload)))
      core_.metrics.peer_refused.add();
  }
  note_differences(c);
}

void post_office::ask_for_documents(conversation& c) {
  const auto now = transport_->now();
  if (!c.documents || (c.with->asked && now - *c.with->asked < ask_again)) return;
  auto question = c.documents->ask();
  if (!question) return;
  c.with->asked = now;
  c.touched = true;
  if (!c.session.send(net::envelope_lane::ordinary, document_mail, *std::move(question)))
    core_.metrics.peer_refused.add();
}

void post_office::take_documents(conversation& c, bytes_view payload) {
  auto taken = c.documents->take(payload);
  if (!taken) return distrust(c, taken.error());
  if (taken->refused) {
    core_.metrics.documents_refused.add();
    core_.parts.log.write(log_level::error, "cluster", "A document of another node is refused.",
                          {{"node", c.with->node}, {"why", taken->refused->detail}});
  }
  note_differences(c);
  if (taken->asked) proceed_with_documents(c);
  if (taken->changed) took_over(*taken->changed, c.with->node);
}

void post_office::took_over(net::document_kind kind, std::string_view from) {
  const auto* now = documents_->find(kind);
  LOA_PROBE("documents: a newer one comes into force");
  core_.metrics.documents_taken.add();
  core_.parts.log.write(log_level::warning, "cluster", "A newer document is in force.",
                        {{"document", now->title()}, {"from", from}});
  if (on_document_) on_document_(*now);
  if (kind == net::document_kind::placement) follow_placement();
  for (auto& [line, other] : conversations_)
    if (other->documents && !other->session.has_ended()) proceed_with_documents(*other);
}

void post_office::note_not_adopted() {
  for (const auto& h : routes_.not_adopted())
    core_.parts.log.write(log_level::error, "cluster",
                          "The placement gives units to this node that another one had before. "
                          "They are not served until this node adopts them.",
                          {{"prefix", h.prefix.str()}, {"epoch", std::to_string(h.epoch)}});
}

void post_office::note_lost(const net::placement& before, const had& was_here) {
  const auto now = routes_.now();
  auto all = before.prefixes();
  all.merge(now.placement().prefixes());
  store::transaction notes;
  for (const auto& prefix : all) {
    const auto place = now.placement().host_of(prefix);
    // What is in its first epoch has never been another's; and a release that nobody has taken
    // back is noted already, perhaps with a move that goes on from it.
    if (!place || place->epoch == 1 || now.owns(prefix) || now.adopted().gone(prefix)) continue;
    store::unit_set units{prefix, {}};
    std::ranges::copy_if(all, std::back_inserter(units.without),
                         [&](const path& p) { return p != prefix && prefix.contains(p); });
    if (!was_here(units)) continue;
    notes.push_back(store::noting(store::released{
        prefix, place->epoch, place->node->node, 0, 1, std::move(units.without), {}}));
    routes_.released(prefix, place->epoch);
  }
  if (notes.empty()) return;
  LOA_PROBE("documents: units are lost to another node");
  commit(std::move(notes), [this](const result<void>& noted) {
    if (noted) return; // otherwise the next start tries again; nothing of them is served meanwhile
    core_.parts.log.write(log_level::error, "cluster",
                          "It cannot be noted in the journal that units are another node's.",
                          {{"why", noted.error().detail}});
  });
}

void post_office::release(const routes::view& before) {
  const auto durable = [this](const name& who) {
    const auto kind = core_.kinds.find(who.kind());
    return kind != core_.kinds.end() && kind->second.durable;
  };
  for (const auto& who : core_.names.names(durable)) {
    // Who comes is a relay under its name until then.
    if (before.here(who.home()) != routes_.here(who.home()))
      leaving_[who] = core_.names.find_awake(who);
    else // whom it follows, and who follows it, may live elsewhere now
      core_.names.send_if_awake(who, mail_of(reached_letter{}));
  }
  wait_for_leavers();
}

void post_office::wait_for_leavers() {
  release_at_.reset();
  for (auto one = leaving_.begin(); one != leaving_.end();) {
    auto& [who, actor] = *one;
    const auto now = core_.names.find_awake(who);
    if (!actor) {
      LOA_PROBE("documents: who has to leave was just waking");
      actor = now; // it was waking
    }
    const bool gone = now ? now != actor : !core_.names.knows(who);
    if (!gone) core_.names.send_if_awake(who, mail_of(stop_letter{}));
    one = gone ? leaving_.erase(one) : std::next(one);
  }
  if (!leaving_.empty()) {
    release_at_ = transport_->now() + release_again;
    return;
  }
  // Sessions look for what they follow where it lives now.
  for (const auto& who : core_.names.names([this](const name& n) {
         const auto kind = core_.kinds.find(n.kind());
         return kind != core_.kinds.end() && !kind->second.durable;
       }))
    core_.names.send_if_awake(who, mail_of(reached_letter{}));
}

void post_office::follow_placement() {
  giver_.placement_changes();
  const auto before = routes_.now();
  routes_.replace(*documents_->places());
  note_not_adopted();
  note_lost(before.placement(),
            [&](const store::unit_set& units) { return before.owns(units.prefix); });
  release(before);
  const auto places = routes_.placement();
  const auto neighbours = routes_.neighbours();
  for (auto& [node, p] : peers_) {
    p->left = places->find(node) == nullptr;
    p->neighbour = neighbours.contains(node);
  }
  for (const auto& place : places->document().nodes) {
    if (place.node == routes_.own()) continue;
    auto& p = peers_[place.node];
    if (!p) {
      p = std::make_unique<peer>();
      p->node = place.node;
    }
    p->address = place.address; // of the next call; a way that is there stays
    std::lock_guard lock(status_mutex_);
    auto& s = status_[place.node];
    if (s.node.empty()) s.since = core_.parts.time.now();
    s.node = place.node;
    s.address = place.address;
  }
  for (auto& [line, c] : conversations_) {
    if (!c->with || !c->with->left || c->session.has_ended()) continue;
    carry_out(*c, c->session.close({net::farewell_reason::shut_out,
                                    "The placement no longer knows " + c->with->node + "."},
                                   transport_->now()));
  }
  call_neighbours();
  for (const auto& [name, d] : core_.drivers) core_.guarded("driver", name, [&] { d->rehomed(); });
  std::lock_guard lock(status_mutex_);
  std::erase_if(status_, [&](const auto& s) { return places->find(s.first) == nullptr; });
}

void post_office::note_differences(conversation& c) {
  std::string sentence;
  if (c.documents)
    for (const auto& d : c.documents->differences())
      sentence.append(sentence.empty() ? "" : " ").append(d.to_string(c.with->node));
  std::lock_guard lock(status_mutex_);
  if (const auto found = status_.find(c.with->node); found != status_.end())
    found->second.differs = std::move(sentence);
  core_.metrics.documents_differ.set(
      std::ranges::count_if(status_, [](const auto& s) { return !s.second.differs.empty(); }));
}

} // namespace loa::node
