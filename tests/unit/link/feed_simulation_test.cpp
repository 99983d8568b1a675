#include "hostile_network.hpp"

#include <loa/link/feed_receiver.hpp>
#include <loa/link/feed_sender.hpp>
#include <loa/link/retained_feed.hpp>

#include <set>

namespace loa::link::test {

namespace {

constexpr int to_sender = 0;
constexpr int to_receiver = 1;

/// One feed and one follower in a hostile world. The oracle is the plain list of what was
/// published.
class feed_world {
public:
  explicit feed_world(std::uint64_t seed) : dice_(seed), network_(dice_) {
    options_.window_entries = 1 + dice_.below(20);
    options_.window_octets = 200 + dice_.below(4000);
    options_.frame_octets = 100 + dice_.below(2000);
    if (dice_.chance(0.3)) options_.heartbeat = duration(2000);
    start_feed();
    start_follower();
  }

  void live(int steps) {
    network_.be_calm(false);
    for (int i = 0; i < steps; ++i) {
      now_ += duration(dice_.below(60));
      act();
      deliver_due();
    }
  }

  /// The network heals; within two virtual minutes everything must be there and both be quiet.
  void settle() {
    network_.be_calm(true);
    commit_feed();
    const auto limit = now_ + std::chrono::minutes(2);
    while (now_ < limit) {
      commit_follower();
      deliver_due();
      commit_follower();
      const auto next = next_event();
      if (!next) break;
      now_ = std::max(now_, *next);
    }
    commit_follower();
    check_complete();
  }

private:
  struct pending {
    bool reset;
    cursor commit;
    std::vector<entry> entries;
  };
  struct backup {
    std::vector<entry> entries;
    lane_positions head;
  };

  void act() {
    const auto n = dice_.below(1000);
    if (n < 250) {
      publish();
    } else if (n < 450) {
      commit_feed();
    } else if (n < 800) {
      commit_follower();
    } else if (n < 830) {
      prune();
    } else if (n < 845) {
      start_feed();
    } else if (n < 860) {
      start_follower();
    } else if (n < 875) {
      network_.is_cut() ? network_.mend() : network_.cut();
      if (!network_.is_cut()) reconnect();
    } else if (n < 878) {
      backup_ = backup{stored_, stored_head_};
    } else if (n < 880 && backup_) {
      stored_ = backup_->entries;
      stored_head_ = backup_->head;
      ++epoch_;
      start_feed();
    }
  }

  void publish() {
    entry e{.position = feed_->next_position(),
            .on = dice_.chance(0.2) ? lane::emergency : lane::ordinary,
            .expires = now_ + duration(dice_.below(20'000)),
            .id = "b" + std::to_string(dice_.below(1000)),
            .body = body_of(std::string(dice_.below(300), 'x'))};
    if (dice_.chance(0.3)) e.audience.push_back(*path::parse("79.770"));
    if (dice_.chance(0.3)) e.audience.push_back(*path::parse("79.769.1"));
    if (dice_.chance(0.1)) e.channels = 4;
    uncommitted_.push_back(e);
    feed_->publish(e);
  }

  static bool wanted(const entry& e) {
    return e.channels != 4 && (e.audience.empty() || e.audience.back() == *path::parse("79.769.1"));
  }

  void commit_feed() {
    for (auto& e : uncommitted_) {
      stored_head_.at(e.on) = e.position;
      stored_.push_back(e);
    }
    uncommitted_.clear();
    sent(sender_->advance(stored_head_.latest(), now_));
  }

  /// The feed's actor starts, perhaps again: what was not committed is gone, and so is the sender.
  void start_feed() {
    uncommitted_.clear();
    auto load = [this](std::uint64_t position) -> shared_body {
      if (dice_.chance(0.02)) return nullptr;
      for (const auto& e : stored_)
        if (e.position == position) return e.body;
      return nullptr;
    };
    feed_ = std::make_unique<retained_feed>(epoch_, stored_head_, load, 2000);
    for (const auto& e : stored_) feed_->restore(e);
    sender_ = std::make_unique<feed_sender>(
        *feed_, feed_sender::follower{*path::parse("79.769"), ~std::uint32_t{4}}, dice_.next(),
        known_, options_);
    sent(sender_->advance(stored_head_.latest(), now_));
  }

  void start_follower() {
    pending_.clear();
    receiver_ = std::make_unique<feed_receiver>(dice_.next(), durable_, options_);
    received(receiver_->start(now_));
  }

  void prune() {
    for (auto position : feed_->prune(now_)) {
      std::erase_if(stored_, [&](const entry& e) { return e.position == position; });
      std::erase_if(uncommitted_, [&](const entry& e) { return e.position == position; });
    }
  }

  void reconnect() {
    sent(sender_->reconnected(now_));
    received(receiver_->reconnected(now_));
  }

  void sent(feed_sender::output out) {
    network_.send(to_receiver, out.to_send, now_);
    if (out.acked) known_ = *out.acked;
    sender_timer_ = out.next_timer;
    for (auto l : lanes) {
      REQUIRE(sender_->in_flight(l) <= options_.window_entries);
      // One entry may always be in flight, however long it is; here none takes more than 500.
      REQUIRE(sender_->octets_in_flight(l) <= std::max<std::size_t>(options_.window_octets, 500));
    }
  }

  void received(feed_receiver::output out) {
    network_.send(to_sender, out.to_send, now_);
    receiver_timer_ = out.next_timer;
    for (const auto& e : out.delivered) {
      REQUIRE(wanted(e));
      REQUIRE(e.body);
      REQUIRE(out.commit);
    }
    if (out.commit) pending_.push_back({out.reset, *out.commit, std::move(out.delivered)});
    for (auto l : lanes) REQUIRE(receiver_->buffered(l) <= options_.window_entries);
  }

  void commit_follower() {
    if (pending_.empty()) return;
    for (auto& p : pending_) {
      if (p.reset || p.commit.epoch != durable_.epoch) log_.clear();
      for (const auto& e : p.entries) {
        REQUIRE(e.position > durable_.at(e.on)); // Once, and in the order of its lane.
        for (const auto& [position, on] : log_)
          if (on == e.on) REQUIRE(position < e.position);
        log_.insert({e.position, e.on});
      }
      durable_ = p.commit;
    }
    pending_.clear();
    received(receiver_->committed(durable_, now_));
  }

  void deliver_due() {
    while (auto arrived = network_.receive(now_))
      std::visit([&](auto& m) { take(m); }, arrived->second);
    if (sender_timer_ && *sender_timer_ <= now_) sent(sender_->tick(now_));
    if (receiver_timer_ && *receiver_timer_ <= now_) received(receiver_->tick(now_));
  }

  void take(const feed_follow& m) { sent(sender_->on(m, now_)); }
  void take(const feed_ack& m) { sent(sender_->on(m, now_)); }
  void take(const feed_opened& m) { received(receiver_->on(m, now_)); }
  void take(const feed_invite& m) { received(receiver_->on(m, now_)); }
  void take(const feed_frames& m) { received(receiver_->on(m, now_)); }
  template <class T>
  void take(const T&) {
    FAIL("not a message of feeds");
  }

  std::optional<instant> next_event() const {
    std::optional<instant> next = network_.next();
    const auto sooner = [&](std::optional<instant> t) {
      if (t && (!next || *t < *next)) next = t;
    };
    sooner(sender_timer_);
    // A heartbeat goes on for ever; it does not count as unrest once the feed has answered.
    if (!receiver_->open() || options_.heartbeat == duration::zero()) sooner(receiver_timer_);
    return next;
  }

  void check_complete() {
    REQUIRE_FALSE(next_event());
    REQUIRE(durable_.epoch == epoch_);
    for (const auto& e : stored_) {
      if (!wanted(e)) continue;
      INFO("position " << e.position << " on lane " << wire::enum_name(e.on));
      REQUIRE(log_.contains({e.position, e.on}));
      REQUIRE(sender_->acked().at(e.on) >= e.position);
    }
    // It does not look behind either, whatever was filtered or pruned.
    for (auto l : lanes) REQUIRE(durable_.at(l) >= stored_head_.at(l));
  }

  seeded_random dice_;
  hostile_network network_;
  link_options options_;
  instant now_ = from_millis(1'700'000'000'000);

  std::uint64_t epoch_ = 1;
  std::vector<entry> stored_;
  lane_positions stored_head_;
  std::vector<entry> uncommitted_;
  std::optional<backup> backup_;
  cursor known_;
  std::unique_ptr<retained_feed> feed_;
  std::unique_ptr<feed_sender> sender_;
  std::optional<instant> sender_timer_;

  cursor durable_;
  std::set<std::pair<std::uint64_t, lane>> log_;
  std::vector<pending> pending_;
  std::unique_ptr<feed_receiver> receiver_;
  std::optional<instant> receiver_timer_;
};

} // namespace

TEST_CASE("a follower gets everything in force that concerns it, in order and once, whatever the "
          "network does") {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    INFO("seed " << seed);
    feed_world world(seed);
    for (int round = 0; round < 4; ++round) {
      world.live(500);
      world.settle();
    }
  }
}

} // namespace loa::link::test
