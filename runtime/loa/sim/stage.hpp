#pragma once

#include <loa/sim/client.hpp>
#include <loa/sim/cluster.hpp>
#include <loa/sim/faults.hpp>
#include <loa/sim/world.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loa::sim {

/// What was promised and not kept.
struct broken_promise {
  std::string who;  ///< The entity, or whom else it concerns.
  std::string what; ///< A sentence.
  micros at{0};
  std::string promise; ///< Which one, "Promise 3 (order)"; empty where promises have no names.
};

/// What the clients of a rehearsal stand on: time, dice, a schedule, questions to entities, and
/// where they say that a promise was broken. Lives as long as the run. One thread.
class stage {
public:
  using action = schedule::action;
  using answer_handler = client::answer_handler;

  stage(sim::world& of, net::placement places);
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;

  [[nodiscard]] sim::world& world() noexcept { return world_; }
  [[nodiscard]] sim::cluster& cluster() noexcept { return cluster_; }
  [[nodiscard]] micros now() const noexcept { return world_.now(); }
  /// What goes wrong in this run; known once `live` is called.
  [[nodiscard]] const fault_plan& faults() const noexcept { return faults_; }

  /// The clients' own dice.
  [[nodiscard]] seeded_random& random() noexcept { return random_; }
  /// A time between these two, both included.
  [[nodiscard]] micros between(micros least, micros most);
  /// One of them; there is one at least.
  template <class T>
  [[nodiscard]] const T& one_of(const std::vector<T>& all) {
    return all[random_.below(all.size())];
  }

  /// Puts something into the schedule, whatever the time is then.
  void at(micros when, action what) { world_.at(when, std::move(what)); }
  void after(micros delay, action what) { world_.after(delay, std::move(what)); }
  /// Again and again until everything is well, on average so often.
  void now_and_then(micros average, action what);
  /// True from the instant on when everything is well and nothing new is begun.
  [[nodiscard]] bool settled() const noexcept { return settled_; }

  /// A line of the timeline.
  void say(std::string_view who, std::string what) { world_.say(who, std::move(what)); }

  /// A client's command to an entity, asked of the node that hosts it and again until there is an
  /// answer, always under one key of its own: it is carried out once. `then` gets the answer, or a
  /// refusal that stays. A run does not end well before every command has its answer. The types
  /// that the entity answers with stand in its `reply`.
  void ask(std::string_view to, wire::value command, answer_handler then = {});
  /// The same with types; an answer of another type is errc::internal.
  template <wire::tagged Reply, wire::tagged Command>
  void ask(std::string_view to, Command command, std::function<void(const result<Reply>&)> then) {
    ask(to, wire::value::of(std::move(command)),
        [then = std::move(then), who = std::string(to)](const result<wire::value>& got) {
          then(typed<Reply>(who, got));
        });
  }
  /// The same without a key, as a careless client asks: the command may be carried out several
  /// times.
  void ask_carelessly(std::string_view to, wire::value command, answer_handler then = {});

  /// Only in `check`: asks an entity without a key and waits, a minute of the world's time at most.
  /// Who then gives no answer, or one of another type, has broken a promise, which is said here.
  template <wire::tagged Reply, wire::tagged Command>
  [[nodiscard]] std::optional<Reply> read(std::string_view to, Command command) {
    const auto answer =
        typed<Reply>(std::string(to), wait_for(to, wire::value::of(std::move(command))));
    if (answer) return *answer;
    broken(std::string(to), "gives no answer: " + answer.error().detail);
    return std::nullopt;
  }

  /// A promise was broken: `who` "library/north", `what` a sentence. Said in `check` it counts if
  /// it is said in the last one; elsewhere for good. The first hundred of each.
  void broken(std::string who, std::string what);

  /// The clients' questions, for those who want to say more of them.
  [[nodiscard]] client& questions() noexcept { return client_; }

private:
  friend class performance;

  template <class Reply>
  static result<Reply> typed(const std::string& who, const result<wire::value>& got) {
    if (!got) return got.error();
    if (const auto* reply = got->get<Reply>()) return *reply;
    return error{errc::internal, "\"" + who + "\" answered with something else.", {}};
  }
  [[nodiscard]] result<wire::value> wait_for(std::string_view to, wire::value command);
  void ask_under(std::string key, std::string_view to, wire::value command, answer_handler then);
  /// Who owes answers, with how many of them.
  [[nodiscard]] const std::map<std::string, int>& silent() const noexcept { return silent_; }

  sim::world& world_;
  sim::cluster cluster_;
  seeded_random random_;
  sim::client client_;
  fault_plan faults_;
  bool settled_ = false;
  bool checking_ = false;
  std::uint64_t keys_ = 0;
  std::map<std::string, int> silent_;
  std::vector<broken_promise> for_good_;
  std::vector<broken_promise> missing_;
};

} // namespace loa::sim
