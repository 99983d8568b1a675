#include <loa/base/probe.hpp>
#include <loa/node/internal/unit_giver.hpp>

#include <algorithm>

namespace loa::node {

namespace {

/// Before the release the other side is given up after so long without an answer.
constexpr duration patience = std::chrono::seconds(10);
/// Units are not held longer for what may still fail.
constexpr duration longest_hold = std::chrono::seconds(30);
constexpr duration look_again{20};
constexpr duration send_again = std::chrono::seconds(1);
constexpr std::size_t part_octets = std::size_t{64} << 10;

move_number number_of(const move_message& m) {
  return std::visit([](const auto& x) { return x.number; }, m);
}

} // namespace

void unit_giver::begin(order o, random_source& random,
                       std::function<void(const result<void>&)> then) {
  order_ = std::move(o);
  then_ = std::move(then);
  move_ = random.next() | 1;
  octets_ = 0;
  why_.clear();
  step_ = move_step::preparing;
  log_.write(log_level::info, "move", "Units are being moved to another node.",
             {{"prefix", order_.units.prefix.str()}, {"to", order_.to}});
  ask(move_begun{next_number(), order_.units.prefix, {order_.placement}});
}

void unit_giver::resume(const store::released& note, random_source& random) {
  order_ = {{note.prefix, note.without}, note.to, note.epoch, note.feeds, note.placement.data};
  move_ = note.move;
  request_ = random.next() >> 1; // no earlier answer fits
  step_ = move_step::handing;
  LOA_PROBE("move: the giver goes on after its restart");
  finish();
}

// -- asking ---------------------------------------------------------------------------------------

void unit_giver::ask(move_message m) {
  asked_ = std::move(m);
  asked_at_ = desk_.now();
  send();
}

void unit_giver::send() {
  sent_ = desk_.send(order_.to, *asked_);
  again_ = desk_.now() + (step_ == move_step::handing ? send_again : sent_ ? patience : look_again);
}

void unit_giver::on(const std::string& node, const move_answered& m) {
  if (!asked_ || node != order_.to || m.number != number_of(*asked_)) {
    LOA_PROBE("move: an answer to what is not asked any more");
    return;
  }
  const auto was = *std::exchange(asked_, std::nullopt);
  again_.reset();
  if (m.refused) {
    if (step_ != move_step::handing) {
      LOA_PROBE("move: the taker refuses");
      return fail(carried(*m.refused));
    }
    LOA_PROBE("move: who should take over what was released cannot");
    log_.write(log_level::error, "move", "A node does not take over what was released to it.",
               {{"prefix", order_.units.prefix.str()},
                {"to", order_.to},
                {"why", carried(*m.refused).detail}});
    asked_ = was;
    again_ = desk_.now() + patience;
    return;
  }
  if (m.differs && compared_) {
    LOA_PROBE("move: a piece differs when it is compared");
    return send_piece(*std::exchange(compared_, std::nullopt));
  }
  go_on();
}

bool unit_giver::may_fail() const {
  return at_work() && !releasing_ && step_ != move_step::handing && step_ != move_step::clearing;
}

void unit_giver::tick() {
  const auto now = desk_.now();
  if (may_fail() && held_at_ && now - *held_at_ > longest_hold) {
    LOA_PROBE("move: units are held for too long");
    return fail({errc::timeout, "The units would have been held for too long.", {}});
  }
  if (!again_ || *again_ > now) return;
  again_.reset();
  if (asked_) {
    if (may_fail() && now - asked_at_ >= patience) {
      LOA_PROBE("move: the taker does not answer");
      return fail({errc::unavailable, "Node \"" + order_.to + "\" does not answer.", {}});
    }
    LOA_PROBE("move: asks again");
    return send();
  }
  if (step_ == move_step::holding) drain();
}

void unit_giver::placement_changes() {
  if (may_fail()) {
    LOA_PROBE("move: another placement comes meanwhile");
    fail({errc::conflict, "Another placement came into force meanwhile.", {}});
  }
}

std::optional<instant> unit_giver::next_tick() const {
  if (!may_fail() || !held_at_) return again_;
  const auto latest = *held_at_ + longest_hold + duration(1);
  return again_ ? std::min(*again_, latest) : latest;
}

std::optional<move_status> unit_giver::status() const {
  if (move_ == 0) return std::nullopt;
  return move_status{order_.units.prefix, order_.to, order_.epoch, step_, octets_, why_};
}

// -- one step after the other ---------------------------------------------------------------------

void unit_giver::go_on() {
  switch (step_) {
  case move_step::preparing:
    step_ = move_step::copying;
    reader_.emplace(journal_, order_.units);
    return copy_next();
  case move_step::copying:
    return sent_octets_ < record_.size() ? send_rest() : copy_next();
  case move_step::comparing:
    return sent_octets_ < record_.size() ? send_rest() : compare_next();
  case move_step::handing:
    if (auto done = desk_.put_in_force(order_.placement); !done)
      log_.write(log_level::error, "move", "The placement that moves units is not put into force.",
                 {{"why", done.error().detail}});
    return clean_up();
  default:
    return;
  }
}

std::optional<store::piece> unit_giver::next_piece() {
  auto p = reader_->next();
  if (p) return *std::move(p);
  fail(p.error());
  return std::nullopt;
}

void unit_giver::copy_next() {
  for (;;) {
    const auto p = next_piece();
    if (step_ == move_step::none) return;
    if (!p) break;
    if (!p->items.empty()) return send_piece(*p);
  }
  step_ = move_step::holding;
  held_at_ = desk_.now();
  desk_.hold(order_.units);
  again_ = desk_.now() + look_again;
}

void unit_giver::send_piece(const store::piece& p) {
  record_ = encode(p);
  sent_octets_ = 0;
  octets_ += record_.size();
  send_rest();
}

void unit_giver::send_rest() {
  auto part = record_.substr(sent_octets_, part_octets);
  sent_octets_ += part.size();
  const bool last = sent_octets_ == record_.size();
  ask(move_part{next_number(), {std::move(part)}, last});
}

/// What the ended entities had under way is the journal's when something behind it is.
void unit_giver::drain() {
  if (!desk_.all_ended()) {
    LOA_PROBE("move: entities that move are still at work");
    again_ = desk_.now() + look_again;
    return;
  }
  desk_.commit({store::forgetting_copy(order_.units.prefix)},
               [this, move = move_](const auto& settled) {
                 if (move != move_ || step_ != move_step::holding) return;
                 if (!settled) return fail(settled.error());
                 step_ = move_step::comparing;
                 reader_.emplace(journal_, order_.units);
                 compare_next();
               });
}

void unit_giver::compare_next() {
  auto p = next_piece();
  if (step_ == move_step::none) return;
  if (!p) return release();
  record_.clear();
  sent_octets_ = 0;
  move_compared m{next_number(),
                  std::string(store::to_string(p->where)),
                  {p->range.from},
                  {p->range.to},
                  {store::digest_of(p->items)}};
  compared_ = std::move(p);
  ask(std::move(m));
}

void unit_giver::release() {
  if (auto still = desk_.admits(order_.placement); !still) return fail(still.error());
  releasing_ = true;
  const store::released note{order_.units.prefix, order_.epoch,         order_.to,         move_,
                             order_.feeds,        order_.units.without, {order_.placement}};
  desk_.commit({store::noting(note)}, [this, note](const result<void>& settled) {
    if (!settled) {
      LOA_PROBE("move: the release is not stored");
      // A disk that fails may have written it all the same.
      const auto there = store::read_released(journal_);
      if (!there) {
        log_.write(log_level::error, "move",
                   "It cannot be read whether units were released; they are held until the node "
                   "starts anew.",
                   {{"prefix", note.prefix.str()}, {"why", there.error().detail}});
        return;
      }
      const bool noted = std::ranges::any_of(*there, [&](const store::released& r) {
        return r.prefix == note.prefix && r.move == note.move;
      });
      releasing_ = noted;
      if (noted) LOA_PROBE("move: the release is stored though the disk said that it is not");
      if (!noted) return fail(settled.error());
    }
    releasing_ = false;
    held_at_.reset();
    desk_.released(note.prefix, note.epoch);
    step_ = move_step::handing;
    finish();
  });
}

void unit_giver::finish() {
  ask(move_finished{next_number(), order_.units.prefix, order_.feeds, {order_.placement}});
}

void unit_giver::clean_up() {
  step_ = move_step::clearing;
  desk_.let_go(); // the placement says now that they are elsewhere
  log_.write(log_level::info, "move", "Units have moved to another node.",
             {{"prefix", order_.units.prefix.str()},
              {"to", order_.to},
              {"octets", std::to_string(octets_)}});
  if (then_) std::exchange(then_, nullptr)({});
  reader_.emplace(journal_, order_.units);
  clear_next();
}

void unit_giver::clear_next() {
  for (;;) {
    // What comes back already, or is here again, is no remnant.
    const auto copies = store::read_staged(journal_);
    const auto comes = [this](const store::staged& s) {
      return overlap(s.prefix, order_.units.prefix);
    };
    if (!copies) return end(copies.error());
    if (desk_.serves_unit(order_.units.prefix) || std::ranges::any_of(*copies, comes)) {
      LOA_PROBE("move: the units come back before the rest of them is cleared");
      break;
    }
    const auto p = reader_->next();
    if (!p) return end(p.error());
    if (!*p) break;
    auto t = store::erasing(**p);
    if (t.empty()) continue;
    return desk_.commit(std::move(t), [this](const result<void>& settled) {
      settled ? clear_next() : end(settled);
    });
  }
  desk_.commit({store::noting(store::released{
                   order_.units.prefix, order_.epoch, order_.to, 0, 1, order_.units.without, {}})},
               [this](const result<void>& settled) { end(settled); });
}

void unit_giver::stop() {
  if (then_)
    std::exchange(then_, nullptr)(
        error{errc::unavailable, "The node stops; what becomes of the move it says later.", {}});
}

void unit_giver::fail(const error& why) {
  log_.write(log_level::error, "move", "Units were not moved; they go on here.",
             {{"prefix", order_.units.prefix.str()}, {"to", order_.to}, {"why", why.detail}});
  LOA_PROBE("move: fails, and the units stay");
  if (held_at_) desk_.let_go();
  why_ = why.detail;
  end(why);
}

void unit_giver::end(const result<void>& how) {
  const bool failed = step_ == move_step::clearing && !how;
  step_ = move_step::none;
  releasing_ = false;
  asked_.reset();
  again_.reset();
  held_at_.reset();
  compared_.reset();
  reader_.reset();
  record_.clear();
  sent_octets_ = 0;
  if (then_) std::exchange(then_, nullptr)(how);
  desk_.move_ended(failed);
}

} // namespace loa::node
