#pragma once

#include <bench/load/crowd.hpp>
#include <bench/load/publishing.hpp>

namespace loa::bench {

/// Messages at a fixed rate, and when each is meant to be sent.
struct row {
  publishing::plan plan;
  std::vector<crowd::steady::time_point> meant;
};

/// So many messages of that mark, from a moment after now on.
[[nodiscard]] row row_of(double rate, const std::string& mark, std::size_t messages);

/// Publishes a row and listens until everybody has it all, publishing fails or patience ends.
/// `expected` is called, if there is one, when the crowd has forgotten earlier rows.
void carry(const row& r, crowd& all, publishing& source, std::chrono::seconds patience,
           const std::function<bool()>& stopped, const std::function<void()>& expected = {});

[[nodiscard]] double in_ms(std::chrono::nanoseconds d);

} // namespace loa::bench
