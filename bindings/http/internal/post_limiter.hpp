#pragma once

#include <loa/base/random.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

namespace loa::http {

/// Bounds how often one address posts without a token: a token bucket for each, which holds a
/// minute's posts and is filled evenly. Any thread.
///
/// The table has room for 65 536 addresses that posted within the last minute and takes 1 MiB once
/// somebody posts. An address that finds its row taken by others who post shares the bucket that is
/// fullest; which rows meet is decided by a secret of this process.
class post_limiter {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `per_minute` 0 admits everything and keeps nothing.
  post_limiter(std::size_t per_minute, random_source& random)
      : per_minute_(per_minute),
        secret_(random.next()) {}

  /// Nothing if the post is admitted, which counts it; else how long to wait before the next.
  [[nodiscard]] std::optional<std::chrono::seconds> refuse(std::uint64_t from, time_point now);

  [[nodiscard]] std::size_t per_minute() const noexcept { return per_minute_; }

private:
  static constexpr std::size_t rows = 8192;
  static constexpr std::size_t row_length = 8;

  /// The bucket as one number (the "generic cell rate algorithm"): when it will be full again.
  struct bucket {
    std::uint64_t from = 0;
    time_point full_at;
  };
  using row = std::array<bucket, row_length>;

  [[nodiscard]] bucket& bucket_of(std::uint64_t from, time_point now);

  const std::size_t per_minute_;
  const std::uint64_t secret_;
  std::mutex mutex_;
  std::unique_ptr<row[]> table_;
};

} // namespace loa::http
