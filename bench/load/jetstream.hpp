#pragma once

#include <bench/load/protocol.hpp>

/// \file
/// JetStream through NATS' client protocol (docs.nats.io, reference, JetStream wire API): requests
/// are messages with a reply subject, and answers are JSON.
namespace loa::bench {

/// Publishing with a reply inbox: the PubAck that comes to it says that the stream has stored the
/// message. Subscribers are `nats_subscribers`, plain subscriptions to the stream's subjects.
class jetstream_publisher final : public publisher_protocol {
public:
  /// `inbox` is this connection's alone.
  jetstream_publisher(std::string inbox, std::size_t octets, side_topics to = {})
      : inbox_(std::move(inbox)),
        octets_(octets),
        to_(to) {}
  [[nodiscard]] std::string hello() override;
  [[nodiscard]] std::string publish(const std::string& identifier) override;
  std::size_t take(std::string_view in, publisher_events& to) override;

private:
  std::string inbox_;
  std::size_t octets_;
  side_topics to_;
};

/// Creates the stream that stores the messages of all subjects in files, and is ready when it is
/// there.
class jetstream_set_up final : public publisher_protocol {
public:
  [[nodiscard]] std::string hello() override;
  [[nodiscard]] std::string publish(const std::string&) override { return {}; }
  std::size_t take(std::string_view in, publisher_events& to) override;
};

} // namespace loa::bench
