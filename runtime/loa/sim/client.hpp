#pragma once

#include <loa/base/random.hpp>
#include <loa/sim/machine.hpp>

#include <functional>
#include <memory>
#include <string>

namespace loa::sim {

/// Somebody outside of a world's nodes who wants an answer: asks the node that hosts the entity,
/// and again until there is one, as a good client does. One thread. The world and the dice outlive
/// it, and it outlives the running of the world.
class client {
public:
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
  void attempt(const std::shared_ptr<request>& r);
  void finish(request& r, const result<wire::value>& got);

  world& world_;
  seeded_random& dice_;
  host_finder host_;
  std::size_t open_ = 0;
};

} // namespace loa::sim
