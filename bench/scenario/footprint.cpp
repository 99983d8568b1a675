#include <bench/harness/server_process.hpp>
#include <bench/harness/talking_process.hpp>
#include <bench/load/fanout.hpp>
#include <bench/measure/machine.hpp>
#include <bench/peers/server.hpp>
#include <bench/scenario/footprint.hpp>
#include <bench/scenario/one_city.hpp>

#include <fmt/format.h>

#include <istream>
#include <memory>
#include <ostream>
#include <sstream>

namespace loa::bench {

namespace {

using namespace std::chrono_literals;

/// A city with so many communes in districts of a hundred.
result<std::shared_ptr<const model::unit_tree>> tree_of(std::size_t units) {
  constexpr std::size_t in_a_district = 100;
  std::string text = R"({"source":"bench","root":{"code":"1","name":"City","tier":"city",)"
                     R"("children":[)";
  std::size_t made = 1;
  for (std::size_t d = 0; made < units; ++d) {
    text += fmt::format(R"({}{{"code":"{}","name":"D","tier":"district","children":[)",
                        d > 0 ? "," : "", 1000 + d);
    ++made;
    for (std::size_t c = 0; c < in_a_district && (made < units || c == 0); ++c, ++made)
      text += fmt::format(R"({}{{"code":"{}","name":"C","tier":"commune"}})", c > 0 ? "," : "",
                          100'000 + d * in_a_district + c);
    text += "]}";
  }
  auto tree = model::unit_tree::load(text + "]}}");
  if (!tree) return tree.error();
  return std::shared_ptr<const model::unit_tree>(
      std::make_shared<model::unit_tree>(*std::move(tree)));
}

class growing_city final : public contender {
public:
  explicit growing_city(footprint_options o) : options_(std::move(o)) {}
  std::string name() const override { return "Loa"; }
  result<std::string> version() override { return look_around().version; }
  std::vector<setting> settings() const override {
    return {{"counted", "resident anonymous memory, after what is free was given back"},
            {"journal", "its pages belong to the page cache and do not count"}};
  }

  result<repetition> measure(std::size_t, conductor& c) override {
    auto where = c.directory("city");
    if (!where) return where.error();
    repetition out;
    {
      auto child = talking_process::start(
          {c.program().string(), "bench", "grow-city", (*where / "data").string()},
          (*where / "log").string(), c.stopping());
      if (!child) return child.error();
      auto at = said(*child);
      if (!at) return at.error();
      for (const auto& [what, count] :
           {std::pair{"units", options_.units}, std::pair{"devices", options_.devices},
            std::pair{"asleep", options_.sessions}, std::pair{"awake", options_.sessions}}) {
        child->say(fmt::format("{} {}", what, count));
        const auto now = said(*child);
        if (!now) return now.error();
        out.figures.push_back(
            {labels(what), "B",
             (static_cast<double>(*now) - static_cast<double>(*at)) / static_cast<double>(count),
             better::lower});
        at = now;
      }
    }
    auto connected = connected_session(c);
    if (!connected) return connected.error();
    out.figures.push_back(*std::move(connected));
    return out;
  }

private:
  static std::string labels(std::string_view what) {
    if (what == "units") return "a unit";
    if (what == "devices") return "a device";
    return what == "asleep" ? "a session asleep" : "a session awake";
  }

  static result<std::uint64_t> said(talking_process& child) {
    auto line = child.line(600s);
    if (!line) return line.error();
    return std::uint64_t{std::strtoull(line->c_str(), nullptr, 10)};
  }

  result<figure> connected_session(conductor& c) const {
    loa_options loa;
    loa.hierarchy = options_.hierarchy;
    loa.alert = options_.alert;
    auto server = loa_server(loa)->start(c, {});
    if (!server) return server.error();
    const auto& s = **server;
    fanout_plan plan;
    plan.subscribers = options_.connections;
    plan.messages = 1;
    auto measured = run_fanout(plan,
                               {s.host(),
                                {s.port()},
                                s.port(),
                                s.subscribers(),
                                [&s] { return s.publisher(); },
                                s.processes()},
                               "BENCH-footprint", [&c] { return c.stopped(); });
    if (!measured) return measured.error();
    for (auto& f : measured->figures)
      if (f.name == "memory per connection") {
        f.name = "a session connected";
        return f;
      }
    return error{errc::internal, "The node's memory could not be read.", {}};
  }

  footprint_options options_;
};

} // namespace

result<void> check(const footprint_options& o) {
  const auto here = room_here();
  if (o.connections + 128 > here.files)
    return error{errc::rule,
                 fmt::format("{} connections need as many open files, and a process may have {} "
                             "here; measure with fewer --connections.",
                             o.connections, here.files),
                 {}};
  const auto need =
      o.units * 20'000 + o.devices * 5'000 + o.sessions * 2'000 + o.connections * 24'000;
  if (need > here.memory)
    return error{errc::rule,
                 fmt::format("So much needs some {} MB of memory, and {} MB are free; measure "
                             "with fewer --units, --devices, --sessions or --connections.",
                             need / 1'000'000, here.memory / 1'000'000),
                 {}};
  return {};
}

result<void> measure(const footprint_options& o, conductor& c, section& into) {
  if (auto good = check(o); !good) return good.error();
  raise_file_limit();
  into.scenario = "footprint";
  into.title = "Memory for one more of each";
  into.settings = {{"units", std::to_string(o.units)},
                   {"devices", std::to_string(o.devices)},
                   {"sessions", std::to_string(o.sessions)},
                   {"connections", std::to_string(o.connections)}};
  std::vector<std::unique_ptr<contender>> all;
  all.push_back(std::make_unique<growing_city>(o));
  return measure_all(std::move(all), c, into);
}

result<void> grow_city(const std::string& directory, std::istream& in, std::ostream& out) {
  std::unique_ptr<one_city> city;
  {
    // A city of one commune, so that what every node has is there before anything is counted.
    auto tree = tree_of(3);
    if (!tree) return tree.error();
    auto opened = one_city::open(directory + "-first", *tree);
    if (!opened) return opened.error();
  }
  out << settled_memory() << std::endl;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string what;
    std::size_t count = 0;
    words >> what >> count;
    result<void> good;
    if (what == "units") {
      auto tree = tree_of(count);
      if (!tree) return tree.error();
      auto opened = one_city::open(directory, *tree);
      if (!opened) return opened.error();
      city = *std::move(opened);
    } else if (!city) {
      return error{errc::malformed, "Units come first.", {}};
    } else if (what == "devices") {
      good = city->register_devices(count);
    } else if (what == "asleep") {
      good = city->visit(count);
    } else {
      good = city->open_sessions(count);
    }
    if (!good) return good.error();
    out << settled_memory() << std::endl;
  }
  return {};
}

} // namespace loa::bench
