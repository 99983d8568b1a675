#include <bench/report/page.hpp>

namespace loa::bench {

std::string page_of(const run_record& run) {
  return "<!doctype html><title>loa bench</title><pre>" + to_text(run) + "</pre>\n";
}

} // namespace loa::bench
