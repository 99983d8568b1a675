#include <loa/node/internal/outbox.hpp>
#include <loa/node/internal/stored_answers.hpp>

#include <stdexcept>

namespace loa::node {

limit max_waiting_posts{"node.waiting_posts", 10'000, 4};
limit max_post_crashes{"node.post_crashes", 3, 1};

void outbox::apply(const post_written& f) {
  auto& l = line_to(f.to);
  if (f.epoch != l.epoch) {
    l.epoch = f.epoch;
    l.since = f.number;
  }
  l.last = f.number;
  l.waiting.push_back({std::make_shared<const bytes>(f.message.data), f.awaited_by.data});
  if (!f.awaited_by.data.empty()) ++awaited_[f.awaited_by.data].letters;
}

void outbox::apply(const post_arrived& f) {
  arrivals none; // nobody waits for anything yet
  advance(line_to(f.to), f.number, none);
}

outbox::state outbox::durable() const {
  state s;
  for (const auto& [to, l] : lines_) {
    outgoing o{l.epoch, l.since, l.last, l.acked, {}, {}};
    o.waiting.reserve(l.waiting.size());
    for (const auto& waiting : l.waiting) {
      o.waiting.push_back({*waiting.body});
      if (!waiting.awaited_by.empty())
        o.awaited.push_back({l.acked + o.waiting.size(), {waiting.awaited_by}});
    }
    s.emplace(to, std::move(o));
  }
  return s;
}

void outbox::restore(state s) {
  for (auto& [to, o] : s) {
    const auto who = name::parse(to);
    if (!who) continue; // no such name was ever written
    auto& l = line_to(*who);
    l.epoch = o.epoch;
    l.since = o.since;
    l.last = o.last;
    l.acked = o.acked;
    for (auto& body : o.waiting)
      l.waiting.push_back({std::make_shared<const bytes>(std::move(body.data)), {}});
    for (auto& a : o.awaited) {
      if (a.number <= l.acked || a.number - l.acked > l.waiting.size()) continue;
      l.waiting[a.number - l.acked - 1].awaited_by = a.key.data;
      ++awaited_[a.key.data].letters;
    }
  }
}

std::size_t outbox::room_for(const name& to) const {
  const auto found = lines_.find(to.str());
  const auto waiting = found == lines_.end() ? 0 : found->second.waiting.size();
  return max_waiting_posts.exceeded_by(waiting + 1) ? 0 : max_waiting_posts - waiting;
}

result<std::uint64_t> outbox::write(const name& to, bytes record, bytes awaited_by, draft& d) {
  if (room_for(to) == 0)
    return error{errc::too_many,
                 "Too much post waits for \"" + to.str() + "\"; it must take some first.",
                 {}};
  const post_written written{to,
                             host_.core().epoch_of(*host_.self()),
                             line_to(to).last + 1,
                             {std::move(record)},
                             {std::move(awaited_by)}};
  d.fact(written);
  apply(written);
  return written.number;
}

outbox::line& outbox::line_to(const name& to) {
  const auto [at, fresh] = lines_.try_emplace(to.str());
  if (fresh) at->second.to = to;
  return at->second;
}

link::post_sender& outbox::sender_of(line& l) {
  if (l.sender) return *l.sender;
  const auto epoch = host_.core().epoch_of(*host_.self());
  const link::post_sender::line from{epoch, l.epoch < epoch ? l.last + 1 : l.since, l.acked};
  auto body = [&l](std::uint64_t number) -> link::shared_body {
    if (number <= l.acked || number > l.last) return nullptr;
    return l.waiting[number - l.acked - 1].body;
  };
  return l.sender.emplace(std::move(body), from, host_.core().parts.random.next(),
                          host_.core().link);
}

void outbox::open() {
  for (auto& [to, l] : lines_)
    if (!l.waiting.empty()) carry_out(l, sender_of(l).advance(l.last, host_.monotonic()));
}

void outbox::committed(const name& to, std::uint64_t number) {
  auto& l = line_to(to);
  carry_out(l, sender_of(l).advance(number, host_.monotonic()));
}

void outbox::when_arrived(const name& to, std::uint64_t number, outcome_handler then) {
  auto& l = line_to(to);
  if (l.acked >= number) return then({});
  l.waiters.push_back({number, std::move(then)});
}

void outbox::when_none_awaited(const bytes& key, outcome_handler then) {
  awaited_.at(key).then.push_back(std::move(then));
}

void outbox::carry_out(line& l, link::post_sender::output out) {
  for (const auto& a : out.alarms) host_.alarm(a, l.to);
  for (auto& m : out.to_send) host_.send_frame(l.to, std::move(m));
  if (out.next_timer) host_.wake_at(*out.next_timer);
}

void outbox::take(const name& from, const link::post_ack& m, const handler& handle) {
  const auto found = lines_.find(from.str());
  if (found == lines_.end() || !found->second.sender) return;
  auto& l = found->second;
  auto out = l.sender->on(m, host_.monotonic());
  const auto acked = out.acked;
  const auto refused = std::move(out.refused);
  carry_out(l, std::move(out));
  if (!acked) return;
  for (const auto& r : refused) put_back(l, r, handle);
  if (l.acked >= *acked) return;
  draft d(*host_.self(), host_.next_fact());
  commit(l, d, arrive(l, *acked, d));
}

// One transaction for each: what follows from it, and that it is no longer waited for.
void outbox::put_back(line& l, const link::post_refusal& r, const handler& handle) {
  auto& core = host_.core();
  const auto& self = *host_.self();
  const auto why = r.why.to_error();
  const auto what = "refusal of post to " + l.to.str() + " number " + std::to_string(r.number);
  draft d(self, host_.next_fact());
  // Those before it were taken.
  auto then = arrive(l, r.number - 1, d);
  const auto back = l.waiting.front();
  if (max_post_crashes.reached_by(core.crashes.count(self, what))) {
    core.bury(self, what, "It crashed its sender every time.");
    core.crashes.forget(self, what);
  } else if (auto done = handle({l.to, *back.body, why, what}, d); !done) {
    core.bury(self, what, done.error().detail);
  }
  if (!back.awaited_by.empty()) replace_answer(back.awaited_by, r.why, d);
  auto waiters = std::exchange(l.waiters, {});
  for (auto& w : waiters) {
    if (w.number != r.number) {
      l.waiters.push_back(std::move(w));
      continue;
    }
    then.emplace_back([waits = std::move(w.then), why](const result<void>& outcome) {
      waits(outcome ? result<void>(why) : outcome);
    });
  }
  auto rest = arrive(l, r.number, d);
  then.insert(then.end(), std::make_move_iterator(rest.begin()),
              std::make_move_iterator(rest.end()));
  commit(l, d, std::move(then));
}

void outbox::replace_answer(const bytes& key, const link::kept_error& why, draft& d) {
  auto& a = awaited_.at(key);
  if (std::exchange(a.refused, true)) return;
  auto kept = read_answer(host_.core().parts.journal, *host_.self(), key);
  if (!kept) throw std::runtime_error(kept.error().detail);
  if (!*kept || (*kept)->refusal) return;
  (*kept)->reply = {};
  (*kept)->refusal = why;
  write_answer(*host_.self(), key, **kept, d);
}

outbox::arrivals outbox::arrive(line& l, std::uint64_t number, draft& d) {
  arrivals then;
  if (number <= l.acked) return then;
  const post_arrived arrived{l.to, number};
  d.fact(arrived);
  advance(l, number, then);
  // The receiver has these for good, so nobody need wait for our journal.
  auto waiters = std::exchange(l.waiters, {});
  for (auto& w : waiters) {
    if (w.number <= number)
      w.then({});
    else
      l.waiters.push_back(std::move(w));
  }
  return then;
}

void outbox::advance(line& l, std::uint64_t number, arrivals& ended) {
  for (; l.acked < number && !l.waiting.empty(); ++l.acked) {
    const auto gone = std::move(l.waiting.front());
    l.waiting.pop_front();
    if (gone.awaited_by.empty()) continue;
    const auto found = awaited_.find(gone.awaited_by);
    if (found == awaited_.end() || --found->second.letters > 0) continue;
    for (auto& t : found->second.then) ended.push_back(std::move(t));
    awaited_.erase(found);
  }
}

void outbox::commit(line& l, draft& d, arrivals then) {
  host_.commit(d,
               [this, &l, number = l.acked, then = std::move(then)](const result<void>& outcome) {
                 for (const auto& t : then) t(outcome);
                 if (outcome && l.sender)
                   carry_out(l, l.sender->settled(number, host_.monotonic()));
               });
}

void outbox::reached(const std::string& node) {
  for (auto& [text, l] : lines_)
    if (l.sender && host_.core().is_on(node, l.to))
      carry_out(l, l.sender->reconnected(host_.monotonic()));
}

void outbox::tick() {
  const auto now = host_.monotonic();
  for (auto& [to, l] : lines_)
    if (l.sender) carry_out(l, l.sender->tick(now));
}

} // namespace loa::node
