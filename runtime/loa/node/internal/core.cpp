#include <loa/node/internal/core.hpp>
#include <loa/node/internal/durable_actor.hpp>
#include <loa/node/internal/relay_actor.hpp>
#include <loa/node/internal/volatile_actor.hpp>

#include <caf/make_counted.hpp>

namespace loa::node {

node_metrics::node_metrics(metric_registry& all)
    : commands(all.get_counter("loa_commands_total", "Commands that entities decided.")),
      entries(
          all.get_counter("loa_feed_entries_total", "Feed entries that durable entities took.")),
      restarts(all.get_counter("loa_entity_restarts_total", "Entities restarted after a crash.")),
      dead_letters(all.get_counter("loa_dead_letters_total", "Messages that were put aside.")),
      refused(all.get_counter("loa_commands_refused_total", "Commands refused by a limit.")),
      overdue_reminders(all.get_counter("loa_reminders_fired_total", "Reminders that came due.")),
      reminders_late(all.get_gauge("loa_reminders_late_seconds",
                                   "How late the oldest reminder is that waits for its turn.")),
      void_letters(all.get_counter("loa_void_letters_total",
                                   "Letters that rested on facts lost in a failed commit.")),
      passed_unstored(all.get_counter("loa_emergencies_unstored_total",
                                      "Emergencies passed on that could not be stored.")),
      turned_away(all.get_counter("loa_followers_turned_away_total",
                                  "Who wanted to follow a feed that has no slot left.")),
      unreadable(all.get_counter("loa_journal_unreadable_total",
                                 "Entities that could not be read from the journal.")),
      followers_ahead(all.get_counter("loa_followers_ahead_total",
                                      "Followers who named what their feed never published.")),
      feeds_restored(all.get_counter("loa_feed_restored_total",
                                     "Followers who start again on a feed that was restored.")),
      decided(all.get_histogram("loa_decide_seconds", "Time an entity takes to decide.")),
      peer_refused(all.get_counter("loa_peer_refused_total",
                                   "Messages that the full queue to another node did not take.")),
      peer_unknown(all.get_counter("loa_peer_unknown_total",
                                   "Messages from other nodes of a kind that is not known.")),
      peer_malformed(all.get_counter("loa_peer_malformed_total",
                                     "Ways to other nodes closed since what came made no sense.")),
      documents_taken(all.get_counter("loa_documents_taken_total",
                                      "Newer documents that were taken over from other nodes.")),
      documents_refused(all.get_counter("loa_documents_refused_total",
                                        "Documents of other nodes that were refused.")),
      documents_differ(
          all.get_gauge("loa_documents_differ", "Nodes that have other documents than this one.")),
      journals_rolled_back(
          all.get_counter("loa_peer_journals_rolled_back_total",
                          "Times that another node's journal was older than before.")),
      journals_changed(all.get_counter("loa_peer_journals_changed_total",
                                       "Times that another node had another journal than before.")),
      peer_misdirected(
          all.get_counter("loa_peer_misdirected_total", "What other nodes said and may not.")),
      peer_outdated(all.get_counter("loa_peer_outdated_total",
                                    "What other nodes said under an epoch that is over.")),
      peer_ahead(all.get_counter("loa_peer_ahead_total",
                                 "What other nodes said under an epoch not known here yet.")),
      hops(all),
      all_(all) {}

counter& node_metrics::sessions_ended(std::string_view why) const {
  return all_.get_counter("loa_peer_sessions_ended_total", "Ways to other nodes that were closed.",
                          {{"why", std::string(why)}});
}

namespace {
std::string crash_key(const name& who, std::string_view what) {
  return who.str() + "\n" + std::string(what);
}
} // namespace

unsigned crash_memory::count(const name& who, std::string_view what) const {
  if (!any_.load(std::memory_order_relaxed)) return 0;
  std::lock_guard lock(mutex_);
  const auto found = crashes_.find(crash_key(who, what));
  return found == crashes_.end() ? 0 : found->second;
}

unsigned crash_memory::add(const name& who, std::string_view what) {
  std::lock_guard lock(mutex_);
  any_.store(true, std::memory_order_relaxed);
  auto key = crash_key(who, what);
  if (!crashes_.contains(key) && max_known.reached_by(crashes_.size())) crashes_.clear();
  return ++crashes_[std::move(key)];
}

void crash_memory::forget(const name& who, std::string_view what) {
  if (!any_.load(std::memory_order_relaxed)) return;
  std::lock_guard lock(mutex_);
  crashes_.erase(crash_key(who, what));
}

bool passed_on::add(const name& through, std::string_view entry) {
  std::lock_guard lock(mutex_);
  if (max_known.reached_by(known_.size())) known_.clear();
  return known_.insert(crash_key(through, entry)).second;
}

void unsettled_names::add(const name& who) {
  std::lock_guard lock(mutex_);
  names_.insert(who.str());
  any_.store(true, std::memory_order_release);
}

bool unsettled_names::take(const name& who) {
  if (!any_.load(std::memory_order_acquire)) return false;
  std::lock_guard lock(mutex_);
  const bool was = names_.erase(who.str()) > 0;
  any_.store(!names_.empty(), std::memory_order_release);
  return was;
}

node_core::node_core(const runtime_options& o, runtime_parts p)
    : options(o),
      parts(p),
      metrics(p.metrics ? *p.metrics : own_metrics),
      names([this](const name& who) { return spawn(who); }, o.most_waking, o.most_waiting) {}

node_core::~node_core() = default;

receiver_ptr node_core::spawn(const name& who) {
  const auto kind = kinds.find(who.kind());
  if (kind == kinds.end()) return nullptr;
  if (!is_here(who)) return caf::make_counted<relay_actor>(*this, who);
  if (kind->second.durable) return caf::make_counted<durable_actor>(*this, who, kind->second);
  return caf::make_counted<volatile_actor>(*this, who, kind->second);
}

void node_core::bury(const name& who, std::string_view what, std::string_view why) {
  dead_letters.fetch_add(1, std::memory_order_relaxed);
  metrics.dead_letters.add();
  parts.log.write(log_level::error, "dead_letter", "A message was put aside.",
                  {{"to", who.str()}, {"message", what}, {"reason", why}});
}

void node_core::threw(std::string_view what, std::string_view which,
                      std::string_view why) const noexcept {
  parts.log.write(log_level::error, what, "A function that the program gave the node has thrown.",
                  {{"of", which}, {"reason", why}});
}

bool node_core::may_say_ahead(instant monotonic) noexcept {
  constexpr instant::rep minute = 60'000;
  const auto now = monotonic.time_since_epoch().count();
  auto before = said_ahead_.load();
  return (before == 0 || now - before >= minute) &&
         said_ahead_.compare_exchange_strong(before, now);
}

} // namespace loa::node
