#pragma once

#include <loa/base/random.hpp>
#include <loa/sim/disk.hpp>
#include <loa/store/writer.hpp>

#include <functional>

namespace loa::sim {

/// A writer whose thread is a row of events in virtual time: it wakes, takes a group, commits it
/// after what the disk takes, and tells of it. One thread.
class virtual_writer final : public store::writer {
public:
  /// Does something later, unless the process is gone by then; a frozen one does it when it thaws.
  using later = std::function<void(micros, std::function<void()>)>;

  virtual_writer(disk& on, seeded_random& random, later after)
      : disk_(on),
        random_(random),
        after_(std::move(after)),
        inner_(on.journal()) {}

  void submit(store::submission s) override;
  [[nodiscard]] std::uint64_t generation() const noexcept override { return inner_.generation(); }

  /// One group at once, for a process that stops in order; false if nothing waits.
  bool hurry();
  /// The process dies. What was being committed lasts or is lost, as the seed says; nobody is told
  /// of anything any more.
  void die();

private:
  void wake();
  void take();
  void commit();
  void tell();

  disk& disk_;
  seeded_random& random_;
  later after_;
  store::stepped_writer inner_;
  bool awake_ = false;
  bool dead_ = false;
};

} // namespace loa::sim
