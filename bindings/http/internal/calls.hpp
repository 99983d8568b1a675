#pragma once

#include <bindings/http/internal/request.hpp>
#include <bindings/http/internal/stream_session.hpp>

#include <functional>
#include <span>

/// \file
/// The calls of the interface, one source file per group. Each answers its exchange exactly once.
namespace loa::http {

// calls_alerts.cpp
void post_alert(exchange x);
void get_alert(exchange x);
// calls_atom.cpp
void get_atom(exchange x);
// calls_bulletins.cpp
void post_bulletin(exchange x);
void list_bulletins(exchange x);
// calls_units.cpp
void get_unit(exchange x);
// calls_figures.cpp
void get_delivery(exchange x);
void get_effectiveness(exchange x);
// calls_devices.cpp
void put_device(exchange x);
void delete_device(exchange x);
void list_devices(exchange x);
// calls_reports.cpp
void post_report(exchange x);
void get_report(exchange x);
void post_report_action(exchange x);
// calls_moves.cpp
void post_move(exchange x);
void get_move(exchange x);
// calls_health.cpp
void get_metrics(exchange x);
void get_health(exchange x);
void get_readiness(exchange x);
// citizen_session.cpp, device_session.cpp
std::unique_ptr<stream_session> open_citizen_stream(gateway& shared, const request& r,
                                                    response& refusal);
std::unique_ptr<stream_session> open_device_stream(gateway& shared, const request& r,
                                                   response& refusal);

/// All calls.
[[nodiscard]] std::span<const endpoint> endpoints() noexcept;

// -- what calls share -----------------------------------------------------------------------------

/// The unit in the path; its form has been checked.
[[nodiscard]] path unit_of_path(const request& r);
[[nodiscard]] name unit_entity(const path& unit);

/// The idempotency of a request: the client's key, apart for each caller, and what it covers: the
/// method, the target and what was sent.
[[nodiscard]] node::ask_options keyed(const request& r, std::string_view anonymous_caller = {});
/// SHA-256 in hexadecimal.
[[nodiscard]] std::string digest(bytes_view content);

/// A parameter that is a number not above `most`; `otherwise` where it is absent.
[[nodiscard]] result<std::uint64_t> number_parameter(const request& r, std::string_view name,
                                                     std::uint64_t otherwise, std::uint64_t most);

[[nodiscard]] inline error unexpected_answer() {
  return {errc::internal, "An entity gave an answer of another type than expected.", {}};
}

/// Asks and answers: an error becomes its problem; a reply of type `Reply` goes to `show`, which
/// makes the answer of it on the thread where it came.
template <class Reply, class Show>
void ask(exchange&& x, const name& to, wire::value command, node::ask_options options, Show show) {
  auto& node = *x.shared.node;
  node.ask(
      to, std::move(command),
      [respond = std::move(x.respond), show = std::move(show)](result<wire::value> answer) {
        if (!answer) return respond(response::problem(answer.error()));
        const auto* reply = answer->template get<Reply>();
        if (!reply) return respond(response::problem(unexpected_answer()));
        respond(show(*reply));
      },
      std::move(options));
}

} // namespace loa::http
