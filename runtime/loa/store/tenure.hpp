#pragma once

#include <loa/store/handover_notes.hpp>

#include <map>

namespace loa::store {

/// For whose units a journal takes facts, by what it says itself of those that its node has
/// released and adopted. Whoever asks the wrong node, and whatever the node believes, nothing that
/// happens to a unit can become a fact on two nodes in turn: a release in a journal is the end of
/// their facts there until an adoption in that epoch or a later one. Pure logic; one thread at a
/// time.
class tenure {
public:
  [[nodiscard]] static result<tenure> read(const journal& j);

  /// The notes in a transaction that change it.
  [[nodiscard]] static transaction notes_in(const transaction& t);
  /// A transaction with these notes will be there before whatever is asked about from now on.
  void apply(const transaction& notes);

  /// errc::unavailable for a unit that was released, for the caller to look where it is now.
  [[nodiscard]] result<void> admits(const name& whose) const;

private:
  void note(released r);
  void note(const adopted& a);

  struct gone {
    std::uint64_t epoch = 0;
    std::string to;
    std::vector<path> without;
  };
  std::map<path, gone> released_;
  std::map<path, std::uint64_t> adopted_;
};

} // namespace loa::store
