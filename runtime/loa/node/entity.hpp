#pragma once

#include <loa/base/random.hpp>
#include <loa/node/effect.hpp>
#include <loa/node/feed_view.hpp>

#include <array>
#include <concepts>
#include <functional>
#include <memory>

/// \file
/// What a developer writes. An entity is a type with a state, and pure code:
///
///     struct tea_stall {
///       static constexpr std::string_view kind = "stall";
///       using command = std::variant<sell, count>;  // tagged wire types
///       using fact = std::variant<sold>;            // tagged wire types
///
///       int cups = 0;
///
///       loa::node::decision<fact> decide(const command& c, const loa::node::context&) const;
///       void apply(const fact& f);
///     };
///
/// `decide` looks and answers, `apply` changes; neither knows a clock, a file, a socket or an
/// actor. Both may be called again with the same input after a crash. Throwing is a crash of this
/// one entity.
///
/// Optional members:
///
/// - `static void describe(Self&, Fields&)` (see wire/describe.hpp): the state can be snapshotted,
/// which
///   bounds replay and lets old facts be pruned.
/// - `decision<fact> on_entry(const feed_entry_ptr&, const context&) const`: an entry of a followed
/// feed.
/// - `decision<fact> on_reminder(const std::string& id, const context&) const`.
/// - `decision<fact> on_refused(const post& what, const error& why, const context&) const`: a
/// receiver has
///   put aside what this entity posted: it refused it, does not know its type, or crashed of it
///   every time. `what` has the receiver and the message, which is empty if this node does not know
///   its type; `why` is the receiver's error, its text cut to 300 bytes. Called once for each, in
///   the order of posting; what it decides is kept with the news itself. Without it, or if it
///   refuses or throws every time, the refusal ends in the log as a dead letter.
/// - `std::vector<effect> on_wake(const context&) const`: driver calls that a crash may have
/// swallowed,
///   and what to follow.
/// - `using reply = std::variant<…>`: the types it answers with. An answer to a command with a key
///   is stored, so it must be of one of these; else the command is refused.
/// - `static constexpr bool durable = false`: a volatile entity, without journal; its facts are
/// applied
///   and forgotten, only `follow`, `unfollow`, `acknowledge`, `drive` and `deliver` are allowed,
///   and commands with a key are refused.
/// - `static bool open_to_nodes(const command&)`: whether the post office takes this command from
///   another node; what nodes tell each other by feed and post is no command in this sense.
///   Default: every one.
/// - `bool busy() const`: a volatile entity that is not busy is dropped when idle. Default: false.
///
/// What could not be done or not be read back is refused before anything is kept: a fact, post or
/// stored answer that its reader would not take (an empty path or name, an enum's value without a
/// name, see wire::check_readable), and an effect that names nothing: an unknown kind or driver, a
/// channel beyond the last, an entry without an instant at which it expires. The caller gets the
/// sentence, `errc::internal`; where nobody asked, as for an entry, it is logged as a dead letter.
namespace loa::node {

/// What a decision may know besides the state and the command.
struct context {
  const name& self;
  /// Who posted the command; empty if it was asked or told from outside.
  const name& from;
  instant now;
  random_source& random;
  /// The position that the first `publish` of this decision will get; later ones follow on.
  std::uint64_t next_position = 1;
  /// The own feed with its followers' figures.
  const feed_view& feed;
};

/// A fact's record takes at most this many octets; a decision with a larger one is refused with
/// `errc::too_large`.
inline constexpr std::size_t most_fact_octets = 1U << 20;

/// What an entity answers to one command: facts to keep, a reply, effects; or a refusal, which
/// keeps nothing.
template <class Fact>
struct decision {
  std::vector<Fact> facts;
  wire::value reply; ///< Empty is an answer, too: done.
  std::vector<effect> effects;
  std::optional<error> refusal;

  decision() = default;
  decision(error why) : refusal(std::move(why)) {}
  template <wire::tagged T>
  requires(!std::convertible_to<T, Fact>) decision(T answer)
      : reply(wire::value::of(std::move(answer))) {}
  /// A fact, and what to answer once it is stored.
  template <wire::tagged T>
  decision(Fact fact, T answer) : reply(wire::value::of(std::move(answer))) {
    facts.push_back(std::move(fact));
  }
};

template <class T>
concept entity = std::default_initializable<T> && requires {
  { T::kind } -> std::convertible_to<std::string_view>;
  typename T::command;
  typename T::fact;
} && requires(T& x, const T& c, const typename T::command& cmd, const typename T::fact& f,
              const context& ctx) {
  { c.decide(cmd, ctx) } -> std::same_as<decision<typename T::fact>>;
  x.apply(f);
};

/// A decision with its facts as records: what the runtime works with.
struct erased_decision {
  std::vector<bytes> facts;
  std::vector<bytes> posts; ///< What the posts among the effects say, in their order.
  wire::value reply;
  std::vector<effect> effects;
  std::optional<error> refusal;
};

/// One living entity behind a uniform face. Owned by one actor.
class entity_object {
public:
  virtual ~entity_object() = default;
  /// Decides; nothing changes before `accept`. A command of a foreign type is refused.
  virtual erased_decision handle(const wire::value& command, const context& ctx) = 0;
  virtual erased_decision handle_entry(const feed_entry_ptr& entry, const context& ctx) = 0;
  virtual erased_decision handle_reminder(const std::string& id, const context& ctx) = 0;
  virtual erased_decision handle_refused(const post& what, const error& why,
                                         const context& ctx) = 0;
  /// Applies the facts of the last decision to the state.
  virtual void accept() = 0;
  virtual std::vector<effect> wake(const context& ctx) = 0;
  /// Applies one stored fact.
  virtual result<void> replay(bytes_view fact) = 0;
  /// The state as CBOR; nothing if the type has no description, and an error if it could not be
  /// read back.
  virtual result<std::optional<bytes>> snapshot() const = 0;
  virtual result<void> restore(bytes_view snapshot) = 0;
  virtual bool busy() const = 0;
};

/// A kind of entity: how to make one, and which types it speaks.
struct entity_kind {
  std::string kind;
  bool durable = true;
  bool handles_entries = false;
  /// The types of its answers to commands with a key.
  std::vector<std::string_view> replies;
  /// Whether one of its entities could begin with this record as its first fact.
  std::function<result<void>(bytes_view)> check_fact;
  bool handles_refusals = false;
  /// Whether another node may give a command; what has no opinion takes all.
  std::function<bool(const wire::value&)> open_to_nodes = [](const wire::value&) { return true; };
  std::function<std::unique_ptr<entity_object>()> make;
  std::function<void(wire::type_registry&)> announce;
};

} // namespace loa::node

#include <loa/node/entity_adapter.hpp>

namespace loa::node {

/// The kind of an entity type.
template <entity T>
[[nodiscard]] entity_kind kind_of() {
  static_assert(is_kind_of_name(T::kind),
                "a kind is addressed by its name: 1 to 16 lower-case letters or '_'");
  static_assert(detail::are_distinct<typename T::command>(), "two commands go by one type name");
  static_assert(detail::are_distinct<typename T::fact>(),
                "two facts go by one type name, so one would be read as the other");
  static_assert(!detail::any_reserved<typename T::fact>(),
                "fact names that begin with \"loa.node.\" or \"loa.link.\" are the runtime's own");
  if constexpr (requires { typename T::reply; })
    static_assert(detail::are_distinct<typename T::reply>(), "two replies go by one type name");
  entity_kind k;
  k.kind = T::kind;
  k.durable = detail::is_durable<T>;
  k.handles_entries = detail::has_on_entry<T>;
  if constexpr (requires { typename T::reply; }) k.replies = detail::tag_names<typename T::reply>();
  k.check_fact = [](bytes_view record) -> result<void> {
    auto fact = wire::decode_record<typename T::fact>(record, wire::journal_limits);
    if (!fact) return fact.error();
    return {};
  };
  k.handles_refusals = detail::has_on_refused<T>;
  if constexpr (requires(const typename T::command& c) { T::open_to_nodes(c); })
    k.open_to_nodes = [](const wire::value& v) {
      const auto c = detail::narrow<typename T::command>(v);
      return c && T::open_to_nodes(*c);
    };
  k.make = [] { return std::make_unique<detail::adapter<T>>(); };
  k.announce = [](wire::type_registry& types) {
    types.add_all<typename T::command>();
    types.add_all<typename T::fact>();
    if constexpr (requires { typename T::reply; }) types.add_all<typename T::reply>();
  };
  return k;
}

} // namespace loa::node
