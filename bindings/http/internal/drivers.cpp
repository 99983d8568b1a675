#include <bindings/http/internal/device_session.hpp>
#include <bindings/http/internal/drivers.hpp>
#include <bindings/http/internal/stream_side.hpp>
#include <bindings/http/internal/worker.hpp>
#include <bindings/http/problem.hpp>
#include <loa/protocol/device.hpp>

namespace loa::http {

mailbox* stream_driver::box_of(connection_id id) const {
  return worker_of(id) < boxes_.size() ? boxes_[worker_of(id)].get() : nullptr;
}

bool stream_driver::deliver(const name&, std::uint64_t channel, const node::feed_entry_ptr& entry) {
  if (auto* box = box_of(channel)) box->push(mailbox::delivery{channel, entry});
  return false; // the client's acknowledgement follows
}

void stream_driver::call(const name& who, std::uint64_t channel, const wire::value& what) {
  auto* box = box_of(channel);
  const bool ours = box != nullptr;
  (ours ? *box : *boxes_.front()).push([who, channel, what, ours](worker& w) {
    bool there = false;
    if (ours)
      w.with(channel, [&](connection& c) {
        there = true;
        auto* side = dynamic_cast<stream_side*>(c.speaks());
        auto* client = side ? dynamic_cast<device_client*>(&side->session()) : nullptr;
        if (client) client->called(what, *side);
      });
    // What a device remembers of a client outlasts the process in which that was connected.
    if (!there) w.shared().node->tell(who, wire::value::of(device::detach{channel}));
  });
}

void stream_driver::restarted(const name& who) {
  for (const auto& box : boxes_)
    box->push([who](worker& w) {
      w.with_all([&who](connection& c) {
        auto* side = dynamic_cast<stream_side*>(c.speaks());
        if (side && side->session().who() == who) side->session().reattach();
      });
    });
}

void stream_driver::turned_away(const name& who, const name& feed) {
  const std::string why =
      "Too many follow " + std::string(feed.home().str()) + "; try again later.";
  for (const auto& box : boxes_)
    box->push([who, why](worker& w) {
      w.with_all([&](connection& c) {
        auto* side = dynamic_cast<stream_side*>(c.speaks());
        if (side && side->session().who() == who) side->close(close_code::try_later, why);
      });
    });
}

void stream_driver::rehomed() {
  for (const auto& box : boxes_)
    box->push([](worker& w) {
      w.with_all([&w](connection& c) {
        auto* side = dynamic_cast<stream_side*>(c.speaks());
        if (!side || !dynamic_cast<device_client*>(&side->session())) return;
        const auto& who = side->session().who();
        const auto where = w.shared().node->find(who.home());
        if (where.here || where.node == w.shared().options.node) return;
        side->close(close_code::try_later,
                    "This device lives on node " + where.node + " now; connect again.");
      });
    });
}

void close_stream(mailbox& box, connection_id id, const error& why) {
  box.push([id, why](worker& w) {
    w.with(id, [&why](connection& c) {
      auto* side = dynamic_cast<stream_side*>(c.speaks());
      if (!side) return;
      const bool later = status_of(why.code) >= 500 || why.code == errc::too_many;
      side->close(later ? close_code::try_later : close_code::policy, outward_detail(why));
    });
  });
}

} // namespace loa::http
