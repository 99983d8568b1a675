#include "otp_traces.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <loa_source_dir.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace loa::supervision::test {

namespace {

template <class T>
T one_of(const std::string& word, const std::map<std::string, T>& known) {
  auto found = known.find(word);
  if (found == known.end()) throw std::runtime_error("unknown word in otp_traces.txt: " + word);
  return found->second;
}

restart_type restart_of(const std::string& word) {
  return one_of<restart_type>(word, {{"permanent", restart_type::permanent},
                                     {"transient", restart_type::transient},
                                     {"temporary", restart_type::temporary}});
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) out.push_back(part);
  return out;
}

operation operation_of(const std::string& line) {
  operation op;
  op.line = line;
  auto words = split(line, ' ');
  op.verb = words.at(0);
  if (op.verb == "end") return op;
  auto subject = split(words.at(1), ':');
  op.child = subject.at(0);
  if (op.verb == "exit") {
    op.reason = words.at(2);
    auto failing = split(words.at(3), ':');
    op.failures[failing.at(0)] = std::stoi(failing.at(1));
  } else if (subject.size() > 1) {
    op.failures[op.child] = std::stoi(subject.back());
  }
  if (subject.size() == 3) op.spec = worker(op.child, restart_of(subject.at(1)));
  return op;
}

scenario scenario_of(const std::string& line) {
  scenario out;
  auto words = split(line, ' ');
  out.spec.name = "recorded";
  out.spec.strategy =
      one_of<strategy>(words.at(1), {{"one_for_one", strategy::one_for_one},
                                     {"rest_for_one", strategy::rest_for_one},
                                     {"one_for_all", strategy::one_for_all},
                                     {"simple_one_for_one", strategy::simple_one_for_one}});
  out.spec.limit = {static_cast<std::uint32_t>(std::stoul(words.at(2))), std::chrono::hours(1)};
  operation begin{"begin", "", "", {}, {}, line, ""};
  for (std::size_t i = 3; i < words.size(); ++i) {
    auto parts = split(words[i], ':');
    out.children.push_back(worker(parts.at(0), restart_of(parts.at(1))));
    begin.failures[parts.at(0)] = std::stoi(parts.at(2));
  }
  out.operations.push_back(std::move(begin));
  return out;
}

} // namespace

std::vector<scenario> recorded_scenarios() {
  std::ifstream in(LOA_SOURCE_DIR "/tests/unit/supervision/otp_traces.txt");
  std::vector<scenario> out;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("#")) continue;
    if (line.starts_with("supervisor "))
      out.push_back(scenario_of(line));
    else if (line.starts_with("> "))
      out.back().operations.back().expected = line.substr(2);
    else
      out.back().operations.push_back(operation_of(line));
  }
  return out;
}

bool subject::start_fails(const std::string& child) {
  auto& left = failures_[child];
  note((left > 0 ? "fail " : "start ") + child);
  return left > 0 && left-- > 0;
}

std::string subject::play(const scenario& whole, const operation& next) {
  for (const auto& [child, count] : next.failures) failures_[child] = count;
  events_.clear();
  auto reply = carry_out(whole, next);
  auto out = events_;
  std::string all_states;
  if (ended()) {
    // OTP stops dynamic children at once, so they end in any order.
    auto is_stop = [](const std::string& e) { return e.starts_with("stop "); };
    if (whole.spec.strategy == strategy::simple_one_for_one)
      std::sort(std::find_if(out.begin(), out.end(), is_stop), out.end());
    out.emplace_back("end");
  } else {
    for (const auto& [child, state] : states()) all_states += fmt::format(" {}={}", child, state);
  }
  return fmt::format("{} | {} |{}", fmt::join(out, ", "), reply, all_states);
}

} // namespace loa::supervision::test
