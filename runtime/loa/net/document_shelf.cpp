#include <loa/net/document_shelf.hpp>
#include <loa/net/refusal.hpp>

#include <fmt/format.h>

namespace loa::net {

document_shelf::document_shelf(authority by, std::string cluster, objection more)
    : by_(std::move(by)),
      cluster_(std::move(cluster)),
      more_(std::move(more)) {}

const signed_document* document_shelf::find(document_kind kind) const {
  const auto found = in_force_.find(kind);
  return found == in_force_.end() ? nullptr : &found->second;
}

std::vector<document_number> document_shelf::numbers() const {
  std::vector<document_number> all;
  for (const auto& [kind, d] : in_force_) all.push_back(d.told());
  return all;
}

result<std::optional<document_kind>> document_shelf::take(bytes_view record,
                                                          std::string_view whose) {
  auto opened = open_document(record, by_, cluster_);
  if (!opened) return opened.error();
  return put(*std::move(opened), whose);
}

result<std::optional<document_kind>> document_shelf::put(signed_document next,
                                                         std::string_view whose) {
  const auto kind = next.kind();
  auto places = admitted(next, whose);
  if (!places) return places.error();
  if (const auto* before = find(kind); before && next.number() <= before->number())
    return std::optional<document_kind>();
  if (*places) places_ = *std::move(places);
  in_force_.insert_or_assign(kind, std::move(next));
  return std::optional(kind);
}

result<signed_document> document_shelf::examine(bytes_view record, std::string_view whose) const {
  auto next = open_document(record, by_, cluster_);
  if (!next) return next;
  if (auto good = admitted(*next, whose); !good) return good.error();
  if (const auto* before = find(next->kind()); before && next->number() <= before->number())
    return error{errc::conflict,
                 fmt::format("{} {} is not newer than the one in force here, number {}.",
                             wire::enum_name(next->kind()), next->number(), before->number()),
                 {}};
  return next;
}

result<std::shared_ptr<const placement>> document_shelf::admitted(const signed_document& next,
                                                                  std::string_view whose) const {
  if (next.cluster() != cluster_) return refuse(refusal::other_cluster);
  const auto* before = find(next.kind());
  if (before) {
    if (auto one = must_agree(before->told(), next.told(), whose); !one) return one.error();
    if (next.number() <= before->number()) return std::shared_ptr<const placement>();
  }
  auto places = judged(next, before);
  if (!places) return places.error();
  if (more_)
    if (auto good = more_(next, before); !good) return good.error();
  return places;
}

result<std::shared_ptr<const placement>>
document_shelf::judged(const signed_document& next, const signed_document* before) const {
  if (next.kind() != document_kind::placement) return std::shared_ptr<const placement>();
  auto made = placement_in(next);
  if (!made) return made.error();
  if (before)
    if (auto good = judge_change(*places_, *made); !good)
      return error{good.error().code,
                   fmt::format("Placement {} may not follow {}: {}", next.number(),
                               before->number(), good.error().detail),
                   good.error().pointer};
  return std::make_shared<const placement>(*std::move(made));
}

result<placement> placement_in(const signed_document& d) {
  auto read = wire::from_json<placement_document>(d.content(),
                                                  {.octets = most_document_octets, .depth = 64});
  if (!read) return error{errc::rule, read.error().detail, read.error().pointer};
  return placement::make(*std::move(read));
}

result<void> must_agree(const document_number& own, const document_number& other,
                        std::string_view whose) {
  if (own.kind != other.kind || own.number != other.number || own.sha256 == other.sha256) return {};
  const auto kind = document_kind_from(own.kind);
  return refuse(
      refusal::document_conflict,
      fmt::format("{} has {} {} with other content (sha256 {}) than this node (sha256 {}); the "
                  "cluster needs one with a higher number.",
                  whose, kind ? wire::enum_name(*kind) : "a document", own.number,
                  short_digest(other.sha256), short_digest(own.sha256)));
}

} // namespace loa::net
