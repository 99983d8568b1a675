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
    return 503;
  case errc::corrupt:
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

std::string problem_body(int status, const error& why) {
  nlohmann::json body{{"type", "about:blank"}, {"title", reason_of(status)}, {"status", status}};
  body["detail"] = status == 500 ? "Something failed inside this node; its log says what."
                                 : std::string_view(why.detail);
  if (!why.pointer.empty()) body["pointer"] = why.pointer;
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace loa::http
