#include <bench/load/row.hpp>

#include <cmath>

namespace loa::bench {

row row_of(double rate, const std::string& mark, std::size_t messages) {
  row r;
  r.plan.mark = mark;
  r.plan.messages = messages;
  r.plan.every = std::chrono::nanoseconds(std::llround(1e9 / rate));
  r.plan.begin = crowd::steady::now() + std::chrono::milliseconds(20);
  for (std::size_t n = 0; n < messages; ++n) r.meant.push_back(publishing::intended(r.plan, n));
  return r;
}

void carry(const row& r, crowd& all, publishing& source, std::chrono::seconds patience,
           const std::function<bool()>& stopped, const std::function<void()>& expected) {
  using steady = crowd::steady;
  all.expect(r.plan.mark, r.meant);
  if (expected) expected();
  source.begin(r.plan);
  const auto in_vain = [&] {
    return stopped() || (source.ended() && !source.first_failure().empty());
  };
  for (const auto when : r.meant) {
    if (in_vain()) break;
    all.listen(when);
    all.sent();
  }
  const auto end = steady::now() + patience;
  while (steady::now() < end && !in_vain()) {
    const auto slice = std::min(end, steady::now() + std::chrono::milliseconds(100));
    all.listen(slice, true);
    if (steady::now() < slice) break; // all have it
  }
  source.finish(std::chrono::seconds(5), stopped);
}

double in_ms(std::chrono::nanoseconds d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

} // namespace loa::bench
