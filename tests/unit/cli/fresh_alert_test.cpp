#include <bindings/cli/fresh_alert.hpp>

#include <catch2/catch.hpp>

using loa::cli::fresh_alert;

namespace {

const auto here = *loa::path::parse("vn");
const auto now = *loa::parse_rfc3339("2027-03-01T09:00:00.250+07:00");

std::string alert(const std::string& inside) {
  return "<alert><identifier>A-1</identifier><sent>2026-10-18T14:30:00+07:00</sent>" + inside +
         "</alert>";
}

} // namespace

TEST_CASE("all times of an alert move by the same span") {
  loa::seeded_random random(1);
  const auto fresh = fresh_alert(alert("<info><onset>2026-10-18T19:00:00+07:00</onset>"
                                       "<expires>2026-10-19T05:00:00Z</expires></info>"
                                       "<info><expires>2026-10-19T12:00:00+07:00</expires></info>"),
                                 here, now, random);
  REQUIRE(fresh);
  CHECK(fresh->find("<sent>2027-03-01T09:00:00+07:00</sent>") != std::string::npos);
  CHECK(fresh->find("<onset>2027-03-01T13:30:00+07:00</onset>") != std::string::npos);
  CHECK(fresh->find("<info><expires>2027-03-02T06:30:00+07:00</expires>") != std::string::npos);
  CHECK(fresh->find("2026") == std::string::npos);
}

TEST_CASE("the same example never gives the same alert twice") {
  loa::seeded_random random(1);
  CHECK(*fresh_alert(alert(""), here, now, random) != *fresh_alert(alert(""), here, now, random));
}

TEST_CASE("an alert without a time of sending, or with one that is none, is refused") {
  loa::seeded_random random(1);
  CHECK_FALSE(fresh_alert("<alert/>", here, now, random));
  CHECK_FALSE(fresh_alert("<alert><sent>today</sent></alert>", here, now, random));
  CHECK_FALSE(fresh_alert("<alert><sent>2026-10-18", here, now, random));
  CHECK_FALSE(fresh_alert(alert("<expires>tomorrow</expires>"), here, now, random));
}

TEST_CASE("an alert that is published as new still goes to the units that it names") {
  loa::seeded_random random(1);
  const auto fresh = loa::cli::alert_as_new(
      alert("<geocode><valueName>unit</valueName><value>79.760</value></geocode>"), now, random);
  REQUIRE(fresh);
  CHECK(fresh->find("unit</valueName><value>79.760</value>") != std::string::npos);
  CHECK(fresh->find("<identifier>A-1-") != std::string::npos);
  CHECK(fresh->find("<sent>2027-03-01T09:00:00+07:00</sent>") != std::string::npos);
}

TEST_CASE("geocodes of units name the unit that publishes, others stay") {
  loa::seeded_random random(1);
  const auto fresh =
      fresh_alert(alert("<geocode><valueName>unit</valueName><value>79</value></geocode>"
                        "<geocode><valueName>zone</valueName><value>79</value></geocode>"
                        "<geocode><valueName>unit</valueName><value>79.760</value></geocode>"),
                  here, now, random);
  REQUIRE(fresh);
  CHECK(fresh->find("unit</valueName><value>79") == std::string::npos);
  CHECK(fresh->find("unit</valueName><value>vn</value>") != std::string::npos);
  CHECK(fresh->find("zone</valueName><value>79</value>") != std::string::npos);
}
