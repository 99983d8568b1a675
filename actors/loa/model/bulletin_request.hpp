#pragma once

#include <loa/model/bulletin.hpp>
#include <loa/model/unit_tree.hpp>

namespace loa::model {

/// The JSON body of `POST /v1/units/{unit}/bulletins`.
struct bulletin_request {
  static constexpr wire::type_tag tag{"loa.bulletin_request", 1};

  model::priority priority = model::priority::routine;
  model::category category = model::category::other;
  texts headline;
  texts text;
  std::vector<path> target;      ///< The whole unit where absent.
  std::vector<channel> channels; ///< All where absent.
  std::optional<instant> effective;
  std::optional<instant> expires;
  std::vector<bulletin_id> replaces;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("priority", self.priority);
    f("category", self.category);
    f("headline", self.headline);
    f("text", self.text);
    f.optional("target", self.target);
    f.optional("channels", self.channels);
    f.optional("effective", self.effective);
    f.optional("expires", self.expires);
    f.optional("replaces", self.replaces);
  }
  bool operator==(const bulletin_request&) const = default;

  static constexpr std::size_t most_octets = 1U << 20;
};

/// Reads the body strictly: unknown fields and wrong types are errors with the pointer of the
/// place.
[[nodiscard]] result<bulletin_request> read_bulletin_request(bytes_view json_text);

/// Who publishes where and when.
struct publication {
  bulletin_id id;
  path unit;
  std::string author;
  instant now;
};

/// The bulletin that a request asks for: texts in NFC, targets without repetition, defaults filled
/// in. Refused with code `rule` and a pointer if a target is not `unit` or a unit of `tree` below
/// it, or if `validate` finds something. Its times are for `judge_times`.
[[nodiscard]] result<bulletin> to_bulletin(bulletin_request request, const publication& where,
                                           const unit_tree& tree);

/// `units` ordered, without those that lie under another of them.
[[nodiscard]] std::vector<path> without_overlap(std::vector<path> units);

} // namespace loa::model
