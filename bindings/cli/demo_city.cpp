#include <bindings/cli/demo_city.hpp>
#include <bindings/cli/demo_files.hpp>

namespace loa::cli {

result<std::filesystem::path> demo_hierarchy(const demo_options& options) {
  if (!options.hierarchy.empty()) return std::filesystem::path(options.hierarchy);
  return find_example("hcmc/2021.json");
}

result<demo_plan> plan_demo(const demo_options& options) {
  auto file = demo_hierarchy(options);
  if (!file) return file.error();
  auto tree = host::read_hierarchy(*file);
  if (!tree) return tree.error();
  return demo_plan::make(*std::move(tree), options.citizens, options.devices_per_commune);
}

demo_city::demo_city(demo_plan plan)
    : plan_(std::move(plan)),
      seen_(plan_.clients()),
      crowd_(plan_, seen_) {
  const auto groups = plan_.groups();
  for (std::size_t i = 0; i < groups.size(); ++i) seen_.assign(i, groups[i]);
}

result<std::unique_ptr<demo_city>> demo_city::build(const demo_options& options,
                                                    const std::filesystem::path& data,
                                                    progress& shown, log_sink& log,
                                                    const std::function<bool()>& asked_to_stop) {
  auto plan = plan_demo(options);
  if (!plan) return plan.error();
  auto hierarchy = demo_hierarchy(options);
  if (!hierarchy) return hierarchy.error();
  std::unique_ptr<demo_city> city(new demo_city(*std::move(plan)));

  host::config c;
  c.name = "demo";
  c.data = data;
  c.hierarchy = *std::move(hierarchy);
  c.http.listen = options.listen;
  shown.begin("Telling the units what they are", city->plan_.tree().size());
  host::station_parts parts{.log = log};
  parts.citizens = &city->crowd_.citizens();
  parts.devices = &city->crowd_.loudspeakers();
  parts.progress = [&](std::uint64_t n, std::uint64_t) { shown.at(n); };
  auto opened = host::station::open(c, parts);
  if (!opened) return opened.error();
  city->station_ = *std::move(opened);
  shown.end();
  if (auto all = city->crowd_.bring_in(*city->station_, shown, asked_to_stop); !all)
    return all.error();
  return city;
}

} // namespace loa::cli
