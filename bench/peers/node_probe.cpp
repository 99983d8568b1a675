#include <bench/load/http_line.hpp>
#include <bench/load/http_messages.hpp>
#include <bench/peers/node_probe.hpp>

#include <fmt/format.h>

namespace loa::bench {

namespace {

constexpr auto patience = std::chrono::seconds(5);

error wrong(std::string why) {
  return {errc::unavailable, std::move(why), {}};
}

/// A node's answer, whatever it is; an error where no node answers.
result<http_line::answer> asked(std::uint32_t host, std::uint16_t port, const std::string& address,
                                const std::string& request) {
  auto line = http_line::open(host, port);
  if (!line) return line.error();
  auto answer = line->exchange(request, patience);
  if (!answer)
    return wrong(
        fmt::format("No node serves HTTP at {} ({}) Start one there with loa node, or name "
                    "another address with --node; TLS is not spoken here.",
                    address, answer.error().detail));
  // What a node says is JSON about a unit, or a problem in the sense of RFC 9457.
  const auto& body = answer->body;
  const bool ours = body.starts_with('{') &&
                    (answer->status == 200 ? body.find("\"unit\"") != std::string::npos
                                           : body.find("\"title\"") != std::string::npos &&
                                                 body.find("\"detail\"") != std::string::npos);
  if (!ours)
    return wrong(fmt::format("What answers at {} is no Loa node; name the address of one with "
                             "--node.",
                             address));
  return answer;
}

/// What stands in "detail"; all of it if that cannot be found.
std::string detail_of(const std::string& problem) {
  constexpr std::string_view key = "\"detail\":\"";
  const auto at = problem.find(key);
  if (at == std::string::npos) return problem.substr(0, 300);
  std::string out;
  for (auto i = at + key.size(); i < problem.size() && problem[i] != '"'; ++i) {
    if (problem[i] == '\\') ++i;
    if (i < problem.size()) out += problem[i];
  }
  return out;
}

/// An error if that answer refuses what the token should admit.
result<void> admitted(const http_line::answer& a, const std::string& address, std::string_view what,
                      std::string_view option) {
  if (a.status != 401 && a.status != 403) return {};
  return error{errc::forbidden,
               fmt::format("The node at {} does not let this token {}: {} Make one there with loa "
                           "token add, and name its file with {}.",
                           address, what, detail_of(a.body), option),
               {}};
}

} // namespace

result<void> probe_node(std::uint32_t host, std::uint16_t port, const std::string& address,
                        const std::string& root, const std::string& lowest,
                        const std::string& token) {
  for (const auto& unit : {root, lowest}) {
    const auto seen = asked(host, port, address, get_request("/v1/units/" + unit, token));
    if (!seen) return seen.error();
    if (auto good = admitted(*seen, address, "read", "--token-file"); !good) return good.error();
    if (seen->status == 404)
      return error{errc::not_found,
                   fmt::format("The node at {} has no unit {}; name the hierarchy that it runs "
                               "with by --hierarchy.",
                               address, unit),
                   {}};
    if (seen->status != 200)
      return wrong(
          fmt::format("The node at {} cannot be measured now: {}", address, detail_of(seen->body)));
  }
  // Rights are judged before the body, and an empty alert is none.
  const auto post = asked(
      host, port, address,
      post_request(fmt::format("/v1/units/{}/alerts", root), "application/cap+xml", token, {}));
  if (!post) return post.error();
  if (auto good = admitted(*post, address, fmt::format("publish at {}", root), "--token-file");
      !good)
    return good.error();
  return {};
}

result<void> probe_for_devices(std::uint32_t host, std::uint16_t port, const std::string& address,
                               const std::string& unit, const std::string& token,
                               const std::string& device_token) {
  // No name can be so long that a device has it, and rights are judged before names.
  const std::string nobody(97, 'x');
  const auto put = asked(
      host, port, address,
      other_request("PUT", fmt::format("/v1/units/{}/devices/{}", unit, nobody), token, "{}"));
  if (!put) return put.error();
  if (auto good = admitted(*put, address, "register devices", "--token-file"); !good)
    return good.error();
  const auto stream =
      asked(host, port, address,
            upgrade_request(fmt::format("/v1/devices/{}/{}/stream", unit, nobody), device_token));
  if (!stream) return stream.error();
  return admitted(*stream, address, "be a device", "--device-token-file");
}

} // namespace loa::bench
