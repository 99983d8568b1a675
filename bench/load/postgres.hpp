#pragma once

#include <bench/load/protocol.hpp>

/// \file
/// Clients of a PostgreSQL server: a row for each message, and a notification with the row's text.
namespace loa::bench {

/// The most octets of a notification, as PostgreSQL has it.
inline constexpr std::size_t longest_notification = 7999;

/// Each LISTENs on a connection of its own, as the server wants it.
class postgres_listeners final : public subscriber_protocol {
public:
  [[nodiscard]] std::string hello(std::size_t n) const override;
  std::size_t take(std::string_view in, bool subscribed, subscriber_events& to) const override;
};

/// Runs one prepared statement for each message, which inserts it and notifies of it. The statement
/// is a transaction: that it is complete says that the row is committed.
class postgres_publisher final : public publisher_protocol {
public:
  explicit postgres_publisher(std::size_t octets) : octets_(octets) {}
  [[nodiscard]] std::string hello() override;
  [[nodiscard]] std::string publish(const std::string& identifier) override;
  std::size_t take(std::string_view in, publisher_events& to) override;

private:
  std::size_t octets_;
  bool prepared_ = false;
  bool committed_ = false;
};

/// Makes the table, and is ready when it is there.
class postgres_set_up final : public publisher_protocol {
public:
  [[nodiscard]] std::string hello() override;
  [[nodiscard]] std::string publish(const std::string&) override { return {}; }
  std::size_t take(std::string_view in, publisher_events& to) override;

private:
  bool made_ = false;
};

} // namespace loa::bench
