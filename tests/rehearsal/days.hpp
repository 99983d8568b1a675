#pragma once

#include "claims.hpp"
#include "tricks.hpp"

#include <loa/sim/rehearsal.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace loa::odd {

/// Which tricks clients ask for.
struct repertoire {
  bool wild = true;                  ///< Not only the sensible ones.
  std::optional<std::uint32_t> only; ///< Of the wild ones this and no other.
};

/// Takes every call and does nothing.
class drum final : public node::driver {
public:
  void call(const name&, std::uint64_t, const wire::value&) override { ++beats; }
  bool deliver(const name&, std::uint64_t, const node::feed_entry_ptr&) override { return true; }
  void restarted(const name&) override {}
  std::uint64_t beats = 0;
};

/// Clients order tricks, keep a note of each answer, and ask at the end whether it still holds:
///
/// - Who answered positively answers for ever, and knows what it did then, once.
/// - What was refused has left no trace.
/// - A post that was written is applied once at its receiver, or its sender is told that it was
///   refused, and not both; a positive answer that waited for it came after that.
/// - Who was founded is there with its first fact.
/// - What was published has reached who follows; a reminder rings once.
/// - What can never come true is refused, and what is sensible is not.
/// - An entity crashes only when its own code throws.
class days final : public sim::rehearsal {
public:
  explicit days(repertoire r = {}) : repertoire_(r) {}

  [[nodiscard]] std::vector<node::entity_kind> kinds() const override;
  [[nodiscard]] std::vector<std::string> entities() const override;
  [[nodiscard]] std::vector<std::pair<std::string, node::driver*>>
  drivers(const std::string& node) override;
  void live(sim::stage& s) override;
  void settle(sim::stage& s) override;
  void check(sim::stage& s) override;
  [[nodiscard]] std::vector<sim::figure> figures() const override;

private:
  struct note {
    std::string who;
    act order;
    result<wire::value> answer;
  };

  void order(sim::stage& s);
  void give(sim::stage& s, const std::string& who, const act& a);
  void answered(sim::stage& s, const std::string& who, const act& a,
                const result<wire::value>& answer);
  void waited_for(sim::stage& s, const std::string& who, const act& a, const done& answer);
  [[nodiscard]] std::vector<std::uint32_t> choose(sim::stage& s, bool fleeting);
  /// Reads what nodes have logged since the last time.
  void read_log(sim::stage& s);
  [[nodiscard]] books read_books(sim::stage& s) const;
  void check_notes(sim::stage& s, const books& all) const;

  repertoire repertoire_;
  drum drum_;
  std::uint64_t marks_ = 0;
  std::vector<note> notes_;
  std::vector<std::string> children_;
  std::uint64_t positive_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t log_read_ = 0;
};

} // namespace loa::odd
