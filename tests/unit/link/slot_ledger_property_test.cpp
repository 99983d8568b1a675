#include <loa/base/random.hpp>
#include <loa/link/slot_ledger.hpp>
#include <loa/wire/record.hpp>

#include <catch2/catch.hpp>

#include <map>
#include <set>

namespace loa::link::test {

namespace {

using lives = std::set<std::uint64_t>;

/// What a ledger says in numbers, kept as whole sets of people.
struct told_entry {
  entry_ref ref;
  std::map<std::uint8_t, lives> targeted, delivered, left, late;
};

struct person {
  std::uint64_t life;
  std::string name;
  std::uint8_t channel;
  std::uint32_t slot;
  lane_positions marked, committed;
};

class ledger_world {
public:
  explicit ledger_world(std::uint64_t seed) : dice_(seed) {}

  void step() {
    const auto n = dice_.below(100);
    if (n < 20) {
      take();
    } else if (n < 30) {
      leave();
    } else if (n < 60) {
      acknowledge();
    } else if (n < 75) {
      commit();
    } else if (n < 85) {
      open();
    } else if (n < 92) {
      close();
    } else if (n < 96) {
      acknowledge_late();
    } else if (n < 98) {
      reload();
    }
    check();
  }

private:
  void take() {
    const auto name = "citizen/79/" + std::to_string(dice_.below(60));
    const auto channel = static_cast<std::uint8_t>(dice_.below(4));
    const auto fact = ledger_.take(name, channel);
    const bool known =
        std::ranges::any_of(people_, [&](const person& p) { return p.name == name; });
    REQUIRE(fact.has_value() == !known);
    if (known) return;
    REQUIRE(ledger_.apply(*fact));
    for (const auto& p : people_) REQUIRE(p.slot != fact->slot);
    people_.push_back({++life_, name, channel, fact->slot, {}, {}});
  }

  void leave() {
    if (people_.empty()) return;
    const auto i = dice_.below(people_.size());
    const auto p = people_[i];
    REQUIRE(ledger_.apply(*ledger_.leave(p.slot)));
    for (auto& e : entries_)
      if (e.targeted[p.channel].contains(p.life) && !e.delivered[p.channel].contains(p.life))
        e.left[p.channel].insert(p.life);
    gone_.push_back({p.slot, head_});
    people_.erase(people_.begin() + static_cast<std::ptrdiff_t>(i));
  }

  void acknowledge() {
    if (people_.empty()) return;
    auto& p = people_[dice_.below(people_.size())];
    const auto l = dice_.chance(0.3) ? lane::emergency : lane::ordinary;
    const auto position = dice_.below(head_ + 3);
    ledger_.acknowledge(p.slot, l, position);
    if (position <= head_) p.marked.at(l) = std::max(p.marked.at(l), position);
  }

  /// Somebody who has left has an acknowledgement still under way.
  void acknowledge_late() {
    if (gone_.empty()) return;
    const auto& [slot, head] = gone_[dice_.below(gone_.size())];
    const bool free =
        std::ranges::none_of(people_, [s = slot](const person& p) { return p.slot == s; });
    const auto position = dice_.below(head + 1);
    const auto l = dice_.chance(0.3) ? lane::emergency : lane::ordinary;
    const bool marked = ledger_.acknowledge(slot, l, position);
    if (free) REQUIRE_FALSE(marked);
  }

  void commit() {
    for (const auto& fact : ledger_.gather()) {
      const auto back = wire::decode_record<std::variant<slots_acked>>(wire::encode_record(fact));
      REQUIRE(back);
      REQUIRE(ledger_.apply(std::get<0>(*back)));
    }
    REQUIRE_FALSE(ledger_.has_pending());
    for (auto& p : people_) {
      p.committed = p.marked;
      for (auto& e : entries_) {
        if (p.committed.at(e.ref.on) < e.ref.position || !(e.ref.channels >> p.channel & 1))
          continue;
        auto& got = e.targeted[p.channel].contains(p.life) ? e.delivered : e.late;
        got[p.channel].insert(p.life);
      }
    }
  }

  void open() {
    head_ += 1 + dice_.below(2);
    const auto mask =
        dice_.chance(0.5) ? every_channel : static_cast<std::uint32_t>(dice_.below(16));
    told_entry e{
        {head_, dice_.chance(0.3) ? lane::emergency : lane::ordinary, mask}, {}, {}, {}, {}};
    for (const auto& p : people_)
      if (mask >> p.channel & 1) e.targeted[p.channel].insert(p.life);
    ledger_.opened(e.ref);
    entries_.push_back(std::move(e));
  }

  void close() {
    if (entries_.empty()) return;
    const auto i = dice_.chance(0.7) ? 0 : dice_.below(entries_.size());
    const auto e = entries_[i];
    check(e, ledger_.closed(e.ref.position));
    REQUIRE(ledger_.figures(e.ref.position).empty());
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
  }

  /// A restart: what was marked and not committed is lost.
  void reload() {
    const auto back =
        wire::decode_record<std::variant<ledger_snapshot>>(wire::encode_record(ledger_.snapshot()));
    REQUIRE(back);
    auto restored = slot_ledger::restore(std::get<0>(*back));
    REQUIRE(restored);
    ledger_ = *std::move(restored);
    for (auto& p : people_) p.marked = p.committed;
  }

  void check() {
    REQUIRE(ledger_.size() == people_.size());
    for (const auto& p : people_) REQUIRE(ledger_.find(p.name) == p.slot);
    for (const auto& e : entries_) check(e, ledger_.figures(e.ref.position));
    for (const auto& e : entries_) check_missing(e);
  }

  void check(const told_entry& told, const std::vector<channel_figures>& figures) {
    auto e = told;
    std::size_t channels = 0;
    for (std::uint8_t c = 1; c < 16; ++c) {
      const channel_figures expected{c, e.targeted[c].size(), e.delivered[c].size(),
                                     e.left[c].size(), e.late[c].size()};
      if (expected == channel_figures{.channel = c}) continue;
      ++channels;
      INFO("position " << e.ref.position << " channel " << int(c));
      const auto at = std::ranges::find(figures, c, &channel_figures::channel);
      REQUIRE(at != figures.end());
      CHECK(at->targeted == expected.targeted);
      CHECK(at->delivered == expected.delivered);
      CHECK(at->left == expected.left);
      CHECK(at->late == expected.late);
      REQUIRE(*at == expected);
    }
    REQUIRE(figures.size() == channels);
  }

  void check_missing(told_entry e) {
    std::set<std::string> names;
    for (const auto& p : people_)
      if (p.channel != 0 && e.targeted[p.channel].contains(p.life) &&
          !e.delivered[p.channel].contains(p.life))
        names.insert(p.name);
    const auto said = ledger_.missing(e.ref.position, 1000);
    REQUIRE(std::set(said.names.begin(), said.names.end()) == names);
    REQUIRE(said.names.size() == names.size());
    std::uint64_t missing = 0;
    for (const auto& f : ledger_.figures(e.ref.position)) missing += f.missing();
    REQUIRE(missing == names.size());
  }

  seeded_random dice_;
  slot_ledger ledger_;
  std::uint64_t head_ = 0;
  std::uint64_t life_ = 0;
  std::vector<person> people_;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> gone_;
  std::vector<told_entry> entries_;
};

} // namespace

TEST_CASE("a ledger's figures are those of whole sets of people, at every instant") {
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    INFO("seed " << seed);
    ledger_world world(seed);
    for (int i = 0; i < 400; ++i) world.step();
  }
}

} // namespace loa::link::test
