#pragma once

#include <bindings/http/internal/frame.hpp>
#include <bindings/http/internal/mailbox.hpp>
#include <bindings/http/internal/request.hpp>
#include <loa/node/effect.hpp>

#include <optional>
#include <string_view>

namespace loa::http {

/// What a session may do with the stream that it lives on. On the stream's thread.
class stream {
public:
  virtual ~stream() = default;
  [[nodiscard]] virtual connection_id id() const = 0;
  virtual void send_text(std::string_view message) = 0;
};

/// What a stream is for: it knows the entity behind it and what its client may say. On the stream's
/// thread.
class stream_session {
public:
  virtual ~stream_session() = default;
  /// The entity that the stream belongs to.
  [[nodiscard]] virtual const name& who() const = 0;
  /// What the entity is asked before the stream opens; an error is the answer to the client
  /// instead. Nothing where there is no need.
  [[nodiscard]] virtual std::optional<wire::value> question() const { return std::nullopt; }
  /// The stream is open: first words, then the entity is told of its client.
  virtual void opened(stream& s) = 0;
  /// The entity crashed and has forgotten its client.
  virtual void reattach() = 0;
  /// An entry is on its way to the client. False if it is not for it.
  virtual bool delivered(const node::feed_entry_ptr& entry) = 0;
  /// A message of the client; a fault ends the stream.
  [[nodiscard]] virtual std::optional<stream_fault> said(std::string_view message) = 0;
  /// The client is gone.
  virtual void closed() = 0;
};

/// Tells the entity of its client; if it refuses, the stream is closed with its words.
void attach_or_close(gateway& shared, const name& who, wire::value command, connection_id channel);
/// Closes a stream from any thread.
void close_stream(mailbox& box, connection_id id, const error& why);

} // namespace loa::http
