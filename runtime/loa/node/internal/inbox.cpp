#include <loa/node/internal/inbox.hpp>
#include <loa/node/internal/outbox.hpp>

namespace loa::node {

void inbox::take(const name& from, const link::post_send& m, const handler& handle) {
  auto& r = lines_.try_emplace(from.str(), state_[from.str()], host_.core().link).first->second;
  carry_out(from, r.on(m), &handle);
}

void inbox::carry_out(const name& from, link::post_receiver::output out, const handler* handle) {
  auto& r = lines_.at(from.str());
  for (;;) {
    for (const auto& a : out.alarms) host_.alarm(a, from);
    for (auto& m : out.to_send) host_.send_frame(from, std::move(m));
    if (!out.delivered || !handle) return;
    const auto got = *std::move(out.delivered);
    out = record(from, r, got, *handle);
  }
}

link::post_receiver::output inbox::record(const name& from, link::post_receiver& r,
                                          const link::post_receiver::delivery& got,
                                          const handler& handle) {
  auto& core = host_.core();
  const auto& self = *host_.self();
  const auto what = "post from " + from.str() + " number " + std::to_string(got.number);
  draft d(self, host_.next_fact());
  result<void> done;
  if (max_post_crashes.reached_by(core.crashes.count(self, what))) {
    core.crashes.forget(self, what);
    done = error{errc::internal, "It crashed its receiver every time.", {}};
  } else {
    done = handle(from, *got.body, what, d);
  }
  if (!done) core.bury(self, what, done.error().detail);
  auto next =
      done ? r.applied(got.epoch, got.number) : r.refused(got.epoch, got.number, done.error());
  const post_taken taken{from, r.state()};
  d.fact(taken);
  apply(taken);
  host_.commit(d,
               [this, from, epoch = got.epoch, number = got.number](const result<void>& outcome) {
                 if (!outcome) return;
                 const auto found = lines_.find(from.str());
                 if (found == lines_.end()) return;
                 carry_out(from, found->second.committed(epoch, number), nullptr);
                 // A unit hears from very many reports, and from each only now and then.
                 if (found->second.idle()) lines_.erase(found);
               });
  return next;
}

} // namespace loa::node
