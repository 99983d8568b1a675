#include "gateway_fixture.hpp"

#include <loa/protocol/report.hpp>
#include <loa/protocol/unit.hpp>

// Calls for units that live on another node.
namespace loa::http::test {

namespace {

/// The gateway of the city and the one of district 79.769, which hosts what is below it.
struct two_gateways {
  explicit two_gateways(server_options options = {})
      : city(std::move(options)),
        district({}, {}, city.key) {
    city.node.places = [](const path& u) {
      return unit("79.769").contains(u)
                 ? node::whereabouts{"district-769", false, "http://d.example"}
                 : node::whereabouts{"city-79", true, {}};
    };
    district.node.places = [](const path& u) {
      return unit("79.769").contains(u) ? node::whereabouts{"district-769", true, {}}
                                        : node::whereabouts{"city-79", false, {}};
    };
    city.node.elsewhere = district.gateway->calls_of_nodes();
  }

  gateway_under_test city;
  gateway_under_test district;
};

constexpr std::string_view json_head = "Content-Type: application/json\r\n";
constexpr std::string_view bulletin =
    R"({"priority":"routine","category":"training","headline":{"vi":"Thông báo"},"text":{"vi":"Nội dung"}})";

server_options redirecting() {
  server_options o;
  o.redirect_elsewhere = true;
  return o;
}

} // namespace

TEST_CASE("a call for a unit on another node is answered by that node's gateway") {
  two_gateways w;
  w.district.node.answer_with_value(unit::accepted{"79.769-x", unit("79.769"), 7});
  const auto a = w.city.call("POST", "/v1/units/79.769/bulletins",
                             w.city.as(role::editor) + std::string(json_head), bulletin);
  CHECK(a.status == 202);
  CHECK(a.json().at("position") == 7);
  CHECK(w.district.node.wait_asked<unit::publish_bulletin>().first.to == entity("unit/79.769"));
  CHECK(w.city.node.asked() == 0);
  CHECK(w.city.metrics.get_counter("loa_http_forwarded_total", "").value() == 1);
}

TEST_CASE("a call for a unit that lives here goes to no other node") {
  two_gateways w;
  w.city.node.answer_with_value(unit::accepted{"79-x", unit("79"), 1});
  CHECK(w.city
            .call("POST", "/v1/units/79/bulletins",
                  w.city.as(role::editor) + std::string(json_head), bulletin)
            .status == 202);
  CHECK(w.district.node.asked() == 0);
}

TEST_CASE("what the other gateway refuses comes back with its status, sentence and fields") {
  two_gateways w;
  w.district.node.refuse_with({errc::unavailable, "The journal is full.", {}});
  const auto a = w.city.call("GET", "/v1/units/79.769", w.city.as(role::editor));
  CHECK(a.status == 503);
  CHECK(a.json().at("detail") == "The journal is full.");
  CHECK(a.fields.contains("retry-after"));
}

TEST_CASE("the caller's token is checked again where the unit lives") {
  two_gateways w;
  const auto editor = w.city.as(role::editor);
  // Revoked there, and the city has not heard of it yet.
  w.district.time.advance(std::chrono::hours(-1));
  const auto a = w.city.call("GET", "/v1/units/79.769", editor);
  CHECK(a.status == 401);
  CHECK(w.district.node.asked() == 0);
}

TEST_CASE("a gateway does not pass on what was passed on to it") {
  two_gateways w;
  // The district's placement is newer: it no longer hosts anything.
  w.district.node.places = [](const path&) { return node::whereabouts{"other", false, {}}; };
  const auto a = w.city.call("GET", "/v1/units/79.769", w.city.as(role::editor));
  CHECK(a.status == 503);
  CHECK(w.district.node.asked() == 0);
}

TEST_CASE("a report is found by its code, whichever gateway is asked") {
  two_gateways w;
  w.district.node.refuse_with({errc::not_found, "There is no report with this code.", {}});
  CHECK(w.city.call("GET", "/v1/reports/79.769.26794-ABCDEFGHJKMNP").status == 404);
  CHECK(w.district.node.asked() == 1);
  CHECK(w.city.node.asked() == 0);
}

TEST_CASE("where the config says so a client is told where to go") {
  two_gateways w(redirecting());
  const auto a = w.city.call("GET", "/v1/units/79.769/bulletins?after=3", w.city.as(role::editor));
  CHECK(a.status == 307);
  CHECK(a.fields.at("location") == "http://d.example/v1/units/79.769/bulletins?after=3");
  CHECK(w.district.node.asked() == 0);
}

TEST_CASE("a device is sent to the node that hosts its unit") {
  two_gateways w;
  auto c = w.city.connect();
  c.send(gateway_under_test::upgrade("/v1/devices/79.769/spk-1/stream",
                                     w.city.as(role::device, "79.769")));
  const auto a = c.read_answer();
  CHECK(a.status == 307);
  CHECK(a.fields.at("location") == "http://d.example/v1/devices/79.769/spk-1/stream");
}

TEST_CASE("a citizen's stream opens at any gateway") {
  two_gateways w;
  auto c = w.city.stream("/v1/citizens/me/stream?units=79.769.26794");
  CHECK(w.district.node.asked() == 0);
}

TEST_CASE("a node that gives another gateway something else than a call is refused") {
  two_gateways w;
  std::optional<result<wire::value>> said;
  w.district.gateway->calls_of_nodes().serve(entity("gateway/79.769"),
                                             wire::value::of(unit::get_unit{}),
                                             [&](const result<wire::value>& r) { said = r; });
  REQUIRE(said);
  CHECK_FALSE(*said);
}

TEST_CASE("a unit that waits to be adopted sends nobody in a circle") {
  two_gateways w(redirecting());
  w.city.node.places = [](const path&) {
    return node::whereabouts{"test-node", false, "http://c.example"};
  };
  const auto a = w.city.call("GET", "/v1/units/79.769", w.city.as(role::editor));
  CHECK(a.status == 503);
  CHECK(a.field("location").empty());
}

} // namespace loa::http::test
