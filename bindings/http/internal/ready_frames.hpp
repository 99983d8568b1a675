#pragma once

#include <bindings/http/internal/frame.hpp>
#include <bindings/http/internal/outbox.hpp>
#include <loa/model/bulletin.hpp>
#include <loa/node/effect.hpp>

#include <array>

namespace loa::http {

/// The WebSocket frames of feed entries, each built once however many clients get it. One thread.
class ready_frames {
public:
  /// The frame of an entry that has a body.
  [[nodiscard]] shared_text of(const node::feed_entry_ptr& entry) {
    auto& p = places_[reinterpret_cast<std::uintptr_t>(entry.get()) / 64 % places_.size()];
    p.used = true;
    if (p.entry == entry) return p.frame; // held, so the address is still its own
    auto frame = std::make_shared<std::string>();
    append_frame(*frame, opcode::text,
                 model::frame(entry->feed->home(), entry->entry.position, *entry->entry.body));
    p.entry = entry;
    p.frame = std::move(frame);
    return p.frame;
  }

  /// Forgets what nobody asked for since the last call.
  void sweep() {
    for (auto& p : places_)
      if (!std::exchange(p.used, false)) p = {};
  }

private:
  struct place {
    node::feed_entry_ptr entry;
    shared_text frame;
    bool used = false;
  };
  std::array<place, 1024> places_;
};

} // namespace loa::http
