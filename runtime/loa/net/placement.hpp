#pragma once

#include <loa/base/name.hpp>
#include <loa/net/node_id.hpp>
#include <loa/wire/describe.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Which node hosts which units. One document for a whole cluster, numbered and signed elsewhere.
namespace loa::net {

/// A node's part of a placement.
struct node_place {
  struct hosted {
    path prefix;             ///< It hosts this unit and all below, save what others host there.
    std::uint64_t epoch = 1; ///< Raised whenever the prefix changes hands; see `judge_change`.
    static void describe(auto& self, auto& f) {
      f("prefix", self.prefix);
      f("epoch", self.epoch);
    }
    bool operator==(const hosted&) const = default;
  };

  std::string node;    ///< Its name: 1 to 64 of [a-z0-9-], as its certificate says it.
  std::string address; ///< Where peers reach it: "HOST:PORT", "[IPv6]:PORT".
  std::vector<hosted> hosts;
  /// Where clients reach it, "http://HOST:PORT" or "https://HOST"; empty if they are not sent
  /// there.
  std::string http;

  static void describe(auto& self, auto& f) {
    f("node", self.node);
    f("address", self.address);
    f("hosts", self.hosts);
    f.optional("http", self.http);
  }
  bool operator==(const node_place&) const = default;
};

struct placement_document {
  static constexpr wire::type_tag tag{"loa.placement", 1};
  std::vector<node_place> nodes;
  static void describe(auto& self, auto& f) { f("nodes", self.nodes); }
  bool operator==(const placement_document&) const = default;
};

/// A placement that was checked. Immutable; any thread.
class placement {
public:
  static constexpr std::size_t most_nodes = 4'096;
  static constexpr std::size_t most_prefixes = 65'536;

  /// Refuses a node or a prefix that is there twice, a name or an address that is none, an epoch
  /// of 0; with a JSON pointer to the mistake.
  [[nodiscard]] static result<placement> make(placement_document document);

  struct place {
    const node_place* node; ///< Lives as long as the placement.
    path prefix;
    std::uint64_t epoch;
  };
  /// Who hosts a unit: the longest prefix that contains it decides. Nothing if nobody does.
  [[nodiscard]] std::optional<place> host_of(const path& unit) const;
  [[nodiscard]] const node_place* find(std::string_view node) const;
  /// Those that are listed, whoever hosts them.
  [[nodiscard]] std::set<path> prefixes() const;
  [[nodiscard]] const placement_document& document() const noexcept { return document_; }

private:
  struct entry {
    std::size_t node;
    std::uint64_t epoch;
  };
  explicit placement(placement_document d) : document_(std::move(d)) {}

  placement_document document_;
  std::map<path, entry> by_prefix_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
};

/// Whether a newer placement may follow an earlier one: a prefix that changes hands must do so with
/// a higher epoch, or its former host could not be told from the new one; no unit's epoch ever
/// falls; and a prefix that is given up goes to whoever hosts what is above it. If each of a row of
/// placements may follow the one before it, then each may follow all before it: a node may skip
/// some. The first mistake, with a JSON pointer into the newer one.
[[nodiscard]] result<void> judge_change(const placement& earlier, const placement& later);

} // namespace loa::net
