#include <bench/scenario/journal.hpp>
#include <bindings/cli/internal/bench.hpp>

#include <memory>

namespace loa::cli {

void add_bench_journal(CLI::App& to, invocation& run) {
  struct command {
    bench_options common;
    bench::journal_options journal;
  };
  auto* c = to.add_subcommand("journal", "Facts made durable, beside LMDB itself");
  auto o = std::make_shared<command>();
  c->add_option("--facts", o->journal.facts, "In each repetition; 200 000 if left out")
      ->check(CLI::Range(1'000, 100'000'000));
  c->add_option("--octets", o->journal.octets, "Of a fact; 400 if left out")
      ->check(CLI::Range(1, 1'000'000));
  c->add_option("--entities", o->journal.entities, "That the facts belong to, in turn; 1000")
      ->check(CLI::Range(1, 10'000'000));
  c->add_option("--in-flight", o->journal.in_flight, "Facts that wait for their commit; 4096")
      ->check(CLI::Range(1, 100'000));
  c->add_option("--single", o->journal.single, "Facts where each has its own commit; 1000")
      ->check(CLI::Range(1, 1'000'000));
  c->add_option("--rate", o->journal.rate, "Facts a second while latencies are measured; 20 000")
      ->check(between(1.0, 1e6));
  add_bench_options(*c, o->common);
  on_chosen(*c, run, [o, &run] { return run_checked(o->common, o->journal, run.io); });
  explain(*c,
          "Hands facts to the journal's writer, which commits them in groups with one sync each.\n"
          "Beside it: the same batches with LMDB itself on the same disk, and a commit for each\n"
          "fact. --scratch names the disk.\n\n"
          "  loa bench journal\n"
          "  loa bench journal --octets 4000 --scratch /var/lib/loa");
}

} // namespace loa::cli
