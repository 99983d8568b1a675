#include <loa/node/internal/fan_out.hpp>

#include <caf/make_counted.hpp>

#include <utility>

namespace loa::node {

fan_out::fan_out(feed_entry_ptr entry)
    : entry_(std::move(entry)),
      woken_(caf::make_counted<turn>()) {}

fan_out::~fan_out() = default;

void fan_out::add(receiver& to) {
  auto& c = copies_[used_++];
  c.of = this;
  ref();
  if (to.mailbox_.push(mail(&c)) != mailbox::pushed::first) return;
  to.ref();
  woken_->receivers[woken_->count++] = &to;
}

void fan_out::send(caf::execution_unit* here) {
  if (woken_->count > 0) here->exec_later(woken_.release());
}

fan_out::turn::~turn() {
  for (std::uint32_t i = 0; i < count; ++i) receivers[i]->deref();
}

caf::resumable::resume_result fan_out::turn::resume(caf::execution_unit* here,
                                                    std::size_t throughput) {
  const auto all = std::exchange(count, 0);
  for (std::uint32_t i = 0; i < all; ++i) {
    auto* r = receivers[i];
    if (r->resume(here, throughput) == resume_later)
      here->exec_later(r); // the reference goes along
    else
      r->deref();
  }
  return done;
}

const feed_entry_ptr& entry_in(const envelope& e) {
  return static_cast<const fan_out::copy&>(e).of->entry_;
}

} // namespace loa::node
