#include <loa/node/internal/post_desk.hpp>

namespace loa::node {

namespace {
constexpr unsigned most_crashes = 3;
} // namespace

void post_desk::apply(const post_written& f) {
  auto& o = state_.out[f.to.str()];
  if (f.epoch != o.epoch) {
    o.epoch = f.epoch;
    o.since = f.number;
  }
  o.last = f.number;
  o.waiting.push_back(f.message);
}

void post_desk::apply(const post_arrived& f) {
  auto& o = state_.out[f.to.str()];
  while (o.acked < f.number && !o.waiting.empty()) {
    o.waiting.erase(o.waiting.begin());
    ++o.acked;
  }
}

result<std::uint64_t> post_desk::write(const name& to, bytes record, draft& d) {
  auto& o = state_.out[to.str()];
  if (o.waiting.size() >= most_waiting)
    return error{errc::too_many,
                 "Too much post waits for \"" + to.str() + "\"; it must take some first.",
                 {}};
  const post_written written{
      to, host_.core().epoch_of(*host_.self()), o.last + 1, {std::move(record)}};
  d.fact(written);
  apply(written);
  return written.number;
}

post_desk::line& post_desk::line_to(const std::string& to) {
  const auto found = lines_.find(to);
  if (found != lines_.end()) return found->second;
  const auto& o = state_.out[to];
  const auto epoch = host_.core().epoch_of(*host_.self());
  const link::post_sender::line from{epoch, o.epoch < epoch ? o.last + 1 : o.since, o.acked};
  auto body = [this, to](std::uint64_t number) -> link::shared_body {
    const auto& kept = state_.out[to];
    if (number <= kept.acked || number > kept.last) return nullptr;
    return std::make_shared<const bytes>(kept.waiting[number - kept.acked - 1].data);
  };
  return lines_
      .try_emplace(to,
                   line{*name::parse(to),
                        link::post_sender(std::move(body), from, host_.core().parts.random.next()),
                        {}})
      .first->second;
}

void post_desk::open() {
  for (const auto& [to, o] : state_.out) {
    if (o.waiting.empty()) continue;
    auto& l = line_to(to);
    carry_out(l, l.sender.advance(o.last, host_.monotonic()));
  }
}

void post_desk::committed(const name& to, std::uint64_t number) {
  auto& l = line_to(to.str());
  carry_out(l, l.sender.advance(number, host_.monotonic()));
}

void post_desk::when_arrived(const name& to, std::uint64_t number, std::function<void()> then) {
  auto& l = line_to(to.str());
  if (l.sender.acked() >= number) return then();
  l.waiters.push_back({number, std::move(then)});
}

void post_desk::carry_out(line& l, link::post_sender::output out) {
  for (const auto& a : out.alarms) host_.alarm(a, l.to);
  for (auto& m : out.to_send) host_.send_frame(l.to, std::move(m));
  if (out.next_timer) host_.wake_at(*out.next_timer);
  if (!out.acked) return;
  draft d(*host_.self(), host_.next_fact());
  const post_arrived arrived{l.to, *out.acked};
  d.fact(arrived);
  apply(arrived);
  host_.commit(d, {});
  auto waiters = std::exchange(l.waiters, {});
  for (auto& w : waiters) {
    if (w.number <= *out.acked)
      w.then();
    else
      l.waiters.push_back(std::move(w));
  }
}

void post_desk::take(const name& from, const link::post_ack& m) {
  const auto found = lines_.find(from.str());
  if (found != lines_.end())
    carry_out(found->second, found->second.sender.on(m, host_.monotonic()));
}

void post_desk::take(const name& from, const link::post_send& m, const handler& handle) {
  auto& r = receivers_.try_emplace(from.str(), state_.in[from.str()]).first->second;
  carry_out(from, r.on(m), &handle);
}

void post_desk::carry_out(const name& from, link::post_receiver::output out,
                          const handler* handle) {
  auto& r = receivers_.at(from.str());
  for (;;) {
    for (const auto& a : out.alarms) host_.alarm(a, from);
    for (auto& m : out.to_send) host_.send_frame(from, std::move(m));
    if (!out.delivered || !handle) return;
    const auto got = *std::move(out.delivered);
    out = {};
    record(from, r, got, *handle, out);
  }
}

void post_desk::record(const name& from, link::post_receiver& r,
                       const link::post_receiver::delivery& got, const handler& handle,
                       link::post_receiver::output& next) {
  auto& core = host_.core();
  const auto what = "post from " + from.str() + " number " + std::to_string(got.number);
  draft d(*host_.self(), host_.next_fact());
  if (core.crashes.count(*host_.self(), what) >= most_crashes) {
    core.bury(*host_.self(), what, "It crashed its receiver every time.");
    core.crashes.forget(*host_.self(), what);
  } else if (auto done = handle(from, *got.body, what, d); !done) {
    core.bury(*host_.self(), what, done.error().detail);
  }
  next = r.applied(got.epoch, got.number);
  const post_taken taken{from, r.state()};
  d.fact(taken);
  apply(taken);
  host_.commit(d,
               [this, from, epoch = got.epoch, number = got.number](const result<void>& outcome) {
                 if (!outcome) return;
                 if (const auto found = receivers_.find(from.str()); found != receivers_.end())
                   carry_out(from, found->second.committed(epoch, number), nullptr);
               });
}

void post_desk::reached(const std::string& node) {
  for (auto& [text, l] : lines_)
    if (host_.core().is_on(node, l.to)) carry_out(l, l.sender.reconnected(host_.monotonic()));
}

void post_desk::tick() {
  const auto now = host_.monotonic();
  for (auto& [to, l] : lines_) carry_out(l, l.sender.tick(now));
}

} // namespace loa::node
