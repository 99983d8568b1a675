#pragma once

#include <bindings/http/internal/request.hpp>
#include <loa/node/service.hpp>

/// \file
/// Calls for units that live on other nodes. The gateway that a client talks to judges the call,
/// and hands it on whole to the gateway of the node that hosts the unit; that one judges it again,
/// the caller's token included, as if the client had come to it.
namespace loa::http {

/// The unit that a call is about; nothing if it is about none, or names one that cannot be.
[[nodiscard]] std::optional<path> home_of(const endpoint& call, const request& q);

/// True if the call's unit lives on another node: then it has been passed on there, or answered
/// with where to go, as the options say.
[[nodiscard]] bool pass_on(exchange& x, const endpoint& call);

/// For a stream that can be served only where its unit lives: the answer that says where. Nothing
/// if that is here.
[[nodiscard]] std::optional<response> directed_elsewhere(gateway& shared, const endpoint& call,
                                                         const request& q);

/// Serves calls that other nodes pass on. The gateway outlives it.
[[nodiscard]] node::service forwarding_service(gateway& shared);

} // namespace loa::http
