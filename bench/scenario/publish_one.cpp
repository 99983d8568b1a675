#include <bench/load/citizen.hpp>
#include <bench/load/publishing.hpp>
#include <bench/scenario/publish_one.hpp>

#include <memory>

namespace loa::bench {

result<void> publish_one(const city_of_nodes& city, std::size_t node, const std::string& unit,
                         const std::string& alert, const std::string& mark, std::size_t number) {
  auto source = publishing::open(
      0x7f000001, city.http(node), 1,
      [&] { return std::make_unique<alert_poster>(unit, city.token(), alert); },
      std::chrono::seconds(60), city.stopped());
  if (!source) return source.error();
  publishing::plan plan;
  plan.mark = mark;
  plan.first = number;
  plan.messages = 1;
  plan.begin = publishing::steady::now();
  (*source)->begin(plan);
  (*source)->finish(std::chrono::seconds(60), city.stopped());
  if ((*source)->answered() == 1) return {};
  return error{errc::unavailable, "An alert was not accepted: " + (*source)->first_failure(), {}};
}

} // namespace loa::bench
