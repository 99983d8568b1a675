#pragma once

#include <loa/net/document.hpp>
#include <loa/net/placement.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loa::net {

/// The documents in force at a node: the newest of each kind. Pure logic; one thread.
class document_shelf {
public:
  /// What the owner has to say against a document of an opened kind, for example that a hierarchy
  /// cannot be read. `before` is the one in force, null if there is none.
  using objection =
      std::function<result<void>(const signed_document& next, const signed_document* before)>;

  document_shelf(authority by, std::string cluster, objection more = {});

  /// From now on documents are checked against these authorities; those in force stay.
  void trust(authority by) { by_ = std::move(by); }

  /// Null if there is none of this kind.
  [[nodiscard]] const signed_document* find(document_kind kind) const;
  /// The placement in force; null if there is none.
  [[nodiscard]] const std::shared_ptr<const placement>& places() const noexcept { return places_; }
  /// What a handshake tells of them.
  [[nodiscard]] std::vector<document_number> numbers() const;

  /// Puts a document into force if it is newer than the one that is, and says its kind. Nothing for
  /// the same one again and for an older one, which are left. `whose` it is stands in an error.
  /// Nothing changes on one:
  ///
  /// - refusal document_conflict: the same number with other content;
  /// - refusal other_cluster;
  /// - errc::rule, with a JSON pointer into the content: a placement that is none, or that may not
  ///   follow the one in force (`judge_change`);
  /// - whatever the owner objects.
  [[nodiscard]] result<std::optional<document_kind>> put(signed_document next,
                                                         std::string_view whose);

  /// The same for a record that somebody gave; refusals bad_document and too_long beside those
  /// above.
  [[nodiscard]] result<std::optional<document_kind>> take(bytes_view record,
                                                          std::string_view whose);

  /// A record that is signed and of this cluster, whatever is in force; errors as of
  /// `open_document`.
  [[nodiscard]] result<signed_document> open(bytes_view record) const {
    return open_document(record, by_, cluster_);
  }
  /// What `take` would put into force, without doing so: signed, of this cluster, and newer than
  /// what is in force; errc::conflict where it is not newer, other errors as there.
  [[nodiscard]] result<signed_document> examine(bytes_view record, std::string_view whose) const;

private:
  /// Whether it may be put into force; the placement in it, if it is one.
  [[nodiscard]] result<std::shared_ptr<const placement>> admitted(const signed_document& next,
                                                                  std::string_view whose) const;
  [[nodiscard]] result<std::shared_ptr<const placement>>
  judged(const signed_document& next, const signed_document* before) const;

  authority by_;
  std::string cluster_;
  objection more_;
  std::map<document_kind, signed_document> in_force_;
  std::shared_ptr<const placement> places_;
};

/// The placement that a document of that kind holds. Fields that this version does not know are
/// passed over.
[[nodiscard]] result<placement> placement_in(const signed_document& d);

/// The refusal document_conflict where two different documents have one kind and number. `whose`
/// has the other: "Node district-769", "The file x.json".
[[nodiscard]] result<void> must_agree(const document_number& own, const document_number& other,
                                      std::string_view whose);

} // namespace loa::net
