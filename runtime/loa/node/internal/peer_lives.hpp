#pragma once

#include <loa/base/log.hpp>
#include <loa/base/metrics.hpp>
#include <loa/node/internal/node_messages.hpp>
#include <loa/store/writer.hpp>

#include <map>
#include <optional>
#include <string>

namespace loa::node {

/// What other nodes' journals said of themselves when we last talked to them; it is kept in our own
/// journal. A journal that is no longer what it was lost what its node had promised: an old copy
/// that was put back by hand, an empty disk, or a second node that has the same name. That is an
/// alarm, and each feed finds out by itself who of its followers is ahead of it. One thread.
class peer_lives {
public:
  peer_lives(store::journal& journal, store::writer& writer, log_sink& log, counter& rolled_back,
             counter& changed);

  /// A node has said which journal it lives on, in this incarnation of its.
  void heard(const std::string& node, std::uint64_t incarnation, const carried_life& said,
             instant monotonic);

private:
  /// As it is stored.
  struct known_life {
    static constexpr wire::type_tag tag{"loa.node.known_life", 1};
    std::string journal;
    std::uint64_t starts = 0;
    std::uint64_t restored = 0;
    std::uint64_t incarnation = 0;
    static void describe(auto& self, auto& f) {
      f("journal", self.journal);
      f("starts", self.starts);
      f.optional("restored", self.restored);
      f("incarnation", self.incarnation);
    }
    bool operator==(const known_life&) const = default;
  };

  [[nodiscard]] const std::optional<known_life>& known(const std::string& node);
  void remember(const std::string& node, const known_life& now);
  /// Once a minute for each node.
  void alarm(counter& figure, const std::string& node, std::string_view what,
             const known_life& before, const known_life& now, instant monotonic);

  store::journal& journal_;
  store::writer& writer_;
  log_sink& log_;
  counter& rolled_back_;
  counter& changed_;
  std::map<std::string, std::optional<known_life>> known_;
  std::map<std::string, instant> alarmed_;
};

} // namespace loa::node
