#pragma once

#include <bench/harness/conductor.hpp>
#include <bench/load/protocol.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace loa::bench {

/// A server that runs and that publishers and subscribers can connect to. It ends with the object.
class running_server {
public:
  virtual ~running_server() = default;
  [[nodiscard]] virtual std::uint32_t host() const { return 0x7f000001; }
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// Its processes, for memory and processor time; none if it runs elsewhere.
  [[nodiscard]] virtual std::vector<int> processes() const = 0;
  [[nodiscard]] virtual std::unique_ptr<subscriber_protocol> subscribers() const = 0;
  [[nodiscard]] virtual std::unique_ptr<publisher_protocol> publisher() const = 0;
  /// Who publishes to the side topics; null where the server was started without any.
  [[nodiscard]] virtual std::unique_ptr<publisher_protocol> publisher_beside() const {
    return nullptr;
  }
  /// How its devices speak; null where it has none, and all are subscribers.
  [[nodiscard]] virtual std::unique_ptr<subscriber_protocol> devices() const { return nullptr; }
  /// What its publishers prove their right with; empty where nothing is asked.
  [[nodiscard]] virtual std::string token() const { return {}; }
};

/// What the messages are like, the same for all servers of a scenario.
struct message_shape {
  std::size_t octets = 1500; ///< Of a frame as a subscriber gets it, without the protocol's head.
  side_topics beside;        ///< What subscribers follow beside that.
  std::size_t octets_beside = 0; ///< Of a message to one of these.
};

/// A kind of server, and how it is set up for a scenario.
class server_kind {
public:
  virtual ~server_kind() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// Its version if it can be used here; else what to install.
  [[nodiscard]] virtual result<std::string> version() = 0;
  /// Everything that is set, of which nothing is tuned for one that is not tuned for all.
  [[nodiscard]] virtual std::vector<setting> settings() const { return {}; }
  /// Starts it, with no data of earlier runs, in a directory of its own, and waits until it serves.
  [[nodiscard]] virtual result<std::unique_ptr<running_server>> start(conductor& c,
                                                                      const message_shape& m) = 0;
};

/// So many units can one citizen's stream follow.
inline constexpr std::size_t units_of_bulletins = 16;

/// A Loa node with citizens on its lowest units and a publisher of alerts at its root, or of
/// bulletins at some units.
struct loa_options {
  std::string hierarchy;
  std::string alert;        ///< The text of a CAP alert.
  bool acknowledges = true; ///< Citizens acknowledge every frame, as real ones do.
  /// Other than 0: bulletins with a text of so many octets are published to some of the lowest
  /// units in turn, all of which each citizen follows, instead of alerts to the root.
  std::size_t bulletin_text = 0;
  std::size_t text_beside = 500; ///< Octets of the text of a bulletin to a side topic, a commune.
  std::size_t devices = 0;       ///< Registered in the communes in turn, and removed at the end.
  std::string role = "editor";   ///< Of the token, good at the root.
  std::string address; ///< "HOST:PORT" of a node that runs already; started here if empty.
  std::string token;   ///< For that node, an editor's at the root; with devices an administrator's.
  std::string device_token; ///< For that node, a device's at the root.
};
/// The lowest units of a hierarchy's file.
[[nodiscard]] result<std::vector<std::string>> lowest_units(const std::string& hierarchy);
[[nodiscard]] std::unique_ptr<server_kind> loa_server(loa_options o);

/// A bare loop with no logic that answers 202 to a POST and writes its body as one WebSocket frame
/// to everybody connected: what the machine and the load generator take by themselves.
[[nodiscard]] std::unique_ptr<server_kind> floor_server();
/// What the floor's own process does: serves until it is ended. Does not return well.
[[nodiscard]] result<void> serve_floor(std::uint16_t port);

/// nats-server as Debian ships it, core NATS: no promise that a message is kept.
[[nodiscard]] std::unique_ptr<server_kind> nats_server();

/// The same with a JetStream stream in files: accepted is what is written, and synced later; where
/// `synced`, what is on the disk, since its files are made synchronous.
[[nodiscard]] std::unique_ptr<server_kind> jetstream_server(bool synced);

/// mosquitto as Debian ships it, with quality of service 0 or 1 from end to end.
[[nodiscard]] std::unique_ptr<server_kind> mosquitto_server(unsigned quality);

/// ejabberd as Debian ships it, with XMPP's publish-subscribe.
[[nodiscard]] std::unique_ptr<server_kind> ejabberd_server();

/// PostgreSQL as Debian ships it: an insert and a notification in one transaction. For a few
/// listeners, since each takes a process.
[[nodiscard]] std::unique_ptr<server_kind> postgres_server();

/// One of the peers by its name; null if nobody has it.
[[nodiscard]] std::unique_ptr<server_kind> peer_named(const std::string& name);
/// Errors: the first of these peers that cannot be used here, for those who require all.
[[nodiscard]] result<void> all_there(const std::vector<std::string>& peers);

} // namespace loa::bench
