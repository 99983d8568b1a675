#include <bench/load/fanout.hpp>
#include <bench/scenario/frame_length.hpp>

namespace loa::bench {

result<std::size_t> frame_length(server_kind& of, conductor& c) {
  auto server = of.start(c, {});
  if (!server) return server.error();
  const auto& s = **server;
  fanout_plan one;
  one.subscribers = 1;
  one.warm_up = 0;
  one.messages = 1;
  auto measured = run_fanout(
      one, {s.host(), {s.port()}, s.port(), s.subscribers(), [&s] { return s.publisher(); }, {}},
      "BENCH-LENGTH0", [&c] { return c.stopped(); });
  if (!measured) return measured.error();
  const contender_record r{{}, {}, {}, {*std::move(measured)}};
  const auto octets = values_of(r, "message");
  if (octets.empty() || octets.front() == 0)
    return error{errc::unavailable, "The one citizen of the first try got no message.", {}};
  return static_cast<std::size_t>(octets.front());
}

} // namespace loa::bench
