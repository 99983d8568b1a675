#include <bench/report/page.hpp>
#include <bindings/cli/internal/bench.hpp>
#include <bindings/node/config.hpp>
#include <bindings/node/file_writing.hpp>

#include <memory>
#include <ostream>

namespace loa::cli {

namespace {

struct report_command {
  std::string run;
  std::string page;
};

int report(const report_command& o, streams& io) {
  const auto run = read_run(o.run);
  if (!run) return fail(io, run.error());
  const auto page = bench::page_of(*run);
  if (o.page.empty()) {
    io.out << page;
    return done;
  }
  if (auto good = host::write_output(o.page, page); !good) return fail(io, good.error());
  io.err << "Wrote " << o.page << '\n';
  return done;
}

} // namespace

result<bench::run_record> read_run(const std::string& file) {
  constexpr std::size_t most = 256U << 20;
  const auto text = host::read_file(file, most);
  if (!text) return text.error();
  auto run = bench::from_text(*text);
  if (run) return run;
  auto wrong = run.error();
  wrong.detail = file + " is no run of loa bench: " + wrong.detail;
  return wrong;
}

void add_bench_report(CLI::App& to, invocation& run) {
  auto* c = to.add_subcommand("report", "The page with pictures, from a run that was saved");
  auto o = std::make_shared<report_command>();
  c->add_option("run", o->run, "File that --json wrote")->required();
  c->add_option("-o,--out", o->page, "Write the page here; to standard output if left out");
  on_chosen(*c, run, [o, &run] { return report(*o, run.io); });
  explain(*c, "One HTML file that opens without a network, the same that --report writes.\n\n"
              "  loa bench gateway --json run.json\n"
              "  loa bench report run.json --out run.html");
}

} // namespace loa::cli
