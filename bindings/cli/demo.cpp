#include <bindings/cli/demo_cluster.hpp>
#include <bindings/cli/demo_files.hpp>
#include <bindings/cli/demo_member.hpp>
#include <bindings/cli/demo_story.hpp>
#include <bindings/cli/fresh_alert.hpp>
#include <bindings/cli/internal/command.hpp>
#include <bindings/cli/table.hpp>
#include <bindings/node/signals.hpp>

#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace loa::cli {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t most_alert = 1U << 20;

std::string milliseconds(std::chrono::microseconds t) {
  return fmt::format("{:.1f} ms", static_cast<double>(t.count()) / 1000);
}

result<bytes> read_alert(const path& unit) {
  auto file = find_example("alert.xml");
  if (!file) return file.error();
  auto text = host::read_file(*file, most_alert);
  if (!text) return text.error();
  return fresh_alert(*text, unit, system_clock().now(), system_random());
}

/// What a demo takes of the machine's memory.
struct memory_taken {
  std::uint64_t resident = 0;
  std::uint64_t of_citizens = 0;
  std::string_view about;
};

void print_figures(const demo_stage& city, const alert_outcome& alert, const report_outcome& report,
                   const memory_taken& memory, std::ostream& out) {
  const auto line = [&](std::string_view what, const std::string& figure, std::string_view about) {
    out << fmt::format("  {:<18}{:>10}   {}\n", what, figure, about);
  };
  out << "\nMeasured\n";
  line("Accepted in", milliseconds(alert.accepted), "from the POST to its 202: stored and synced");
  line("Half had it after", milliseconds(alert.reached.median),
       "from the POST to the client's hand");
  line("99 of 100 after", milliseconds(alert.reached.p99), "");
  line("The last after", milliseconds(alert.reached.last),
       fmt::format("{} citizens and {} loudspeakers", grouped(city.plan.citizens()),
                   grouped(city.plan.loudspeakers())));
  line("Report answered in", milliseconds(report.answered), "five calls, each stored and synced");
  line("Memory", host::format_size(memory.resident), std::string(memory.about));
  if (city.plan.citizens() > 0)
    line("A session", fmt::format("{} B", memory.of_citizens / city.plan.citizens()),
         "resident memory that came with each");
}

void print_next(const demo_stage& city, const demo_people& people, const alert_outcome& alert,
                std::ostream& out) {
  const auto url = fmt::format("http://127.0.0.1:{}", city.where.port);
  const auto root = city.plan.tree().root().unit.str();
  const auto commune = city.plan.communes().back().str();
  out << fmt::format("\nIt goes on serving on {0}; Ctrl-C ends it. Try, in another terminal:\n\n"
                     "export LOA_URL={0}\n"
                     "export EDITOR={1}\n"
                     "export DISPATCHER={2}\n\n",
                     url, people.editor, people.dispatcher);
  out << fmt::format(
      "# publish a bulletin in one commune\n"
      "curl -sw '\\n' $LOA_URL/v1/units/{1}/bulletins -H \"Authorization: Bearer $EDITOR\" \\\n"
      "  -H 'Content-Type: application/json' -d "
      "'{{\"priority\":\"priority\",\"category\":\"public_service\","
      "\"headline\":{{\"vi\":\"Tạm ngừng cấp nước 22 giờ\"}},\"text\":{{\"vi\":\"Sửa ống "
      "chính.\"}}}}'\n"
      "# who has got the alert?\n"
      "curl -sw '\\n' $LOA_URL/v1/bulletins/{2}/delivery -H \"Authorization: Bearer $DISPATCHER\"\n"
      "# send a report, as anybody may\n"
      "curl -sw '\\n' $LOA_URL/v1/units/{1}/reports -H 'Content-Type: application/json' \\\n"
      "  -d '{{\"citizen\":\"lan\",\"category\":\"road\",\"text\":\"Ổ gà trước số 12\"}}'\n"
      "# how does the city do, and how does the node?\n"
      "curl -sw '\\n' $LOA_URL/v1/units/{0}/effectiveness -H \"Authorization: Bearer "
      "$DISPATCHER\"\n"
      "curl -s $LOA_URL/metrics\n",
      root, commune, alert.id);
}

int tell(const demo_stage& city, const std::filesystem::path& data,
         const std::function<memory_taken()>& memory, const demo_options& options, streams& io,
         progress& shown, host::signals& signals) {
  auto alert = read_alert(city.plan.tree().root().unit);
  if (!alert) return fail(io, alert.error());
  auto people = hire(data, city.plan.tree().root().unit, city.plan.communes().back());
  if (!people) return fail(io, people.error());
  io.err << fmt::format(
      "Publishing an alert in {}: {} units below it, {} communes, {} loudspeakers, {} "
      "citizens.\n",
      city.plan.tree().root().name, city.plan.districts().size(), city.plan.communes().size(),
      grouped(city.plan.loudspeakers()), grouped(city.plan.citizens()));
  auto reached = tell_alert(city, *people, *std::move(alert), io, shown);
  if (!reached) return fail(io, reached.error());
  io.out << '\n';
  auto answered = tell_report(city, *people, reached->id, io);
  if (!answered) return fail(io, answered.error());
  print_figures(city, *reached, *answered, memory(), io.out);

  const bool good = reached->complete && answered->complete;
  if (!reached->complete) io.err << "loa: not everybody has got the alert; the table says where.\n";
  if (!answered->complete) io.err << "loa: the report was not answered and counted.\n";
  if (!options.exit) {
    print_next(city, *people, *reached, io.out);
    io.out << std::flush;
    while (signals.wait(1h) != host::request::stop) {
    }
    io.err << "Stopping.\n";
  }
  return good ? done : failed;
}

/// Where a demo keeps what it writes, and who asks it to stop.
struct surroundings {
  host::signals signals;
  bool stopped = false;
  std::optional<temporary_directory> own;
  std::filesystem::path data;

  explicit surroundings(const demo_options& o) : data(o.data) {
    if (o.data.empty()) data = own.emplace().path();
  }
  bool asked_to_stop() { return stopped = stopped || signals.wait(0ms) == host::request::stop; }
};

int one_process(const demo_options& options, surroundings& here, streams& io, progress& shown) {
  const auto log = host::make_log({.least = log_level::warning}, io.err);
  auto city =
      demo_city::build(options, here.data, shown, *log, [&] { return here.asked_to_stop(); });
  if (!city) return fail(io, city.error());
  const auto memory = [&] {
    return memory_taken{resident_memory(), (*city)->memory_of_citizens(),
                        "resident, everything in one process"};
  };
  const auto outcome = tell((*city)->stage(), here.data, memory, options, io, shown, here.signals);
  (*city)->station().stop();
  return outcome;
}

int many_processes(const demo_options& options, surroundings& here, streams& io, progress& shown) {
  auto city = demo_cluster::build(options, here.data, shown, [&] { return here.asked_to_stop(); });
  if (!city) return fail(io, city.error());
  const auto memory = [&] {
    return memory_taken{(*city)->memory(), (*city)->memory_of_citizens(),
                        "resident, all processes together"};
  };
  return tell((*city)->stage(), (*city)->data(), memory, options, io, shown, here.signals);
}

int demo(const demo_options& options, streams& io) {
  surroundings here(options);
  if (here.data.empty())
    return fail(io, {errc::storage, "No temporary directory can be made.", {}});
  progress shown(io.err, io.live);
  return options.cluster ? many_processes(options, here, io, shown)
                         : one_process(options, here, io, shown);
}

} // namespace

void add_demo(CLI::App& to, invocation& run) {
  auto* c = to.add_subcommand("demo", "Show the whole job on this machine");
  auto o = std::make_shared<demo_options>();
  auto member = std::make_shared<member_options>();
  c->add_flag("--exit", o->exit,
              "End after the figures; the exit code is 0 only if everybody got the\n"
              "alert and the report was answered");
  c->add_option("--citizens", o->citizens, "Citizen sessions")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{4'000'000}))
      ->capture_default_str();
  c->add_option("--devices-per-commune", o->devices_per_commune, "Loudspeakers in every commune")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  c->add_option("--hierarchy", o->hierarchy, "Hierarchy file; Ho Chi Minh City of 2021 if left out")
      ->check(CLI::ExistingFile);
  c->add_option("--data", o->data, "Data directory to use and keep; a temporary one if left out");
  c->add_option("--listen", o->listen, "Address and port to serve on")->capture_default_str();
  c->add_flag("--cluster", o->cluster, "One process for each node of a cluster");
  c->add_option("--layout", o->layout,
                "Which nodes: \"district\", a number of groups, or a file, as of loa cluster init")
      ->capture_default_str();
  // How the processes of a cluster are started.
  c->add_option("--member", member->config)->group("");
  c->add_option("--memory", member->memory)->group("");
  on_chosen(*c, run, [o, member, &run] {
    if (member->config.empty()) return demo(*o, run.io);
    member->demo = *o;
    return run_member(*member, run.io);
  });
  explain(*c, "Starts a node with a whole city in this process, publishes an alert and shows "
              "how it reaches\n"
              "everybody, sends a citizen's report and answers it, and prints what was "
              "measured. Then it goes\n"
              "on serving, and says what to try with curl.\n\n"
              "  loa demo\n"
              "  loa demo --exit --citizens 1000000\n"
              "  loa demo --cluster                  one node for each district, 23 processes");
}

} // namespace loa::cli
