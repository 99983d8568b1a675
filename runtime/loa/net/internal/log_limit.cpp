#include <loa/net/internal/log_limit.hpp>

#include <utility>

namespace loa::net {

bool log_limit::allows(std::string_view address, instant now) {
  const auto over = [&](const auto& entry) { return now - entry.second >= pause; };
  const auto known = last_.find(address);
  if (known == last_.end() && last_.size() >= most_addresses) std::erase_if(last_, over);
  if (known == last_.end() ? last_.size() >= most_addresses : !over(*known)) {
    ++left_out_;
    return false;
  }
  if (known == last_.end())
    last_.emplace(address, now);
  else
    known->second = now;
  return true;
}

std::uint64_t log_limit::take_left_out() noexcept {
  return std::exchange(left_out_, 0);
}

} // namespace loa::net
