#pragma once

#include <loa/base/name.hpp>
#include <loa/base/random.hpp>
#include <loa/base/time.hpp>
#include <loa/wire/describe.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// \file
/// A bulletin (bản tin): one piece of content with its validity and its target area. An alert is a
/// bulletin of priority `emergency` with the CAP members set.
namespace loa::model {

/// Circular 39/2020/TT-BTTTT: khẩn cấp, ưu tiên, thông thường.
enum class priority : std::uint8_t { emergency, priority, routine };

/// What a bulletin is about.
enum class category : std::uint8_t {
  policy_law,     ///< Chính sách, pháp luật.
  administration, ///< Chỉ đạo, điều hành.
  emergency,      ///< Thiên tai, hỏa hoạn, dịch bệnh.
  science,        ///< Khoa học, kiến thức.
  public_service, ///< Dịch vụ công.
  training,       ///< Tập huấn.
  other
};

/// Ways to people. The numbers are bits of a mask.
enum class channel : std::uint8_t { loudspeaker = 1, board = 2, app = 4 };

/// Text by language tag, "vi" -> "Áp thấp nhiệt đới…".
using texts = std::map<std::string, std::string>;

/// "79.769-3F0K2M9QXZ7A": the unit that published it, and 60 bits.
using bulletin_id = std::string;

/// What of a CAP alert clients and later alerts need; the names are those of CAP 1.2.
struct cap_info {
  std::string identifier;
  std::string sender;
  std::string sent;                    ///< As it stands in the alert, with its own offset.
  std::string msg_type;                ///< "Alert", "Update" or "Cancel".
  std::string status;                  ///< "Actual", "Exercise" or "Test".
  std::vector<std::string> references; ///< Each "sender,identifier,sent".

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("identifier", self.identifier);
    f("sender", self.sender);
    f("sent", self.sent);
    f("msgType", self.msg_type);
    f("status", self.status);
    f.optional("references", self.references);
  }
  bool operator==(const cap_info&) const = default;
};

struct bulletin {
  static constexpr wire::type_tag tag{"loa.bulletin", 1};

  bulletin_id id;
  path unit;          ///< The unit that published it.
  std::string author; ///< Who did, as their token names them; not shown to citizens.
  model::priority priority = model::priority::routine;
  model::category category = model::category::other;
  std::vector<path> target; ///< `unit` itself or units below it, none under another; never empty.
  std::vector<channel> channels; ///< Ordered, each once; never empty.
  texts headline;                ///< At least one language.
  texts text;                    ///< May be empty where the headline says everything.
  instant sent;
  instant effective;
  instant expires; ///< After `effective`. No longer played or shown from then on.
  std::vector<bulletin_id>
      replaces;                ///< Superseded by this one, whether they came before or come later.
  std::optional<cap_info> cap; ///< If it came as a CAP alert.
  wire::octets cap_xml;        ///< The alert as it goes out again; empty if it was none.

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
    f("unit", self.unit);
    f.optional("author", self.author);
    f("priority", self.priority);
    f("category", self.category);
    f("target", self.target);
    f("channels", self.channels);
    f("headline", self.headline);
    f.optional("text", self.text);
    f("sent", self.sent);
    f("effective", self.effective);
    f("expires", self.expires);
    f.optional("replaces", self.replaces);
    f.optional("cap", self.cap);
    f.optional("cap_xml", self.cap_xml);
  }
  bool operator==(const bulletin&) const = default;

  [[nodiscard]] bool goes_to(channel c) const noexcept;
  /// The channels as a mask of `channel`'s bits.
  [[nodiscard]] std::uint8_t channel_mask() const noexcept;
  /// True from `effective` until before `expires`.
  [[nodiscard]] bool in_force(instant now) const noexcept;
  /// True if somebody in the subtree of `u`, or `u` itself, is meant.
  [[nodiscard]] bool concerns(const path& u) const noexcept;
  /// True if everybody in `u` is meant, because `u` lies in a target.
  [[nodiscard]] bool targets(const path& u) const noexcept;
  /// True for a CAP Cancel: it takes back what it replaces and is itself only shown, not repeated.
  [[nodiscard]] bool is_cancel() const noexcept { return cap && cap->msg_type == "Cancel"; }
};

/// What a bulletin may be. Octets of UTF-8 where nothing else is said.
struct bulletin_limits {
  static constexpr std::size_t languages = 16;
  static constexpr std::size_t headline = 1'000;
  static constexpr std::size_t text = 32'000; ///< Per language.
  static constexpr std::size_t targets = 1'024;
  static constexpr std::size_t replaces = 64;
  static constexpr std::size_t author = 128;
  static constexpr std::size_t cap_xml = 256U << 10;
  static constexpr duration longest = std::chrono::days(366); ///< From `effective` to `expires`.
};

/// 24 hours for an emergency, 30 days for everything else.
[[nodiscard]] duration default_validity(priority p) noexcept;

/// A new id; the random part has 60 bits.
[[nodiscard]] bulletin_id make_bulletin_id(const path& unit, random_source& random);

/// The unit in an id of the form "UNIT-RANDOM", which bulletins and reports share: what follows the
/// last '-' must be 12 to 16 digits of Crockford's base 32, upper case.
[[nodiscard]] result<path> unit_of(std::string_view id);

/// Every rule that stands beside the members above and in `bulletin_limits`, those on times apart;
/// empty if all are kept. The errors carry JSON pointers ("/target/3").
[[nodiscard]] std::vector<error> validate(const bulletin& b);

/// The rules on times: a bulletin that comes at `now` has not expired, expires after it becomes
/// effective, and is not in force for longer than it may be. They stand apart because a request
/// that is repeated later gets the first answer again, whatever the clock says by then: who knows
/// the first answers asks here afterwards.
[[nodiscard]] std::optional<error> judge_times(const bulletin& b, instant now);

/// True if `later` takes the place of `earlier`: it comes from the same unit or one above, and it
/// names its id, or is a CAP Update or Cancel that refers to its sender, identifier and time. Which
/// of them came first does not matter.
[[nodiscard]] bool supersedes(const bulletin& later, const bulletin& earlier);

// -- what clients get -----------------------------------------------------------------------------

/// The members of a bulletin frame that are the same for every follower, as JSON without braces:
/// `"id":…,"unit":…,"priority":…`, ready to be stored and forwarded as they are. "effective" is
/// there only if it is not "sent", "replaces" and "cap" only if there are any.
[[nodiscard]] std::string frame_body(const bulletin& b);

/// The frame of one feed: `{"feed":"79.769","position":7,` + body + `}`.
[[nodiscard]] std::string frame(const path& feed, std::uint64_t position, std::string_view body);

} // namespace loa::model

template <>
inline constexpr auto loa::wire::enum_names<loa::model::priority> =
    std::to_array<std::pair<loa::model::priority, std::string_view>>(
        {{loa::model::priority::emergency, "emergency"},
         {loa::model::priority::priority, "priority"},
         {loa::model::priority::routine, "routine"}});

template <>
inline constexpr auto loa::wire::enum_names<loa::model::category> =
    std::to_array<std::pair<loa::model::category, std::string_view>>(
        {{loa::model::category::policy_law, "policy_law"},
         {loa::model::category::administration, "administration"},
         {loa::model::category::emergency, "emergency"},
         {loa::model::category::science, "science"},
         {loa::model::category::public_service, "public_service"},
         {loa::model::category::training, "training"},
         {loa::model::category::other, "other"}});

template <>
inline constexpr auto loa::wire::enum_names<loa::model::channel> =
    std::to_array<std::pair<loa::model::channel, std::string_view>>(
        {{loa::model::channel::loudspeaker, "loudspeaker"},
         {loa::model::channel::board, "board"},
         {loa::model::channel::app, "app"}});
