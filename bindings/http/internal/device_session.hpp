#pragma once

#include <bindings/http/internal/stream_session.hpp>

namespace loa::http {

class stream_side;

/// A session whose entity makes driver calls: a device's. On the stream's thread.
class device_client : public stream_session {
public:
  /// A call of the entity to the driver "device" for this client.
  virtual void called(const wire::value& what, stream_side& side) = 0;
};

} // namespace loa::http
