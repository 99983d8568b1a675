#pragma once

#include <loa/base/result.hpp>

#include <optional>
#include <string>
#include <string_view>

/// \file
/// The messages of PostgreSQL's frontend/backend protocol, version 3.0 (its manual, chapter 55), as
/// many as a measuring client needs. Authentication is "trust".
namespace loa::bench {

struct postgres_message {
  char type = 0; ///< As section 55.7 lists them: 'Z' is ReadyForQuery.
  std::string_view body;
  std::size_t octets = 0; ///< Of the whole message.
};

/// The first message in `in`; nothing until it is whole. Errors: a length that is shorter than
/// itself, or beyond what anybody sends here.
[[nodiscard]] result<std::optional<postgres_message>> first_postgres_message(std::string_view in);

/// The payload of a NotificationResponse, if it is whole.
[[nodiscard]] std::optional<std::string_view> notification_in(const postgres_message& m);

/// Why the server says no, in its own words; nothing if it does not. A request for a password is a
/// no as well.
[[nodiscard]] std::optional<std::string> refusal_in(const postgres_message& m);

[[nodiscard]] std::string postgres_start(std::string_view user, std::string_view database);
/// Statements in the simple form.
[[nodiscard]] std::string postgres_query(std::string_view statements);
/// Prepares an unnamed statement with one text parameter; and runs it. Each ends with a Sync.
[[nodiscard]] std::string postgres_prepare(std::string_view statement);
[[nodiscard]] std::string postgres_run(std::string_view parameter);

} // namespace loa::bench
