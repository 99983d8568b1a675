#include <bindings/cli/internal/delivery_table.hpp>
#include <bindings/cli/internal/history_notes.hpp>

#include <catch2/catch.hpp>

#include <sstream>

using nlohmann::json;

namespace {

json group(unsigned targeted, unsigned delivered, unsigned left, unsigned late = 0) {
  return {{"targeted", targeted}, {"delivered", delivered}, {"left", left}, {"late", late}};
}

std::string printed(const json& delivery) {
  std::ostringstream out;
  loa::cli::print_delivery(delivery, out);
  return out.str();
}

/// The words of the line that begins with that one.
std::vector<std::string> row(const std::string& text, const std::string& first) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::vector<std::string> found;
    for (std::string word; words >> word;) found.push_back(word);
    if (!found.empty() && found.front() == first) return found;
  }
  return {};
}

} // namespace

TEST_CASE("each row of a delivery shows targeted, delivered, missing and left") {
  const auto text = printed(
      {{"citizens", group(100, 90, 3)},
       {"devices", group(7, 7, 0)},
       {"children",
        {{{"unit", "79.760"}, {"citizens", group(40, 30, 2, 5)}, {"devices", group(3, 1, 0)}}}}});
  CHECK(row(text, "Unit") == std::vector<std::string>{"Unit", "Citizens", "delivered", "missing",
                                                      "left", "late", "Devices", "delivered",
                                                      "missing", "left", "late", "played", "As",
                                                      "of"});
  CHECK(row(text, "79.760") ==
        std::vector<std::string>{"79.760", "40", "30", "8", "2", "5", "3", "1", "2", "0", "0"});
  CHECK(row(text, "all") ==
        std::vector<std::string>{"all", "100", "90", "7", "3", "0", "7", "7", "0", "0", "0"});
  CHECK(text.find("Left out") == std::string::npos);
}

TEST_CASE("units where nobody was meant are counted and not shown; who came late is shown") {
  const auto nobody = [](const char* unit) {
    return json{{"unit", unit}, {"citizens", group(0, 0, 0)}, {"devices", group(0, 0, 0)}};
  };
  auto late = nobody("79.763");
  late["citizens"]["late"] = 1U;
  const auto text = printed({{"citizens", group(0, 0, 0, 1)},
                             {"devices", group(0, 0, 0)},
                             {"children", {nobody("79.761"), nobody("79.762"), late}}});
  CHECK(text.find("79.761") == std::string::npos);
  CHECK(text.find("79.763") != std::string::npos);
  CHECK(text.find("Left out: 2 units below") != std::string::npos);
}

TEST_CASE("a rating is named in the history, with its figure where that is the one that counts") {
  const auto step = [](const char* by, const char* state, const char* note = "") {
    return json{{"by", by}, {"state", state}, {"note", note}};
  };
  json report{
      {"rating", 4},
      {"history",
       {step("citizen", "received"), step("79.760", "answered", "Đã vá"),
        step("citizen", "answered"), step("citizen", "answered"), step("system", "closed")}}};
  CHECK(loa::cli::history_notes(report) ==
        std::vector<std::string>{"", "Đã vá", "rated", "rated 4 of 5", ""});
  report["history"].push_back(step("citizen", "reopened", "Lại hỏng"));
  report.erase("rating");
  CHECK(loa::cli::history_notes(report) ==
        std::vector<std::string>{"", "Đã vá", "rated", "rated", "", "Lại hỏng"});
  CHECK(loa::cli::history_notes(json::object()).empty());
}
