#include <loa/sim/account.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <ostream>

namespace loa::sim {

namespace {

/// Of what was broken so much is told, and of more how much.
constexpr std::size_t most_told = 10;

result<std::uint64_t> number(std::string_view text) {
  std::uint64_t n = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (wrong != std::errc() || end != text.data() + text.size())
    return error{
        errc::malformed,
        fmt::format("\"{}\" is no seed; seeds are whole numbers, \"7\" or \"1..100\".", text),
        {}};
  return n;
}

/// "1 000 000".
std::string grouped(std::uint64_t n) {
  auto digits = std::to_string(n);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, ' ');
  return digits;
}

/// Columns of a text whose characters take one each.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](unsigned char c) { return (c & 0xC0U) != 0x80U; }));
}

} // namespace

std::string clock_text(micros at) {
  const auto ms = at.count() / 1000;
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     ms % 1000);
}

result<seed_range> parse_seeds(std::string_view text) {
  const auto dots = text.find("..");
  const auto from = number(text.substr(0, dots));
  if (!from) return from.error();
  const auto to = dots == text.npos ? from : number(text.substr(dots + 2));
  if (!to) return to.error();
  if (*to < *from) return error{errc::malformed, "The last seed comes before the first.", {}};
  return seed_range{*from, *to};
}

std::string quoted(std::string_view word) {
  const auto plain = [](unsigned char c) {
    return std::isalnum(c) != 0 || c >= 0x80 ||
           std::string_view("_-+./:=@%,").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, plain)) return std::string(word);
  std::string text = "'";
  for (const char c : word)
    if (c == '\'')
      text += "'\\''";
    else
      text += c;
  return text + "'";
}

std::function<void(const trace::line&)> account::timeline() {
  if (!seeds_.one()) return {};
  // At once, so that it is there if the program crashes.
  return [this](const trace::line& l) {
    out_ << fmt::format("{}  {:<9} {}\n", clock_text(l.at), l.who, l.what) << std::flush;
  };
}

void account::add(const rehearsal_end& end) {
  ++runs_;
  time_ += end.ended;
  faults_ += end.faults;
  starts_ += end.starts;
  for (const auto& f : end.figures) {
    const auto known = std::ranges::find(figures_, f.what, &figure::what);
    if (known == figures_.end())
      figures_.push_back(f);
    else
      known->count += f.count;
  }
  if (end.broken.empty()) return;
  ++bad_;
  if (!seeds_.one()) print_broken(end);
  if (!worst_) worst_ = end;
}

bool account::finish() {
  out_ << '\n';
  print_figures();
  if (!worst_) {
    out_ << "\nEvery promise was kept.\n" << std::flush;
    return true;
  }
  if (!seeds_.one())
    out_ << fmt::format("\nPromises were broken under {} of {} seeds.\n", bad_, runs_);
  print_broken(*worst_);
  return false;
}

void account::print_figures() {
  std::vector<std::pair<std::string, std::string>> rows = {
      {"seeds", grouped(runs_)},
      {"hours simulated", fmt::format("{:.1f}", static_cast<double>(time_.count()) / 3.6e9)},
      {"things that went wrong", grouped(faults_)},
      {"nodes started again", grouped(starts_)}};
  const auto common = rows.size();
  for (const auto& f : figures_) rows.emplace_back(f.what, grouped(f.count));

  const std::string left = "What happened";
  const std::string right = "How often";
  auto wide = width(left);
  auto far = right.size();
  for (const auto& [what, count] : rows) {
    wide = std::max(wide, width(what));
    far = std::max(far, count.size());
  }
  const auto line = [&](const std::string& what, const std::string& count) {
    out_ << what << std::string(wide - width(what) + 2 + far - count.size(), ' ') << count << '\n';
  };
  const auto rule = std::string(wide, '-') + "  " + std::string(far, '-') + '\n';
  line(left, right);
  out_ << rule;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == common) out_ << rule;
    line(rows[i].first, rows[i].second);
  }
}

void account::print_broken(const rehearsal_end& end) {
  out_ << fmt::format("\nSeed {}: {}. To see it again:\n  {}\n", end.seed,
                      end.broken.size() == 1
                          ? "a promise was broken"
                          : fmt::format("promises were broken {} times", end.broken.size()),
                      command_(end.seed));
  for (auto i = std::min(end.broken.size(), most_told); i-- > 0;) {
    const auto& b = end.broken[i];
    out_ << fmt::format("{}, {}, {}: {}\n", b.promise.empty() ? "Broken" : b.promise,
                        clock_text(b.at), b.who, b.what);
  }
  out_ << std::flush;
}

} // namespace loa::sim
