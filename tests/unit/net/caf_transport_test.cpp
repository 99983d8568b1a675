#include "transport_strangers.hpp"

#include <support/certificate_files.hpp>
#include <support/transport_rig.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>

using namespace loa;
using namespace loa::net;
using namespace loa::net::test;
using namespace std::chrono_literals;
using loa::test::certificate_files;
using loa::test::patience;
using loa::test::transport_end;

namespace {

std::string to(const transport& t) {
  return "127.0.0.1:" + std::to_string(t.port());
}

result<void> begin(const caf_transport_options& options) {
  transport_end end(open_caf_transport(options));
  auto begun = end->start(end);
  if (!begun) {
    CHECK(end->port() == 0);
    CHECK_FALSE(begun.error().detail.empty());
  }
  return begun;
}

std::string why_closed(const transport_end& end) {
  const auto t = end.all();
  return t.closed.size() == 1 ? t.closed.front().second : "not closed, or more than once";
}

} // namespace

TEST_CASE("a transport with what it cannot use does not start, and says why") {
  certificate_files files;
  files.issue("a");
  files.issue("b");
  const auto good = files.options("a");
  CHECK(begin(good));

  const auto with = [&](auto change) {
    auto changed = good;
    change(changed);
    auto begun = begin(changed);
    REQUIRE_FALSE(begun);
    return begun.error().code;
  };
  CHECK(with([&](auto& o) { o.certificate = files.at("nobody"); }) == errc::not_found);
  CHECK(with([&](auto& o) { o.key = files.at("b.key"); }) == errc::rule);
  with([&](auto& o) { o.authority = files.at("a"); });
  with([&](auto& o) { o.certificate = files.at("a.key"); });
  CHECK(with([&](auto& o) { o.listen = "here"; }) == errc::malformed);
  // RFC 5737: nobody's.
  CHECK(with([&](auto& o) { o.listen = "192.0.2.1:0"; }) == errc::unavailable);

  transport_end first(open_caf_transport(good));
  first.start();
  const auto address = to(*first);
  CHECK(with([&](auto& o) { o.listen = address; }) == errc::unavailable);
  first->stop();
  auto again = good;
  again.listen = address;
  CHECK(begin(again)); // at once, though the port was in use
}

TEST_CASE("numbers of both kinds and names can be called") {
  certificate_files files;
  files.issue("a");
  files.issue("b", {certificate_files::now() - 1h, 24h}, key_kind::p256);
  auto options = files.options("a");
  options.listen = "[::1]:0";
  transport_end six(open_caf_transport(options));
  six.start();
  transport_end four(open_caf_transport(files.options("b")));
  four.start();
  options.listen.reset();
  transport_end caller(open_caf_transport(options));
  caller.start();
  CHECK(caller->port() == 0);
  caller.connect("[::1]:" + std::to_string(six->port()));
  caller.connect(to(*four));
  caller.connect("localhost:" + std::to_string(four->port()));
  CHECK(caller.comes([](const auto& t) { return t.connected.size() == 3; }));
  CHECK(four.comes([](const auto& t) { return t.accepted.size() == 2; }));
}

TEST_CASE("who only calls needs no port, and an address that is none is told as a failed call") {
  certificate_files files;
  files.issue("a");
  transport_end caller(open_caf_transport(files.options("a")));
  caller.start();
  caller.connect("nonsense");
  caller.connect("no-such-host.invalid:4135");
  CHECK(caller.comes([](const auto& t) { return t.closed.size() == 2; }));
  for (const auto& [line, why] : caller.all().closed) INFO(why);
}

TEST_CASE("a call to a host that swallows everything, or says nothing, fails in time") {
  certificate_files files;
  files.issue("a");
  auto options = files.options("a");
  options.call_patience = 300ms;
  transport_end caller(open_caf_transport(options));
  caller.start();
  const bool deaf = GENERATE(true, false);
  const silent_host host(deaf);
  const auto begun = std::chrono::steady_clock::now();
  caller.connect(host.address());
  CHECK(caller.comes([](const auto& t) { return !t.closed.empty(); }));
  CHECK(std::chrono::steady_clock::now() - begun >= 300ms);
  CHECK(why_closed(caller) == host.address() + ": It did not answer in time.");
}

TEST_CASE("a peer that takes nothing costs so much memory and then its line") {
  certificate_files files;
  files.issue("a");
  files.issue("b");
  auto options = files.options("a");
  options.most_unsent_octets = std::size_t{4} << 20;
  transport_end a(open_caf_transport(options));
  transport_end b(open_caf_transport(files.options("b")));
  std::promise<void> goes_on;
  b.then_accepted = [&](line_id) { (void)goes_on.get_future().wait_for(patience); };
  a.start();
  b.start();
  const auto line = a.connect(to(*b));
  // It is stuck, so its greeting does not come; then nothing may be sent to it at all.
  a.there([&] { a->send(line, bytes(1'000, 'x')); });
  goes_on.set_value();
  REQUIRE(a.comes([](const auto& t) { return t.connected.size() == 1; }));
  CHECK(b.all().received.empty());

  std::promise<void> reads_on;
  b.there([&] {
    b.then_received = [&, first = true](line_id, const bytes&) mutable {
      if (std::exchange(first, false)) (void)reads_on.get_future().wait_for(patience);
    };
  });
  a.there([&] {
    for (int i = 0; i < 40; ++i) a->send(line, bytes(most_chunk_octets / 2, 'x'));
  });
  CHECK(a.comes([](const auto& t) { return t.closed.size() == 1; }));
  CHECK(why_closed(a).ends_with("The other side does not take what is sent."));
  reads_on.set_value();
  CHECK(b.comes([](const auto& t) { return t.closed.size() == 1; }));
}

TEST_CASE("a chunk that may not be sent ends the line") {
  certificate_files files;
  files.issue("a");
  files.issue("b");
  const auto wrong = GENERATE(bytes(), bytes(most_chunk_octets + 1, 'x'));
  transport_end a(open_caf_transport(files.options("a")));
  transport_end b(open_caf_transport(files.options("b")));
  a.start();
  b.start();
  const auto line = a.connect(to(*b));
  REQUIRE(a.comes([](const auto& t) { return t.connected.size() == 1; }));
  CHECK(a.there([&] {
    a->send(line, wrong);
    a->send(line, "next");
    return a.all().closed.size();
  }) == 0);
  CHECK(a.comes([](const auto& t) { return t.closed.size() == 1; }));
  CHECK(b.comes([](const auto& t) { return t.closed.size() == 1; }));
  CHECK(b.all().received.empty());
}

TEST_CASE("new certificates count for new lines, and those that are no good change nothing") {
  certificate_files files;
  files.issue("a", {certificate_files::now() - 48h, 24h});
  files.issue("b");
  auto own = open_caf_transport(files.options("a"));
  auto& reloads = *own;
  transport_end a(std::move(own));
  transport_end b(open_caf_transport(files.options("b")));
  a.start();
  b.start();
  a.connect(to(*b));
  REQUIRE(a.comes([](const auto& t) { return t.closed.size() == 1; }));

  files.issue("a");
  REQUIRE(reloads.reload());
  const auto line = a.connect(to(*b));
  REQUIRE(a.comes([](const auto& t) { return t.connected.size() == 1; }));

  std::filesystem::resize_file(files.at("a.key"), 10);
  CHECK_FALSE(reloads.reload());
  a.connect(to(*b));
  CHECK(a.comes([](const auto& t) { return t.connected.size() == 2; }));
  a.send(line, "still here");
  CHECK(b.comes([](const auto& t) { return t.received.size() == 1; }));
}

TEST_CASE("tasks that wait when stop is called are dropped") {
  certificate_files files;
  files.issue("a");
  transport_end a(open_caf_transport(files.options("a")));
  a.start();
  std::promise<void> busy;
  std::promise<void> goes_on;
  std::atomic<int> ran{0};
  a->run([&] {
    busy.set_value();
    (void)goes_on.get_future().wait_for(patience);
  });
  REQUIRE(busy.get_future().wait_for(patience) == std::future_status::ready);
  const auto token = std::make_shared<int>(0);
  for (int i = 0; i < 100; ++i) a->run([&ran, token] { ++ran; });
  std::thread stopper([&] { a->stop(); });
  while (token.use_count() > 1) std::this_thread::yield(); // until stop() has dropped them
  goes_on.set_value();
  stopper.join();
  CHECK(ran == 0);
}

TEST_CASE("stop returns soon though a peer takes nothing, and from several threads at once") {
  certificate_files files;
  files.issue("a");
  files.issue("b");
  auto options = files.options("a");
  options.stop_patience = 200ms;
  transport_end a(open_caf_transport(options));
  transport_end b(open_caf_transport(files.options("b")));
  std::promise<void> goes_on;
  b.then_received = [&, first = true](line_id, const bytes&) mutable {
    if (std::exchange(first, false)) (void)goes_on.get_future().wait_for(patience);
  };
  a.start();
  b.start();
  const auto line = a.connect(to(*b));
  REQUIRE(a.comes([](const auto& t) { return t.connected.size() == 1; }));
  a.there([&] {
    for (int i = 0; i < 30; ++i) a->send(line, bytes(most_chunk_octets, 'x'));
  });
  const auto begun = std::chrono::steady_clock::now();
  std::vector<std::thread> stoppers;
  for (int i = 0; i < 4; ++i) stoppers.emplace_back([&] { a->stop(); });
  for (auto& s : stoppers) s.join();
  CHECK(std::chrono::steady_clock::now() - begun < 5s);
  CHECK(a.all().closed.empty());
  goes_on.set_value();
  CHECK(b.comes([](const auto& t) { return t.closed.size() == 1; }));
}

TEST_CASE("how long a small chunk takes there and back is printed") {
  certificate_files files;
  files.issue("a");
  files.issue("b");
  transport_end a(open_caf_transport(files.options("a")));
  transport_end b(open_caf_transport(files.options("b")));
  b.then_received = [&](line_id line, const bytes& chunk) { b->send(line, chunk); };
  constexpr int rounds = 2'000;
  std::vector<double> micros;
  std::promise<void> done;
  auto sent = std::chrono::steady_clock::now();
  a.then_received = [&](line_id line, const bytes& chunk) {
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - sent;
    micros.push_back(took.count());
    if (micros.size() == rounds) return done.set_value();
    sent = std::chrono::steady_clock::now();
    a->send(line, chunk);
  };
  a.start();
  b.start();
  const auto line = a.connect(to(*b));
  REQUIRE(a.comes([](const auto& t) { return t.connected.size() == 1; }));
  a.send(line, bytes(100, 'x'));
  REQUIRE(done.get_future().wait_for(patience) == std::future_status::ready);
  std::sort(micros.begin(), micros.end());
  std::printf("100 octets there and back: median %.0f us, 99th of 100 %.0f us\n",
              micros[rounds / 2], micros[rounds * 99 / 100]);
}
