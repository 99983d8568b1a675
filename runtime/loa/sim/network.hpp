#pragma once

#include <loa/base/random.hpp>
#include <loa/net/transport.hpp>
#include <loa/sim/trace.hpp>

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

namespace loa::sim {

class world;
class machine;
class network_end;

/// How it is from one machine to another. Lines are as TCP's: a chunk that is lost below comes
/// again and only takes longer, with everything behind it; chunks of different lines overtake each
/// other.
struct way {
  /// A chunk takes between these two, more often less than more.
  micros least{200};
  micros most{3'000};
  /// How often a chunk is lost below, and how long it takes until it is sent again.
  double loss = 0;
  micros sent_again{200'000};
  /// How often a chunk breaks its line.
  double breaks = 0;
};

/// What lies between the machines of a world: every line, and what may happen to lines. Everything
/// that it decides comes from the world's seed. One thread.
class network {
public:
  network(world& of, std::uint64_t seed);
  ~network();
  network(const network&) = delete;
  network& operator=(const network&) = delete;

  /// How it is from everybody to everybody, save where `set` says otherwise.
  void set_all(const way& w) { usual_ = w; }
  void set(const std::string& from, const std::string& to, const way& w) { ways_[{from, to}] = w; }
  /// Back to what is usual.
  void reset(const std::string& from, const std::string& to) { ways_.erase({from, to}); }

  /// Nothing comes from one to the other any more, and nobody is told. What is sent waits, and
  /// comes if the way is opened while the line is still held at both ends. Blocks are counted: each
  /// needs its own `unblock`.
  void block(const std::string& from, const std::string& to);
  void unblock(const std::string& from, const std::string& to);
  /// Both ways.
  void cut(const std::string& a, const std::string& b);
  void mend(const std::string& a, const std::string& b);
  [[nodiscard]] bool blocked(const std::string& from, const std::string& to) const;

  /// Every line between the two breaks at this instant; what was under way on it is lost.
  void break_lines(const std::string& a, const std::string& b);

  /// A transport for the process that now starts on a machine; others call it by this address.
  [[nodiscard]] std::unique_ptr<net::transport> plug_in(machine& at, std::string address,
                                                        const clock& monotonic);
  /// The process on that machine dies: its end sends nothing more. Whether its peers are told, as a
  /// kernel does that goes on living, or not, as when the power fails, the seed says.
  void drop(machine& at);
  /// One task of a machine's transport at once, for a process that stops in order; false if there
  /// is none.
  bool hurry(machine& at);

  /// Lines that are open at one end at least.
  [[nodiscard]] std::size_t lines() const noexcept { return lines_.size(); }
  /// Octets that arrived from one at the other.
  [[nodiscard]] std::uint64_t carried(const std::string& from, const std::string& to) const;

private:
  friend class network_end;
  using pair = std::pair<std::string, std::string>;

  /// One end of a line.
  struct line_end {
    std::string host;
    std::uint64_t plug = 0; ///< Of which transport; 0: nobody has answered yet.
    net::line_id line = 0;
    bool open = false;
    bool dead = false; ///< Its process died.
  };
  /// What goes from one side to the other, in order.
  struct parcel {
    micros at{0};
    bytes chunk;
    enum class kind { chunk, opened, closed } is = kind::chunk;
    std::string why; ///< It was closed.
  };
  struct direction {
    std::deque<parcel> under_way;
    bool moving = false; ///< The first has a time at which it arrives.
    bool held = false;   ///< It would have arrived, but the way is blocked.
  };
  struct whole_line {
    line_end sides[2]; ///< Who called, and who was called.
    direction to[2];
  };
  using number = std::uint64_t;

  [[nodiscard]] const way& between(const std::string& from, const std::string& to) const;
  [[nodiscard]] micros takes(const way& w);
  [[nodiscard]] network_end* end_of(const line_end& s) const;

  // What ends do.
  void call(network_end& from, net::line_id line, std::string address);
  void send(number line, int from, bytes chunk);
  void close(number line, int from, std::string why);
  void listen(network_end& e);
  void forget(network_end& e);

  void ring(number line, std::string address, int attempt);
  void fail(number line, const std::string& why);
  void put(number line, int from, parcel p);
  void move(number line, int from);
  void arrive(number line, int from);
  /// The side hears that the line is gone, after a while.
  void hang_up(number line, int at, std::string why, micros after);
  void tidy(number line);

  world& of_;
  seeded_random random_;
  way usual_;
  std::map<pair, way> ways_;
  std::map<pair, int> blocks_;
  std::map<number, network_end*> ends_;
  std::map<std::string, number> by_address_;
  std::map<number, whole_line> lines_;
  std::map<pair, std::uint64_t> carried_;
  number last_plug_ = 0;
  number last_line_ = 0;
};

} // namespace loa::sim
