#include <bench/harness/server_process.hpp>
#include <bench/peers/erlang.hpp>

#include <fmt/format.h>

#include <fstream>

namespace loa::bench {

namespace {

/// A copy of cascade.erl, put here when Loa is built, so that the program needs no file beside it.
constexpr const char* program =
#include <erlang_program.inc>
    ;

/// The tree without names, as an Erlang term: a unit is the list of those below it.
void write_shape(const model::unit_tree& tree, const path& unit, std::string& to) {
  to += '[';
  bool first = true;
  for (const auto* child : tree.children(unit)) {
    if (!first) to += ',';
    first = false;
    write_shape(tree, child->unit, to);
  }
  to += ']';
}

} // namespace

result<std::string> erlang_version() {
  if (find_program("erl").empty() || find_program("erlc").empty())
    return error{errc::not_found,
                 "Erlang/OTP is not installed; on Debian: apt-get install erlang-base.",
                 {}};
  return "OTP " + first_line_of("erl -noshell -eval "
                                "'io:put_chars(erlang:system_info(otp_release)),halt().'");
}

result<talking_process> start_erlang_city(const std::filesystem::path& where,
                                          const model::unit_tree& tree, std::size_t sessions,
                                          std::size_t message_octets,
                                          std::function<bool()> stopped) {
  std::ofstream(where / "cascade.erl") << program;
  std::string shape;
  write_shape(tree, tree.root().unit, shape);
  std::ofstream(where / "shape.term") << shape << ".\n";
  const auto said = first_line_of(fmt::format("erlc -o '{0}' '{0}/cascade.erl'", where.string()));
  if (!std::filesystem::exists(where / "cascade.beam"))
    return error{errc::unavailable, "erlc did not compile the peer: " + said, {}};
  return talking_process::start({"erl", "+P", std::to_string(sessions + 100'000), "-noshell", "-pa",
                                 where.string(), "-run", "cascade", "main",
                                 (where / "shape.term").string(), std::to_string(sessions),
                                 std::to_string(message_octets)},
                                (where / "log").string(), std::move(stopped));
}

} // namespace loa::bench
