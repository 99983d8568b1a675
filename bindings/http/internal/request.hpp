#pragma once

#include <bindings/http/access.hpp>
#include <bindings/http/internal/gateway.hpp>
#include <bindings/http/internal/message.hpp>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace loa::http {

/// A request whose header has been read and whose caller is known.
struct request {
  method verb = method::get;
  std::string path;                  ///< As it came, without query.
  std::string query;                 ///< As it came, without '?'.
  std::array<std::string, 2> params; ///< What stood in the places of the pattern's {…}, decoded.
  std::string type;                  ///< Content-Type without parameters, in lower case.
  std::string idempotency_key;
  std::string authorization; ///< As it came.
  std::string body;
  caller who;

  /// A decoded query parameter; nothing if it is absent, or an error if it cannot be decoded.
  [[nodiscard]] result<std::optional<std::string>> parameter(std::string_view name) const;
};

/// Answers one request, once, from any thread. Copies share the request.
class responder {
public:
  using receiver = std::function<void(response)>;
  /// Of a request that came from another node.
  explicit responder(receiver to) : elsewhere_(std::make_shared<receiver>(std::move(to))) {}
  responder(std::shared_ptr<mailbox> box, connection_id to, std::uint32_t sequence)
      : box_(std::move(box)),
        to_(to),
        sequence_(sequence) {}
  void operator()(response r) const;

private:
  std::shared_ptr<receiver> elsewhere_; ///< Null: a connection of ours.
  std::shared_ptr<mailbox> box_;
  connection_id to_ = 0;
  std::uint32_t sequence_ = 0;
};

/// A request on its way through a call.
struct exchange {
  gateway& shared;
  http::request request;
  responder respond;
};

class stream_session;

/// One call of the interface.
struct endpoint {
  method verb = method::get;
  std::string_view pattern; ///< "/v1/units/{unit}/alerts"
  /// What must be allowed before the body is read; none where everybody may, or where the call
  /// looks itself.
  std::optional<call> right;
  /// Which parameter names the unit that `right` is about: itself, or as the front of an id or
  /// code.
  enum class unit_in : std::uint8_t { nowhere, as_path, as_id } where = unit_in::nowhere;
  void (*serve)(exchange) = nullptr;
  /// For streams instead of `serve`: the session, or the answer that refuses it.
  std::unique_ptr<stream_session> (*open)(gateway&, const request&, response& refusal) = nullptr;
  std::size_t most_body = 0;               ///< 0: takes no body.
  std::array<std::string_view, 3> types{}; ///< Media types that the body may have.
  bool counted = false; ///< Without a token it counts against the client's address.
};

/// The call that a path and a method mean.
struct route {
  const endpoint* found = nullptr;
  std::array<std::string, 2> params;
  std::string allowed; ///< The methods of this path, for Allow; empty if there is no such path.
};
[[nodiscard]] route find_route(method verb, std::string_view path);

/// What is wrong with a request as far as its method, path and caller tell; nothing if its call may
/// be made. Puts the call to `r`, its parameters and the caller's token to `q`.
[[nodiscard]] std::optional<response> judge_call(gateway& shared, request& q, route& r);
/// What is wrong with the type of its body.
[[nodiscard]] std::optional<response> judge_type(const endpoint& call, const request& q);

/// Percent-decodes (RFC 3986, section 2.1); nothing if it is cut short, not UTF-8 or has a NUL.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text,
                                                         bool plus_is_space = false);

} // namespace loa::http
