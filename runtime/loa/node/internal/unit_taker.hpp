#pragma once

#include <loa/node/internal/adoptions.hpp>
#include <loa/node/internal/unit_giver.hpp>

namespace loa::node {

/// The side of a move that takes units over: puts what comes of them into its journal, where nobody
/// looks at it before they are adopted. Of several moves to here the latest counts.
class unit_taker {
public:
  /// What it needs beside the desk; as in `move_desk`.
  struct judge {
    /// The units that a signed placement would move from a node to here. Refused: a document that
    /// is not to be trusted or not newer, units that are another's or that are served here.
    std::function<result<store::unit_set>(const std::string& from, const path& prefix,
                                          bytes_view placement)>
        units;
    /// The epoch in which a signed placement gives a prefix to this node, or the one in force if
    /// that is newer. Refused where neither does, or where the first could not be put into force.
    std::function<result<std::uint64_t>(const path& prefix, bytes_view placement)> epoch;
    /// They are served from now on, as soon as a placement says so.
    std::function<void(const path& prefix, const adoptions::adopted& how)> adopted;
    /// How the prefix was adopted.
    std::function<adoptions::adopted(const path& prefix)> adoption_of;
  };
  unit_taker(move_desk& desk, const store::journal& journal, log_sink& log, judge j)
      : desk_(desk),
        journal_(journal),
        log_(log),
        judge_(std::move(j)) {}

  void on(const std::string& node, move_message& m);

private:
  struct copy {
    std::string from;
    std::uint64_t move = 0;
    store::unit_set units;
    bytes record; ///< Of a piece that is coming.
  };
  void on(const std::string& node, move_begun& m);
  void on(const std::string& node, move_part& m);
  void on(const std::string& node, move_compared& m);
  void on(const std::string& node, move_finished& m);
  void make_room(std::uint64_t move, move_number number, store::piece_reader reader);
  void adopt(const std::string& node, const move_finished& m, std::uint64_t epoch,
             const std::vector<store::staged>& copies);
  /// True if the message is of the copy that is under way; otherwise it was refused.
  bool is_of_copy(const std::string& node, const move_number& n);
  void answer(const std::string& node, const move_number& n, const result<void>& how,
              bool differs = false);

  move_desk& desk_;
  const store::journal& journal_;
  log_sink& log_;
  judge judge_;
  std::optional<copy> copy_;
};

} // namespace loa::node
