#include "days.hpp"

#include <loa/sim/program.hpp>

// A rehearsal of entities that do at random what no sensible entity does: ./dev simulate runs it.
// LOA_ODD names one trick, and no other of the wild ones is tried; "none" leaves them all out.

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
  loa::odd::repertoire r;
  if (const auto* wanted = std::getenv("LOA_ODD")) {
    const std::string_view one(wanted);
    r.wild = one != "none";
    for (std::uint32_t i = 0; i < loa::odd::tricks().size(); ++i)
      if (loa::odd::tricks()[i].what == one) r.only = i;
    if (r.wild && !r.only) {
      for (const auto i : loa::odd::wild()) std::cout << loa::odd::tricks()[i].what << '\n';
      return 2;
    }
  }
  return loa::sim::main(argc, argv, [r] { return std::make_unique<loa::odd::days>(r); });
}
