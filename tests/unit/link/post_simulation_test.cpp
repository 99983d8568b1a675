#include "hostile_network.hpp"

#include <loa/link/post_receiver.hpp>
#include <loa/link/post_sender.hpp>

#include <set>

namespace loa::link::test {

namespace {

constexpr int to_sender = 0;
constexpr int to_receiver = 1;

/// One line of post in a hostile world. The oracle is the list of what the sender has committed:
/// each must be applied once, in that order, or be put aside if it is poisonous or unwelcome; and
/// of each that was put aside the sender must have heard once, and durably.
class post_world {
public:
  explicit post_world(std::uint64_t seed) : dice_(seed), network_(dice_) {
    options_.window_entries = 1 + dice_.below(12);
    options_.window_octets = 20 + dice_.below(400);
    start_sender();
    start_receiver();
  }

  void live(int steps) {
    network_.be_calm(false);
    for (int i = 0; i < steps; ++i) {
      now_ += duration(dice_.below(60));
      act();
      deliver_due();
    }
  }

  void settle() {
    network_.be_calm(true);
    const auto limit = now_ + std::chrono::minutes(20);
    while (now_ < limit) {
      work();
      commit();
      commit_at_sender();
      deliver_due();
      std::optional<instant> next = network_.next();
      if (timer_ && (!next || *timer_ < *next)) next = timer_;
      if (!next && !handed_ && uncommitted_.empty() && unsettled_.empty()) break;
      if (next) now_ = std::max(now_, *next);
    }
    REQUIRE_FALSE(timer_);
    REQUIRE(log_.size() == posted_);
    REQUIRE(outbox_.empty());
    for (std::uint64_t n = 1; n <= posted_; ++n) {
      REQUIRE(log_[n - 1] == n);
      REQUIRE(aside_.contains(n) == (is_poisonous(n) || is_unwelcome(n)));
      REQUIRE(heard_.contains(n) == aside_.contains(n));
    }
  }

private:
  static bool is_poisonous(std::uint64_t n) { return n % 7 == 3; }

  static bool is_unwelcome(std::uint64_t n) { return n % 5 == 2 && !is_poisonous(n); }

  void act() {
    const auto n = dice_.below(1000);
    if (n < 200) {
      ++posted_;
      outbox_[posted_] = body_of(std::to_string(posted_) + std::string(dice_.below(60), '.'));
      sent(sender_->advance(posted_, now_));
    } else if (n < 600) {
      work();
    } else if (n < 800) {
      commit();
    } else if (n < 850) {
      commit_at_sender();
    } else if (n < 865) {
      start_sender();
    } else if (n < 880) {
      start_receiver();
    } else if (n < 895) {
      network_.is_cut() ? network_.mend() : network_.cut();
      if (!network_.is_cut()) sent(sender_->reconnected(now_));
    }
  }

  void start_sender() {
    unsettled_.clear();
    sender_ = std::make_unique<post_sender>(
        [this](std::uint64_t n) {
          const auto at = outbox_.find(n);
          return at == outbox_.end() || dice_.chance(0.01) ? nullptr : at->second;
        },
        post_sender::line{.acked = acked_}, dice_.next(), options_);
    sent(sender_->advance(posted_, now_));
  }

  void start_receiver() {
    handed_.reset();
    uncommitted_.clear();
    receiver_ = std::make_unique<post_receiver>(durable_, options_);
  }

  void sent(post_sender::output out) {
    network_.send(to_receiver, out.to_send, now_);
    if (out.acked) {
      REQUIRE(*out.acked <= durable_.last);
      unsettled_.push_back({*out.acked, out.refused});
    } else {
      REQUIRE(out.refused.empty());
    }
    timer_ = out.next_timer;
    REQUIRE(sender_->in_flight() <= options_.window_entries);
  }

  void commit_at_sender() {
    if (unsettled_.empty()) return;
    for (const auto& [acked, refused] : std::exchange(unsettled_, {})) {
      for (const auto& r : refused) {
        REQUIRE(r.number > acked_);
        REQUIRE(r.number <= acked);
        REQUIRE(r.why.detail == reason_of(r.number));
        REQUIRE(heard_.insert(r.number).second);
      }
      acked_ = acked;
    }
    outbox_.erase(outbox_.begin(), outbox_.upper_bound(acked_));
    sent(sender_->settled(acked_, now_));
  }

  static std::string reason_of(std::uint64_t n) {
    return is_poisonous(n) ? "poison" : "no " + std::to_string(n);
  }

  void received(post_receiver::output out) {
    network_.send(to_sender, out.to_send, now_);
    REQUIRE(out.alarms.empty());
    REQUIRE(receiver_->buffered() <= options_.window_entries + 1);
    REQUIRE(receiver_->state().refused.size() <= 2 * options_.window_entries);
    if (out.dead) uncommitted_.push_back({out.dead->letter.number, true, receiver_->state()});
    if (out.delivered) handed_ = out.delivered;
  }

  /// The entity tries what it was handed.
  void work() {
    if (!handed_) return;
    const auto letter = *std::exchange(handed_, std::nullopt);
    REQUIRE(letter.body->starts_with(std::to_string(letter.number)));
    if (is_poisonous(letter.number)) {
      received(receiver_->failed(letter.epoch, letter.number, "poison"));
      // The count of tries is stored too.
      if (uncommitted_.empty()) durable_ = receiver_->state();
    } else {
      const bool aside = is_unwelcome(letter.number);
      auto out = aside ? receiver_->refused(letter.epoch, letter.number,
                                            {errc::rule, reason_of(letter.number), {}})
                       : receiver_->applied(letter.epoch, letter.number);
      uncommitted_.push_back({letter.number, aside, receiver_->state()});
      received(std::move(out));
    }
  }

  void commit() {
    for (const auto& a : uncommitted_) {
      REQUIRE((log_.empty() || log_.back() < a.number));
      log_.push_back(a.number);
      if (a.aside) aside_.insert(a.number);
      durable_ = a.after;
    }
    if (!uncommitted_.empty()) {
      uncommitted_.clear();
      received(receiver_->committed(durable_.epoch, durable_.last));
    }
  }

  void deliver_due() {
    while (auto arrived = network_.receive(now_)) {
      if (auto* s = std::get_if<post_send>(&arrived->second)) received(receiver_->on(*s));
      if (auto* a = std::get_if<post_ack>(&arrived->second)) sent(sender_->on(*a, now_));
    }
    if (timer_ && *timer_ <= now_) sent(sender_->tick(now_));
  }

  struct done {
    std::uint64_t number;
    bool aside;
    post_state after;
  };

  seeded_random dice_;
  hostile_network network_;
  link_options options_;
  instant now_ = from_millis(1'700'000'000'000);

  std::uint64_t posted_ = 0;
  std::uint64_t acked_ = 0;
  std::map<std::uint64_t, shared_body> outbox_;
  std::vector<std::pair<std::uint64_t, std::vector<post_refusal>>> unsettled_;
  std::set<std::uint64_t> heard_;
  std::unique_ptr<post_sender> sender_;
  std::optional<instant> timer_;

  post_state durable_;
  std::vector<std::uint64_t> log_;
  std::set<std::uint64_t> aside_;
  std::vector<done> uncommitted_;
  std::optional<post_receiver::delivery> handed_;
  std::unique_ptr<post_receiver> receiver_;
};

} // namespace

TEST_CASE("post is applied once and in order, whatever the network and both ends do") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    post_world world(seed);
    for (int round = 0; round < 3; ++round) {
      world.live(700);
      world.settle();
    }
  }
}

} // namespace loa::link::test
