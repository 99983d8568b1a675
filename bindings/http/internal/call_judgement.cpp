#include <bindings/http/internal/request.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::http {

std::optional<response> judge_call(gateway& shared, request& q, route& r) {
  r = find_route(q.verb, q.path);
  if (r.allowed.empty()) return response::problem({errc::not_found, "There is no such call.", {}});
  if (q.verb == method::options) {
    response options{204, {}, {}, {}, false};
    options.fields.emplace_back("Allow", r.allowed);
    return options;
  }
  if (!r.found) {
    auto unknown = response::problem(
        405, {errc::unsupported,
              fmt::format("This call does not know the method; it knows {}.", r.allowed),
              {}});
    unknown.fields.emplace_back("Allow", r.allowed);
    return unknown;
  }
  q.params = std::move(r.params);
  if (!q.authorization.empty()) {
    auto token = shared.authority.check(q.authorization);
    if (!token) return response::problem(token.error());
    q.who.token = *std::move(token);
  }
  if (const auto& right = r.found->right) {
    auto unit = r.found->where == endpoint::unit_in::as_id ? model::unit_of(q.params[0])
                                                           : path::parse(q.params[0]);
    if (!unit) return response::problem({errc::not_found, unit.error().detail, {}});
    if (auto allowed = q.who.check(*right, *unit); !allowed)
      return response::problem(allowed.error());
    if (!shared.tree->find(*unit))
      return response::problem(
          {errc::not_found, fmt::format("The unit {} is not in this hierarchy.", unit->str()), {}});
  }
  return std::nullopt;
}

std::optional<response> judge_type(const endpoint& call, const request& q) {
  if (!q.type.empty() &&
      std::ranges::find(call.types, std::string_view(q.type)) != call.types.end())
    return std::nullopt;
  std::string known;
  for (const auto type : call.types)
    if (!type.empty()) known.append(known.empty() ? "" : ", ").append(type);
  return response::problem({errc::unsupported,
                            fmt::format("The Content-Type of the body must be one of: {}.", known),
                            {}});
}

} // namespace loa::http
