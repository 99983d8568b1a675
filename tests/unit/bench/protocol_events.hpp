#pragma once

#include <bench/load/protocol.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace loa::bench {

/// What a protocol said, in its order, as words: "subscribed", "message TEXT", "failed".
class heard final : public subscriber_events, public publisher_events {
public:
  std::vector<std::string> said;
  std::string replies;
  std::string why;

  void subscribed() override { said.emplace_back("subscribed"); }
  void message(std::string_view text) override { said.push_back("message " + std::string(text)); }
  void ready() override { said.emplace_back("ready"); }
  void accepted() override { said.emplace_back("accepted"); }
  void reply(std::string octets) override { replies += octets; }
  void failed(std::string reason) override {
    said.emplace_back("failed");
    if (why.empty()) why = std::move(reason);
  }
};

/// Lets `take` have the pieces as a connection would: with what it left of the earlier ones before.
inline void feed(const std::vector<std::string_view>& pieces, auto take) {
  std::string rest;
  for (const auto piece : pieces) {
    rest += piece;
    rest.erase(0, take(std::string_view(rest)));
  }
}

inline heard hear(const subscriber_protocol& p, const std::vector<std::string_view>& pieces) {
  heard out;
  feed(pieces, [&](std::string_view in) {
    const bool subscribed = !out.said.empty() && out.said.front() == "subscribed";
    return p.take(in, subscribed, out);
  });
  return out;
}

inline heard hear(publisher_protocol& p, const std::vector<std::string_view>& pieces) {
  heard out;
  feed(pieces, [&](std::string_view in) { return p.take(in, out); });
  return out;
}

/// The octets in two pieces, for every place where they can be cut, and one by one. They live as
/// long as `all`.
inline std::vector<std::vector<std::string_view>> cuts_of(const std::string& all) {
  const std::string_view octets = all;
  std::vector<std::vector<std::string_view>> out;
  for (std::size_t i = 0; i <= octets.size(); ++i)
    out.push_back({octets.substr(0, i), octets.substr(i)});
  out.emplace_back();
  for (std::size_t i = 0; i < octets.size(); ++i) out.back().push_back(octets.substr(i, 1));
  return out;
}

std::vector<std::vector<std::string_view>> cuts_of(std::string&&) = delete;

using words = std::vector<std::string>;

} // namespace loa::bench
