#include <bindings/http/problem.hpp>

#include <boost/beast/http/status.hpp>
#include <nlohmann/json.hpp>

namespace loa::http {

int status_of(errc code) noexcept {
  switch (code) {
  case errc::malformed:
    return 400;
  case errc::unauthenticated:
    return 401;
  case errc::forbidden:
    return 403;
  case errc::not_found:
    return 404;
  case errc::conflict:
    return 409;
  case errc::too_large:
    return 413;
  case errc::unsupported:
    return 415;
  case errc::rule:
    return 422;
  case errc::too_many:
    return 429;
  case errc::unavailable:
  case errc::timeout:
  case errc::storage_full:
  case errc::storage:
  case errc::corrupt:
    return 503;
  case errc::version:
  case errc::internal:
    return 500;
  }
  return 500;
}

std::string_view reason_of(int status) noexcept {
  const auto phrase =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return {phrase.data(), phrase.size()};
}

std::string_view outward_detail(const error& why) noexcept {
  if (why.code == errc::corrupt)
    return "This unit's journal is damaged; the operator must look at the node's log.";
  if (status_of(why.code) == 500) return "Something failed inside this node; its log says what.";
  return why.detail;
}

std::string problem_body(int status, const error& why) {
  nlohmann::json body{{"type", "about:blank"}, {"title", reason_of(status)}, {"status", status}};
  body["detail"] = outward_detail(why);
  if (!why.pointer.empty()) body["pointer"] = why.pointer;
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace loa::http
