#pragma once

#include <bench/load/protocol.hpp>

/// \file
/// Clients of an XMPP server (RFC 6120) with publish-subscribe (XEP-0060), one node for all. They
/// log in without an account (SASL ANONYMOUS, RFC 4505) and without TLS.
namespace loa::bench {

class xmpp_subscribers final : public subscriber_protocol {
public:
  [[nodiscard]] std::string hello(std::size_t n) const override;
  std::size_t take(std::string_view in, bool subscribed, subscriber_events& to) const override;
};

/// The result of the publishing request is the server's answer.
class xmpp_publisher final : public publisher_protocol {
public:
  explicit xmpp_publisher(std::size_t octets) : octets_(octets) {}
  [[nodiscard]] std::string hello() override;
  [[nodiscard]] std::string publish(const std::string& identifier) override;
  std::size_t take(std::string_view in, publisher_events& to) override;

private:
  std::size_t octets_;
};

/// Makes the node, to which anybody may publish, and is ready when it is there.
class xmpp_set_up final : public publisher_protocol {
public:
  [[nodiscard]] std::string hello() override;
  [[nodiscard]] std::string publish(const std::string&) override { return {}; }
  std::size_t take(std::string_view in, publisher_events& to) override;
};

} // namespace loa::bench
