#include <loa/net/placement.hpp>
#include <loa/sim/program_options.hpp>

#include <fmt/format.h>

#include <charconv>

namespace loa::sim {

namespace {

error mistake(std::string text) {
  return {errc::malformed, std::move(text) + " --help lists the options.", {}};
}

/// A whole text that is a number between the two, both included.
template <class T>
bool read_number(std::string_view text, T least, T most, T& into) {
  T n{};
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (wrong != std::errc() || end != text.data() + text.size() || !(n >= least && n <= most))
    return false;
  into = n;
  return true;
}

result<void> take_value(std::string_view option, const std::string& value, program_options& into) {
  if (option == "--seed" || option == "--seeds") {
    const auto seeds = parse_seeds(value);
    if (!seeds) return mistake(std::string(option) + ": " + seeds.error().detail);
    if (option == "--seed" && value.find("..") != value.npos)
      return mistake("--seed takes one number; --seeds takes FROM..TO.");
    into.seeds = *seeds;
  } else if (option == "--hours") {
    if (!read_number(value, least_hours, most_hours, into.hours))
      return mistake(fmt::format("--hours takes a number from {} to {}, not \"{}\".", least_hours,
                                 most_hours, value));
  } else if (option == "--faults") {
    const auto sky = weather_of(value);
    if (!sky) return mistake(fmt::format("--faults takes calm, rain or storm, not \"{}\".", value));
    into.sky = *sky;
  } else if (option == "--nodes") {
    if (!read_number<std::size_t>(value, 1, net::placement::most_nodes, into.nodes))
      return mistake(fmt::format("--nodes takes a number from 1 to {}, not \"{}\".",
                                 net::placement::most_nodes, value));
  } else if (option == "--counts") {
    into.counts = value;
  } else if (option == "--called-as") {
    into.called_as = value;
  } else if (!read_number(value, 3, 1 << 20, into.witness)) {
    return mistake("--witness takes an open descriptor.");
  }
  return {};
}

bool takes_value(std::string_view option) {
  for (const auto known : {"--seed", "--seeds", "--hours", "--faults", "--nodes", "--counts",
                           "--called-as", "--witness"})
    if (option == known) return true;
  return false;
}

} // namespace

result<void> parse_options(const std::vector<std::string>& arguments, program_options& into) {
  std::string seeds_by;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& word = arguments[i];
    if (word == "--help" || word == "-h") {
      into.help = true;
      continue;
    }
    if (word == "--json") {
      into.json = true;
      continue;
    }
    const auto equals = word.find('=');
    const auto option = word.substr(0, equals);
    if (!takes_value(option)) return mistake(fmt::format("\"{}\" is no option here.", word));
    if (option == "--seed" || option == "--seeds") {
      if (!seeds_by.empty() && seeds_by != option)
        return mistake("--seed and --seeds exclude each other.");
      seeds_by = option;
    }
    if (equals == word.npos && i + 1 == arguments.size())
      return mistake(option + " needs a value.");
    const auto& value = equals == word.npos ? arguments[++i] : word.substr(equals + 1);
    if (auto taken = take_value(option, value, into); !taken) return taken;
  }
  return {};
}

std::string help_text(std::string_view program, std::size_t nodes) {
  return fmt::format(
      "Rehearses this program's entities: whole nodes, their disks, the network between them and\n"
      "clients, in one process and in virtual time, while nodes are killed, disks fill, ways are\n"
      "cut and clocks jump.\n\n"
      "Usage: {0} [OPTIONS]\n\n"
      "  --seed N           What happens is decided by this number alone (default: 1)\n"
      "  --seeds FROM..TO   One after the other, and no timeline\n"
      "  --hours H          Hours of virtual time (default: 1)\n"
      "  --faults WEATHER   How much goes wrong: calm, rain or storm (default: rain)\n"
      "  --nodes N          How many nodes share the entities, at most one for each home\n"
      "                     (default: {1})\n"
      "  --counts FILE      Write how often each limit was crossed and each probe reached\n"
      "  --json             Print the outcome as JSON, and no timeline\n"
      "  --help             Print this\n\n"
      "At the end everything is well again, and the program's own checks say whether what was\n"
      "promised was kept. The same seed gives the same run, octet for octet; what is broken "
      "stands\n"
      "last, with the command that shows it again. Look for a seed that breaks something:\n\n"
      "  {0} --seeds 1..100 --faults storm\n\n"
      "Exit code 0: every promise was kept; 1: one was not, or the run failed; 2: the command "
      "line\n"
      "is wrong.\n",
      program, nodes);
}

std::string command_for(const program_options& o, std::uint64_t seed, std::size_t nodes) {
  return fmt::format("{} --seed {} --hours {} --faults {} --nodes {}", o.called_as, seed, o.hours,
                     to_string(o.sky), nodes);
}

} // namespace loa::sim
