#include <bindings/cli/progress.hpp>
#include <bindings/cli/table.hpp>

#include <fmt/format.h>

#include <ostream>

namespace loa::cli {

using namespace std::chrono_literals;

namespace {
constexpr auto quiet = 2s;
} // namespace

progress::progress(std::ostream& to, bool live, steady_now now)
    : to_(to),
      live_(live),
      now_(std::move(now)) {}

void progress::begin(std::string what, std::uint64_t total) {
  what_ = std::move(what);
  total_ = total;
  last_ = 0;
  shown_ = false;
  began_ = now_();
  next_ = began_ + quiet;
}

void progress::at(std::uint64_t n) {
  last_ = n;
  const auto now = now_();
  if (now < next_) return;
  show(n, live_ ? "" : "\n");
  next_ = now + (live_ ? std::chrono::steady_clock::duration(200ms) : quiet);
}

void progress::end() {
  if (shown_) show(last_, "\n");
}

void progress::show(std::uint64_t n, std::string_view ending) {
  shown_ = true;
  const std::chrono::duration<double> took = now_() - began_;
  const auto amount = total_ == 0 ? std::string{}
                                  : fmt::format(": {} of {} ({} %)", grouped(n), grouped(total_),
                                                n >= total_ ? 100 : n * 100 / total_);
  to_ << fmt::format("{}{}{}, {:.0f} s{}", live_ ? "\r\x1b[K" : "", what_, amount, took.count(),
                     ending)
      << std::flush;
}

} // namespace loa::cli
