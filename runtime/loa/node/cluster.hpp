#pragma once

#include <loa/net/document_shelf.hpp>
#include <loa/net/identity.hpp>
#include <loa/net/placement.hpp>
#include <loa/net/transport.hpp>
#include <loa/node/service.hpp>
#include <loa/store/journal.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// \file
/// A node as one of many. Entities do not notice: a name is written to, followed and posted to
/// wherever it lives; the placement says where that is.
namespace loa::node {

/// What makes a node one of a cluster.
struct cluster_parts {
  net::identity who;        ///< Its node name is the one in the placement.
  net::placement placement; ///< At the start.
  std::unique_ptr<net::transport> transport;
  std::vector<service> services;
  /// The signed documents in force, the placement among them. The node tells its peers of them,
  /// gives what a peer lacks and takes over what is newer. Null: none are exchanged.
  std::unique_ptr<net::document_shelf> documents;
  /// Told of each document that was taken over from a peer, in order, on the transport's thread: it
  /// is in force, and the owner keeps it.
  std::function<void(const net::signed_document&)> on_document;
};

/// Lets the node of a journal serve a prefix that the placement gives it in a later epoch than the
/// first; without that it does not, since whoever had the prefix before may still serve it. What
/// the journal lacks of the prefix is lost. For a journal whose node does not run.
[[nodiscard]] result<void> adopt(store::journal& journal, const path& prefix, std::uint64_t epoch);

/// How it stands with another node of the placement.
struct peer_status {
  std::string node;
  std::string address;
  bool up = false;
  instant since{};          ///< By the wall clock: since when it is up, or not.
  std::string why;          ///< Why not, in a sentence; empty if nobody tried yet.
  std::uint64_t queued = 0; ///< Messages that wait for credit.
  std::string differs; ///< Which of its documents are others than ours, in a sentence; or empty.
};

/// How far a move of units to another node is; see runtime::move.
enum class move_step : std::uint8_t {
  none,      ///< It has ended.
  preparing, ///< The other node makes room.
  copying,   ///< The units serve.
  holding,   ///< They end; what they are asked is refused for the moment.
  comparing, ///< What has changed since it was copied follows.
  handing,   ///< They are released; the other node has yet to say that it has them.
  clearing,  ///< The other node serves them; what is left of them here is removed.
};

struct move_status {
  path prefix;
  std::string to;
  std::uint64_t epoch = 0;
  move_step step = move_step::none;
  std::uint64_t octets = 0; ///< Sent.
  std::string why;          ///< Of one that has failed; the units go on here.
};

/// Where a unit's entities live.
struct whereabouts {
  std::string node; ///< Empty if the placement gives the unit to nobody.
  bool here = true; ///< False also where this node has yet to adopt it.
  std::string http; ///< Where clients reach that node; empty if the placement does not say.
};

} // namespace loa::node

template <>
inline constexpr auto loa::wire::enum_names<loa::node::move_step> =
    std::to_array<std::pair<loa::node::move_step, std::string_view>>(
        {{loa::node::move_step::none, "ended"},
         {loa::node::move_step::preparing, "preparing"},
         {loa::node::move_step::copying, "copying"},
         {loa::node::move_step::holding, "holding"},
         {loa::node::move_step::comparing, "comparing"},
         {loa::node::move_step::handing, "handing"},
         {loa::node::move_step::clearing, "clearing"}});
