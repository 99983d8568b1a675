#include <bench/harness/conductor.hpp>
#include <bench/measure/machine.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

struct entry {
  std::unique_ptr<contender> who;
  contender_record record;
  bool ours = false;
};

/// Who can be used here, with versions.
result<std::vector<entry>> admit(std::vector<std::unique_ptr<contender>> contenders, conductor& c,
                                 section& into) {
  std::vector<entry> out;
  for (auto& who : contenders) {
    const bool ours = &who == &contenders.front();
    auto version = who->version();
    if (!version) {
      if (ours || c.require_peers()) return version.error();
      into.warnings.push_back(
          fmt::format("{} is left out: {}", who->name(), version.error().detail));
      c.say(into.warnings.back());
      continue;
    }
    contender_record record{who->name(), *std::move(version), who->settings(), {}};
    out.push_back({std::move(who), std::move(record), ours});
  }
  return out;
}

} // namespace

result<std::filesystem::path> conductor::directory(const std::string& name) const {
  auto out = parts_.scratch / name;
  std::error_code wrong;
  std::filesystem::remove_all(out, wrong);
  std::filesystem::create_directories(out, wrong);
  if (wrong)
    return error{
        errc::storage,
        fmt::format("{}: the directory cannot be made: {}.", out.string(), wrong.message()),
        {}};
  return out;
}

result<void> measure_all(std::vector<std::unique_ptr<contender>> contenders, conductor& c,
                         section& into) {
  auto admitted = admit(std::move(contenders), c, into);
  if (!admitted) return admitted.error();
  std::optional<error> failed;
  for (std::size_t n = 0; n < c.repetitions() && !c.stopped() && !failed; ++n) {
    std::vector<entry*> order;
    for (auto& e : *admitted) order.push_back(&e);
    if (n % 2 == 1) std::ranges::reverse(order);
    for (auto* e : order) {
      if (c.stopped()) break;
      c.say(fmt::format("{}: {}, {} of {}", into.scenario, e->record.name, n + 1, c.repetitions()));
      auto measured = e->who->measure(n, c);
      if (measured) {
        e->record.repetitions.push_back(*std::move(measured));
        continue;
      }
      if (c.stopped()) break;
      if (e->ours) {
        failed = measured.error();
        break;
      }
      into.warnings.push_back(fmt::format("{} failed and was left out from repetition {} on: {}",
                                          e->record.name, n + 1, measured.error().detail));
      c.say(into.warnings.back());
      e->who.reset();
    }
    std::erase_if(*admitted, [&](entry& e) {
      if (e.who) return false;
      if (!e.record.repetitions.empty()) into.contenders.push_back(std::move(e.record));
      return true;
    });
  }
  // Ours first, whoever failed before.
  auto& all = into.contenders;
  for (auto& e : *admitted) all.insert(e.ours ? all.begin() : all.end(), std::move(e.record));
  for (const auto& record : all) {
    auto more = doubts(record);
    into.warnings.insert(into.warnings.end(), more.begin(), more.end());
  }
  if (failed) return *failed;
  return {};
}

} // namespace loa::bench
