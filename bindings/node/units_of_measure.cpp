#include <bindings/node/units_of_measure.hpp>

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

namespace loa::host {

namespace {

struct unit {
  std::string_view symbol;
  std::uint64_t factor;
};

constexpr std::array spans{unit{"d", 86'400'000}, unit{"h", 3'600'000}, unit{"min", 60'000},
                           unit{"s", 1'000}, unit{"ms", 1}};
constexpr std::array sizes{unit{"TiB", 1ULL << 40}, unit{"GiB", 1ULL << 30},
                           unit{"MiB", 1ULL << 20}, unit{"KiB", 1ULL << 10}, unit{"B", 1}};

constexpr std::uint64_t longest_span = 100ULL * 366 * 86'400'000;

template <std::size_t N>
std::optional<std::uint64_t> read(std::string_view text, const std::array<unit, N>& units) {
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc{}) return std::nullopt;
  std::string_view symbol(rest, static_cast<std::size_t>(end - rest));
  if (symbol.starts_with(' ')) symbol.remove_prefix(1);
  for (const auto& u : units) {
    std::uint64_t product = 0;
    if (u.symbol == symbol && !__builtin_mul_overflow(number, u.factor, &product)) return product;
  }
  return std::nullopt;
}

} // namespace

result<duration> parse_span(std::string_view text) {
  const auto ms = read(text, spans);
  if (!ms || *ms > longest_span)
    return error{
        errc::malformed,
        fmt::format("\"{}\" is not a duration such as 500 ms, 10 s, 5 min, 24 h or 30 d.", text),
        {}};
  return duration(static_cast<std::int64_t>(*ms));
}

std::string format_span(duration d) {
  for (const auto& u : spans) {
    const auto factor = static_cast<std::int64_t>(u.factor);
    if (d.count() != 0 && d.count() % factor == 0)
      return fmt::format("{} {}", d.count() / factor, u.symbol);
  }
  return "0 s";
}

result<std::uint64_t> parse_size(std::string_view text) {
  if (const auto octets = read(text, sizes)) return *octets;
  return error{errc::malformed,
               fmt::format("\"{}\" is not a size such as 512 B, 64 KiB, 8 MiB or 64 GiB.", text),
               {}};
}

std::string format_size(std::uint64_t octets) {
  constexpr std::array<std::string_view, 5> symbols{"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(octets);
  std::size_t step = 0;
  while (value >= 999.5 && step + 1 < symbols.size()) {
    value /= 1000;
    ++step;
  }
  const int decimals = step == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f} {}", value, decimals, symbols[step]);
}

} // namespace loa::host
