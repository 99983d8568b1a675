#include "answering_server.hpp"

#include <bench/load/pipelines.hpp>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <mutex>

using namespace loa;
using namespace loa::bench;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t here = 0x7f000001;

/// Answers each whole request with the number in it, and notes how many came at once.
class echo {
public:
  echo() : server_([this](std::size_t c, const std::string& got) { return answer(c, got); }) {}
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  [[nodiscard]] std::size_t most_at_once() const {
    const std::lock_guard lock(mutex_);
    return most_;
  }

private:
  std::string answer(std::size_t c, const std::string& got) {
    const std::lock_guard lock(mutex_);
    if (rest_.size() <= c) rest_.resize(c + 1);
    auto& in = rest_[c];
    in += got;
    std::string out;
    std::size_t count = 0;
    for (std::size_t end; (end = in.find("\r\n\r\n")) != std::string::npos; ++count) {
      const auto number = in.substr(5, in.find(' ', 5) - 5);
      out += fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", number.size(), number);
      in.erase(0, end + 4);
    }
    most_ = std::max(most_, count);
    return out;
  }

  mutable std::mutex mutex_;
  std::vector<std::string> rest_;
  std::size_t most_ = 0;
  answering_server server_;
};

std::string request_of(std::size_t n) {
  return fmt::format("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", n);
}

} // namespace

TEST_CASE("each request over pipelined connections gets its own answer") {
  echo server;
  auto lines = pipelines::open(here, server.port(), 3, 16);
  REQUIRE(lines);
  std::vector<std::size_t> got(2'000, 0);
  pipelines::row r;
  r.count = got.size();
  r.request = request_of;
  r.answer = [&](std::size_t n, int status, std::string_view body) {
    CHECK(status == 200);
    CHECK(body == std::to_string(n));
    ++got[n];
  };
  const auto out = lines->carry(r, 10s, [] { return false; });
  REQUIRE(out);
  CHECK(std::ranges::all_of(got, [](auto times) { return times == 1; }));
  CHECK(out->answers.count() == got.size());
  CHECK(server.most_at_once() <= 16);
}

TEST_CASE("a row at a rate takes as long as it says, however quick the server is") {
  echo server;
  auto lines = pipelines::open(here, server.port(), 2, 4);
  REQUIRE(lines);
  pipelines::row r;
  r.count = 200;
  r.rate = 1'000;
  r.request = request_of;
  const auto out = lines->carry(r, 10s, [] { return false; });
  REQUIRE(out);
  CHECK(out->lasted >= 199ms);
}

TEST_CASE("a row ends with an error when the server hangs up, and when somebody wants an end") {
  answering_server server([](auto, const auto&) { return std::string(); });
  auto lines = pipelines::open(here, server.port(), 1, 4);
  REQUIRE(lines);
  pipelines::row r;
  r.count = 10;
  r.request = request_of;
  CHECK_FALSE(lines->carry(r, 10s, [] { return false; }));
  answering_server silent([](auto, const auto&) { return std::string("HTTP"); });
  auto others = pipelines::open(here, silent.port(), 1, 4);
  REQUIRE(others);
  CHECK_FALSE(others->carry(r, 10s, [] { return true; }));
}
