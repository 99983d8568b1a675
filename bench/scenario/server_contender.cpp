#include <bench/scenario/server_contender.hpp>
#include <loa/base/random.hpp>

namespace loa::bench {

result<repetition> server_contender::measure(std::size_t number, conductor& c) {
  auto server = kind_->start(c, shape_);
  if (!server) return server.error();
  seeded_random names(c.seed() * 1000 + number);
  return one_(**server, "BENCH-" + random_id(names, 8), [&c] { return c.stopped(); });
}

} // namespace loa::bench
