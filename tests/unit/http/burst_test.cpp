#include "gateway_fixture.hpp"

#include <loa/model/bulletin.hpp>
#include <loa/protocol/citizen.hpp>

namespace loa::http::test {

namespace {

/// Bulletins one after the other, long enough that no socket takes many at once.
std::vector<node::feed_entry_ptr> bulletins(std::size_t count) {
  std::vector<node::feed_entry_ptr> out;
  for (std::size_t i = 1; i <= count; ++i) {
    auto e = std::make_shared<node::feed_entry>();
    e->feed = std::make_shared<const name>(entity("unit/79.769"));
    e->entry.position = i;
    e->entry.body = std::make_shared<const bytes>(
        fmt::format(R"("id":"{}","text":{{"vi":"{}"}})", i, std::string(17 * i % 3000, 'a')));
    out.push_back(std::move(e));
  }
  return out;
}

struct listener {
  client socket;
  std::uint64_t channel;
};

std::vector<listener> listeners(gateway_under_test& g, std::size_t count, int receive_buffer) {
  g.node.answer_with([](const fake_node::message&) { return wire::value(); });
  std::vector<listener> out;
  for (std::size_t i = 0; i < count; ++i) {
    auto c = g.stream(fmt::format("/v1/citizens/c{}/stream?units=79.769", i), {}, receive_buffer);
    out.push_back({std::move(c), g.node.wait_asked<citizen::attach>().second.channel});
  }
  return out;
}

/// Whether everything comes, in order.
bool hears_all(client& c, const std::vector<node::feed_entry_ptr>& all) {
  for (const auto& e : all) {
    const auto m = c.read_message();
    if (!m || m->second != model::frame(unit("79.769"), e->entry.position, *e->entry.body))
      return false;
  }
  return true;
}

} // namespace

TEST_CASE("bulletins that come together reach every client whole and in order") {
  gateway_under_test g;
  for (const auto receive_buffer : {0, 4096}) {
    auto all = listeners(g, 5, receive_buffer);
    const auto burst = bulletins(400);
    for (const auto& e : burst)
      for (const auto& l : all) g.gateway->citizens().deliver(entity("citizen/c"), l.channel, e);
    for (auto& l : all) CHECK(hears_all(l.socket, burst));
  }
}

TEST_CASE("a client that leaves amid a burst takes nothing from the others") {
  gateway_under_test g;
  auto all = listeners(g, 3, 0);
  const auto burst = bulletins(300);
  for (const auto& e : burst) {
    if (e->entry.position == 150) all[1].socket.close();
    for (const auto& l : all) g.gateway->citizens().deliver(entity("citizen/c"), l.channel, e);
  }
  CHECK(hears_all(all[0].socket, burst));
  CHECK(hears_all(all[2].socket, burst));
}

} // namespace loa::http::test
