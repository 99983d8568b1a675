#include <bench/scenario/outage.hpp>
#include <bindings/node/ask_window.hpp>
#include <bindings/node/split_driver.hpp>
#include <bindings/node/station.hpp>
#include <loa/protocol/citizen.hpp>

#include <fmt/format.h>

#include <atomic>
#include <istream>
#include <memory>
#include <mutex>
#include <ostream>
#include <thread>
#include <vector>

namespace loa::bench {

namespace {

using namespace std::chrono_literals;

/// Sessions that note who has had the alert with a mark.
class marking_clients final : public node::driver {
public:
  explicit marking_clients(std::size_t sessions) : has_(sessions) {}

  void expect(const std::string& mark) {
    const std::lock_guard lock(mutex_);
    mark_ = mark;
    known_.reset();
    for (auto& h : has_) h = 0;
    count_ = 0;
  }
  [[nodiscard]] bool complete() const { return count_ == has_.size(); }

  void call(const name&, std::uint64_t, const wire::value&) override {}
  bool deliver(const name&, std::uint64_t channel, const node::feed_entry_ptr& entry) override {
    const auto session = channel & ~host::in_process;
    if (session < has_.size() && is_marked(entry) && has_[session].exchange(1) == 0) ++count_;
    return true;
  }
  void restarted(const name&) override {}

private:
  /// A feed hands the same entry to all who follow it: it is looked into once.
  bool is_marked(const node::feed_entry_ptr& entry) {
    const std::lock_guard lock(mutex_);
    if (mark_.empty()) return false;
    if (known_ && known_->first == entry) return known_->second;
    const auto& body = entry->entry.body;
    const bool marked = body && std::string_view(*body).find(mark_) != std::string_view::npos;
    known_ = {entry, marked};
    return marked;
  }

  std::mutex mutex_;
  std::string mark_;
  std::optional<std::pair<node::feed_entry_ptr, bool>> known_;
  std::vector<std::atomic<unsigned char>> has_;
  std::atomic<std::size_t> count_{0};
};

result<void> attach(host::station& at, std::size_t sessions) {
  std::vector<path> lowest;
  for (const auto& u : at.tree().all())
    if (at.tree().children(u.unit).empty() && at.node().find(u.unit).here) lowest.push_back(u.unit);
  if (lowest.empty()) return error{errc::not_found, "This node hosts no lowest unit.", {}};
  host::ask_window asking(at.node(), 4'096);
  for (std::size_t i = 0; i < sessions; ++i)
    asking.ask(name::of("citizen", *path::parse(fmt::format("s{}", i))),
               wire::value::of(citizen::attach{
                   host::in_process | i, {{lowest[i % lowest.size()], std::nullopt}}, false}));
  return asking.finish();
}

} // namespace

result<void> hold_district(const std::string& config, std::size_t sessions, const std::string& mark,
                           std::istream& in, std::ostream& out) {
  const auto checked = host::read_config(config);
  if (!checked.value) return checked.mistakes.front();
  marking_clients clients(sessions);
  clients.expect(mark);
  host::station_parts parts;
  parts.citizens = &clients;
  auto station = host::station::open(*checked.value, std::move(parts));
  if (!station) return station.error();
  out << "serving" << std::endl;
  if (auto good = attach(**station, sessions); !good) return good.error();
  out << "attached" << std::endl;
  std::string next = mark;
  do {
    if (next.empty()) continue;
    if (next != mark) clients.expect(next);
    out << "expecting" << std::endl;
    while (!clients.complete()) std::this_thread::sleep_for(1ms);
    out << "all" << std::endl;
  } while (std::getline(in, next));
  (void)(*station)->stop();
  return {};
}

} // namespace loa::bench
