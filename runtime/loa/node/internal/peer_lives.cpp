#include <loa/base/probe.hpp>
#include <loa/node/internal/peer_lives.hpp>

namespace loa::node {

namespace {

constexpr duration alarm_again = std::chrono::minutes(1);

bytes key_of(const std::string& node) {
  return "peer/" + node;
}

} // namespace

peer_lives::peer_lives(store::journal& journal, store::writer& writer, log_sink& log,
                       counter& rolled_back, counter& changed)
    : journal_(journal),
      writer_(writer),
      log_(log),
      rolled_back_(rolled_back),
      changed_(changed) {}

void peer_lives::heard(const std::string& node, std::uint64_t incarnation, const carried_life& said,
                       instant monotonic) {
  const known_life now{said.journal, said.starts, said.restored, incarnation};
  const auto before = known(node);
  if (before == now) return;
  if (before && now.starts > before->starts) LOA_PROBE("office: a peer has been started anew");
  if (before && before->journal != now.journal)
    alarm(changed_, node,
          "A node has another journal than before: what it had promised is lost, or two nodes "
          "have one name.",
          *before, now, monotonic);
  else if (before && now.restored <= before->restored &&
           (now.starts < before->starts ||
            (now.starts == before->starts && now.incarnation != before->incarnation)))
    alarm(rolled_back_, node,
          "A node's journal is older than it was: an old copy was put back without \"loa journal "
          "restore\", or two nodes have one.",
          *before, now, monotonic);
  remember(node, now);
}

const std::optional<peer_lives::known_life>& peer_lives::known(const std::string& node) {
  const auto found = known_.find(node);
  if (found != known_.end()) return found->second;
  auto& one = known_[node];
  if (const auto stored = journal_.get(store::table::meta, key_of(node)); stored && *stored)
    if (auto read = wire::decode_record<std::variant<known_life>>(**stored))
      one = std::get<known_life>(*std::move(read));
  return one;
}

void peer_lives::remember(const std::string& node, const known_life& now) {
  known_[node] = now;
  store::submission s;
  s.generation = writer_.generation();
  s.changes = {store::operation::put(store::table::meta, key_of(node), wire::encode_record(now))};
  s.done = [](const result<void>&) {}; // told again with the next session
  writer_.submit(std::move(s));
}

void peer_lives::alarm(counter& figure, const std::string& node, std::string_view what,
                       const known_life& before, const known_life& now, instant monotonic) {
  figure.add();
  const auto last = alarmed_.find(node);
  if (last != alarmed_.end() && monotonic - last->second < alarm_again) return;
  alarmed_[node] = monotonic;
  log_.write(log_level::error, "cluster", what,
             {{"node", node},
              {"journal", now.journal},
              {"starts", std::to_string(now.starts)},
              {"journal_before", before.journal},
              {"starts_before", std::to_string(before.starts)}});
}

} // namespace loa::node
