#pragma once

#include <loa/base/random.hpp>
#include <loa/sim/machine.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace loa::sim {

/// Somebody outside of a world's nodes who wants an answer: asks the node that hosts the entity,
/// and again until there is one, as a good client does. It remembers what was answered positively
/// under a key, and can ask for all of it again. One thread. The world and the dice outlive it, and
/// it outlives the running of the world.
class client {
public:
  /// Nodes keep answers for a day. A client counts on those that are no older than this, since the
  /// clock of a node may have been wrong by some hours when it answered.
  static constexpr micros counts_on = std::chrono::hours(12);

  using answer_handler = std::function<void(const result<wire::value>&)>;
  /// The machine that hosts a home at present; null if nobody does.
  using host_finder = std::function<machine*(const path& home)>;

  client(world& in, seeded_random& dice, host_finder host)
      : world_(in),
        dice_(dice),
        host_(std::move(host)) {}
  virtual ~client() = default;

  /// `then` gets, once, the first answer that is one: done, or a refusal for a reason that stays.
  /// After `patience` it gets errc::timeout, and nobody knows what became of the command; errc::
  /// not_found at once if nobody hosts the home. Every attempt goes under the key of `how`; without
  /// a key the command may be carried out several times.
  void ask(const name& to, wire::value command, node::ask_options how, answer_handler then,
           micros patience = std::chrono::minutes(30));
  /// Once; for looking. The answer may be any error.
  void look(const name& to, wire::value command, answer_handler then);

  /// Asks again, under its key and with its content, for all that was answered positively and that
  /// entities of these kinds keep. `wrong` hears a sentence for each answer that is another one
  /// now. Lets the world run until every answer is there, for some minutes at most.
  void ask_again(const std::function<bool(const name&)>& keeps,
                 const std::function<void(const name&, std::string)>& wrong);

  /// Commands of `ask` that have no answer yet.
  [[nodiscard]] std::size_t open() const noexcept { return open_; }

protected:
  struct request {
    name to;
    wire::value command;
    node::ask_options how;
    answer_handler then;
    micros until{0};
    bool done = false;
    std::uint64_t attempts = 0;
    std::uint64_t answered = 0; ///< The attempt that had an answer last.
    std::string last;           ///< Why it was none that stays.
    errc why = errc::timeout;   ///< And its code.
  };
  /// An attempt has just gone to a machine.
  virtual void attempted(const std::shared_ptr<const request>& r, const machine& at) {
    (void)r;
    (void)at;
  }

private:
  /// A command that was answered positively under a key, and a digest of the answer.
  struct memory {
    name to;
    wire::value command;
    node::ask_options how;
    std::uint64_t answer = 0;
    micros at{0};
  };

  void attempt(const std::shared_ptr<request>& r);
  void finish(request& r, const result<wire::value>& got);

  world& world_;
  seeded_random& dice_;
  host_finder host_;
  std::size_t open_ = 0;
  std::vector<memory> memories_;
};

} // namespace loa::sim
