#include <loa/base/probe.hpp>
#include <loa/net/document_exchange.hpp>
#include <loa/net/internal/crypto.hpp>
#include <loa/net/refusal.hpp>
#include <loa/wire/record.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::net {

namespace {

/// Each has four values, and some more tell what is wrong.
constexpr wire::parse_limits told_limits{.octets = 4096, .depth = 5, .values = 256};

const document_number* find(const std::vector<document_number>& all, document_kind kind) {
  const auto found =
      std::ranges::find(all, static_cast<std::uint16_t>(kind), &document_number::kind);
  return found == all.end() ? nullptr : &*found;
}

bytes tell(const std::vector<document_number>& all, bool again = false) {
  documents_told m;
  m.again = again;
  for (const auto& d : all) m.documents.push_back({d.kind, d.number, {d.sha256}});
  return wire::encode_record(m);
}

} // namespace

std::string document_difference::to_string(std::string_view peer) const {
  const auto named = [](std::uint64_t number) {
    return number == 0 ? std::string("none") : std::to_string(number);
  };
  return fmt::format("Node {} has {} {}, this node {}; {} the newer one.", peer,
                     wire::enum_name(kind), named(theirs), named(own),
                     theirs < own ? "it is given" : "it gives");
}

document_exchange::document_exchange(document_shelf& shelf, std::string peer,
                                     std::vector<document_number> told,
                                     std::vector<document_number> heard)
    : shelf_(shelf),
      peer_(std::move(peer)),
      told_(std::move(told)),
      heard_(std::move(heard)) {}

result<void> document_exchange::agree() const {
  for (const auto& own : shelf_.numbers())
    for (const auto& theirs : heard_)
      if (auto one = must_agree(own, theirs, "Node " + peer_); !one) return one;
  return {};
}

result<std::vector<bytes>> document_exchange::proceed() {
  if (auto one = agree(); !one) return one.error();
  std::vector<bytes> out;
  const auto own = shelf_.numbers();
  if (own != told_) {
    out.push_back(tell(own));
    told_ = own;
  }
  for (const auto kind : all_document_kinds) {
    const auto* newest = shelf_.find(kind);
    const auto* theirs = find(heard_, kind);
    if (!newest || (theirs && theirs->number >= newest->number())) continue;
    if (std::ranges::find(given_, newest->told()) != given_.end()) continue;
    std::erase_if(given_, [&](const auto& d) { return d.kind == newest->told().kind; });
    given_.push_back(newest->told());
    out.push_back(newest->to_record());
  }
  return out;
}

result<document_exchange::outcome> document_exchange::take(bytes_view payload) {
  // A short payload may be either; of a document the type alone tells nothing that is trusted.
  if (payload.size() <= told_limits.octets)
    if (const auto opened = wire::open_record(payload, told_limits);
        opened && opened->type == documents_told::tag.name)
      return hear(payload);
  return receive(payload);
}

result<document_exchange::outcome> document_exchange::hear(bytes_view payload) {
  const auto m = wire::decode_record<std::variant<documents_told>>(payload, told_limits);
  if (!m) return refuse(refusal::malformed, m.error().detail);
  std::vector<document_number> heard;
  for (const auto& d : std::get<0>(*m).documents) {
    if (d.sha256.data.size() != digest_octets || heard.size() == most_document_numbers)
      return refuse(refusal::malformed);
    heard.push_back({d.kind, d.number, d.sha256.data});
  }
  heard_ = std::move(heard);
  if (auto one = agree(); !one) return one.error();
  const bool asked = std::get<0>(*m).again;
  if (asked) {
    LOA_PROBE("documents: a peer asks for them again");
    given_.clear();
  }
  return outcome{{}, {}, asked};
}

result<document_exchange::outcome> document_exchange::receive(bytes_view payload) {
  const auto taken = shelf_.take(payload, "Node " + peer_);
  if (taken && !*taken) LOA_PROBE("documents: one comes that is no newer");
  if (taken) return outcome{*taken, {}, false};
  if (refusal_of(taken.error()) == refusal::document_conflict) return taken.error();
  if (++refused_ > most_refused)
    return refuse(refusal::bad_document,
                  fmt::format("Node {} has given {} documents that are refused, the last since: {}",
                              peer_, refused_, taken.error().detail));
  return outcome{{}, taken.error(), false};
}

std::optional<bytes> document_exchange::ask() const {
  if (refused_ > 0) return std::nullopt;
  return tell(shelf_.numbers(), true);
}

std::vector<document_difference> document_exchange::differences() const {
  std::vector<document_difference> all;
  for (const auto kind : all_document_kinds) {
    const auto* own = shelf_.find(kind);
    const auto* theirs = find(heard_, kind);
    const document_difference d{kind, own ? own->number() : 0, theirs ? theirs->number : 0};
    if (d.own != d.theirs) all.push_back(d);
  }
  return all;
}

} // namespace loa::net
