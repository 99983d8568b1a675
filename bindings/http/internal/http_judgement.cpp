#include <bindings/http/internal/http_side.hpp>
#include <bindings/http/internal/worker.hpp>

#include <boost/beast/core/string.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace loa::http {

using boost::beast::http::field;

namespace {

constexpr std::size_t most_key = 128;

using header = boost::beast::http::fields;

/// Only "100-continue" can be met (RFC 9110, section 10.1.1).
bool is_met(const header& head) {
  const auto [from, to] = head.equal_range(field::expect);
  return std::all_of(
             from, to,
             [](const auto& f) { return boost::beast::iequals(f.value(), "100-continue"); }) &&
         std::distance(from, to) <= 1;
}

} // namespace

error http_side::too_large() const {
  return {errc::too_large,
          fmt::format("The body of this request may have at most {} octets.", most_body()),
          {}};
}

std::optional<response> http_side::judge() {
  const auto& head = parser_->get();
  if (head.version() == 11 && head.count(field::host) != 1)
    return response::problem({errc::malformed, "The header needs one Host field.", {}});
  if (head.count(field::authorization) > 1)
    return response::problem({errc::malformed, "There is more than one Authorization field.", {}});
  if (head.version() == 11 && !is_met(head))
    return response::problem(417,
                             {errc::unsupported, "Only \"Expect: 100-continue\" can be met.", {}});
  if (request_.verb == method::options && request_.path == "*") {
    response r{204, {}, {}, {}, false}; // the server as a whole: RFC 9110, section 9.3.7
    r.fields.emplace_back("Allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
    return r;
  }
  if (auto wrong = judge_call(shared(), request_, route_)) return wrong;
  if (auto wrong = judge_key()) return wrong;
  if (auto wrong = judge_body()) return wrong;
  return judge_pace();
}

std::optional<response> http_side::judge_pace() {
  if (!route_.found->counted || request_.who.token) return std::nullopt;
  const auto wait = shared().posts.refuse(connection_.from(), connection_.home().now());
  if (!wait) return std::nullopt;
  shared().figures.refused_posts.add();
  auto r = response::problem(
      {errc::too_many,
       fmt::format("Your address may post {} times a minute without a token; come back in {} s.",
                   shared().posts.per_minute(), wait->count()),
       {}});
  r.fields = {{"Retry-After", std::to_string(wait->count())}};
  return r;
}

std::optional<response> http_side::judge_body() {
  const auto& head = parser_->get();
  const auto& call = *route_.found;
  const auto length = parser_->content_length();
  const bool has_body = !parser_->is_done();
  if (call.most_body == 0) {
    if (has_body) return response::problem({errc::malformed, "This call takes no body.", {}});
    return std::nullopt;
  }
  if (length && *length > most_body()) return response::problem(too_large());
  if (head.count(field::content_encoding) != 0 &&
      !boost::beast::iequals(head[field::content_encoding], "identity"))
    return response::problem({errc::unsupported, "Bodies are not compressed here.", {}});
  return judge_type(call, request_);
}

std::optional<response> http_side::judge_key() {
  const auto keys = parser_->get().count("Idempotency-Key");
  if (keys == 0 || request_.verb == method::get || request_.verb == method::head)
    return std::nullopt;
  const auto& key = request_.idempotency_key;
  if (keys > 1 || key.empty() || key.size() > most_key ||
      !std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; }))
    return response::problem(
        {errc::malformed, "An Idempotency-Key has 1 to 128 visible characters.", {}});
  return std::nullopt;
}

} // namespace loa::http
