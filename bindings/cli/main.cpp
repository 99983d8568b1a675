#include <bindings/cli/app.hpp>

#include <unistd.h>

#include <iostream>

int main(int count, char** values) {
  const loa::cli::streams io{std::cin, std::cout, std::cerr, isatty(STDERR_FILENO) == 1};
  return loa::cli::run({values + 1, values + count}, io);
}
