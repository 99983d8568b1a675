#include "transport_strangers.hpp"

#include <poll.h>
#include <support/certificate_files.hpp>
#include <support/transport_rig.hpp>

#include <algorithm>
#include <list>

using namespace loa;
using namespace loa::net;
using namespace loa::net::test;
using namespace std::chrono_literals;
using loa::test::certificate_files;
using loa::test::transport_end;

namespace {

std::string to(const transport& t) {
  return "127.0.0.1:" + std::to_string(t.port());
}

/// A transport whose log is kept.
struct node {
  explicit node(const certificate_files& files, const std::string& name,
                const std::function<void(caf_transport_options&)>& change = {})
      : end(open_caf_transport(options(files, name, change))) {}

  caf_transport_options options(const certificate_files& files, const std::string& name,
                                const std::function<void(caf_transport_options&)>& change) {
    const auto plain = files.options(name);
    caf_transport_options o{.listen = plain.listen,
                            .certificate = plain.certificate,
                            .key = plain.key,
                            .authority = plain.authority,
                            .log = log};
    if (change) change(o);
    return o;
  }
  /// The only line of the log.
  std::string logged() const {
    const auto lines = log.lines(1);
    return lines.size() == 1 ? lines.front() : std::to_string(lines.size()) + " lines";
  }

  noted_log log;
  transport_end end;
};

/// Both say why `a` does not come to `b`.
struct refused {
  std::string calling;
  std::string called;
};

refused call(node& a, node& b) {
  a.end.start();
  b.end.start();
  a.end.connect(to(*b.end));
  REQUIRE(a.end.comes([](const auto& t) { return !t.closed.empty(); }));
  refused why{a.end.all().closed.front().second, b.logged()};
  a.end->stop();
  b.end->stop();
  CHECK(a.end.all().connected.empty());
  CHECK(a.end.all().closed.size() == 1);
  CHECK(b.end.all().accepted.empty());
  CHECK(b.end.all().closed.empty());
  return why;
}

bool says(const std::string& text, std::string_view what) {
  INFO(text);
  CHECK(text.find(what) != std::string::npos);
  return text.find(what) != std::string::npos;
}

tls_stranger::manners as(const certificate_files& files, const std::string& name) {
  return {files.at(name), files.at(name + ".key"), false};
}

/// What a caller of the right cluster hears first.
constexpr bytes_view greeting("loa\x01");

} // namespace

TEST_CASE("a caller of another authority is refused by the first who sees it, and both know why") {
  certificate_files ours(1);
  certificate_files theirs(2);
  ours.issue("b");
  theirs.issue("a");
  node a(theirs, "a");
  node b(ours, "b");
  const auto why = call(a, b);
  says(why.calling, "The other side's certificate is refused: The certificate was not issued by");
  says(why.called, "The other side refuses our certificate");
}

TEST_CASE("a caller who trusts us, but whom we do not, learns it though he was first to be done") {
  certificate_files ours(1);
  certificate_files theirs(2);
  ours.issue("b");
  theirs.issue("a");
  node a(theirs, "a", [&](auto& o) { // knows both authorities
    std::ofstream(o.authority, std::ios::app) << ours.authority().certificate_pem;
  });
  node b(ours, "b");
  const auto why = call(a, b);
  says(why.calling, "The other side refuses our certificate: it was not issued by");
  says(why.called, "The other side's certificate is refused: The certificate was not issued by");
}

TEST_CASE("a certificate that has expired or is not valid yet is refused on either side") {
  certificate_files files;
  const auto now = certificate_files::now();
  const bool expired = GENERATE(true, false);
  files.issue("bad", expired ? validity{now - 48h, 24h} : validity{now + 24h, 24h});
  files.issue("good");
  {
    node a(files, "bad");
    node b(files, "good");
    const auto why = call(a, b);
    says(why.calling, "The other side refuses our certificate");
    says(why.called, expired ? "expired at" : "is valid from");
    CHECK(says(a.logged(), "our certificate is not valid"));
  }
  node a(files, "good");
  node b(files, "bad");
  a.end.start();
  b.end.start();
  a.end.connect(to(*b.end));
  REQUIRE(a.end.comes([](const auto& t) { return !t.closed.empty(); }));
  says(a.end.all().closed.front().second, expired ? "expired at" : "is valid from");
  const auto lines = b.log.lines(2);
  REQUIRE(lines.size() == 2); // the first says that its own is no good
  says(lines.back(), "The other side refuses our certificate");
}

TEST_CASE("who shows no certificate, or speaks an older TLS, is refused and logged") {
  certificate_files files;
  files.issue("b");
  files.issue("a");
  node b(files, "b");
  b.end.start();
  const bool old_tls = GENERATE(true, false);
  tls_stranger::manners m;
  if (old_tls) m = as(files, "a");
  m.old_tls = old_tls;
  tls_stranger s(b.end->port(), m);
  (void)s.shakes();
  CHECK(s.hears(1).empty());
  says(b.logged(), old_tls ? "does not speak TLS 1.3" : "shows no certificate");
  CHECK(b.end.all().accepted.empty());
}

TEST_CASE("who speaks no TLS is dropped, and logged once for its address") {
  certificate_files files;
  files.issue("b");
  node b(files, "b");
  b.end.start();
  seeded_random dice(3);
  bytes noise(4'000, '\0');
  for (auto& c : noise) c = static_cast<char>(dice.below(256));
  for (const auto& text :
       {bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), bytes("SSH-2.0-OpenSSH_9.2\r\n"), noise,
        bytes(70'000, '\0'), bytes("\x16\x03\x01\x40\x00\x01\x00\x3f\xfc", 9) + bytes(20'000, 'x'),
        bytes("\x15\x03\x01\x00\x02\x02\x28", 7)}) {
    stranger s(b.end->port());
    s.say(text);
    CHECK(s.is_dropped());
  }
  CHECK(says(b.logged(), "address=127.0.0.1"));
  CHECK(b.end.all().accepted.empty());
}

TEST_CASE("strangers who say nothing, or not enough, are dropped in time") {
  certificate_files files;
  files.issue("b");
  node b(files, "b", [](auto& o) { o.handshake_patience = 200ms; });
  b.end.start();
  std::list<stranger> all;
  for (int i = 0; i < 30; ++i) {
    all.emplace_back(b.end->port());
    if (i % 3 == 1) all.back().say(bytes("\x16\x03\x01\x02\x00\x01", 6));
    if (i % 3 == 2) all.back().say("\x16");
  }
  for (const auto& s : all) CHECK(s.is_dropped());
  says(b.logged(), "It did not prove itself in time.");
}

TEST_CASE("however many strangers sit there, few are kept and a node comes through") {
  certificate_files files;
  files.issue("a");
  files.issue("b");
  node b(files, "b", [](auto& o) {
    o.handshake_patience = 1h;
    o.most_handshakes = 16;
  });
  node a(files, "a");
  b.end.start();
  a.end.start();
  std::list<stranger> all;
  for (int i = 0; i < 200; ++i) all.emplace_back(b.end->port());
  a.end.connect(to(*b.end));
  REQUIRE(a.end.comes([](const auto& t) { return t.connected.size() == 1; }));
  // All but the youngest are dropped, as soon as they have been taken.
  std::vector<pollfd> sit;
  for (const auto& s : all) sit.push_back({s.get(), POLLIN, 0});
  while (sit.size() > 16 && ::poll(sit.data(), sit.size(), 30'000) > 0)
    std::erase_if(sit, [](const pollfd& p) { return p.revents != 0; });
  CHECK(sit.size() <= 16);
  CHECK(b.log.lines(1).size() == 1);
  a.end.send(a.end.all().connected.front(), "hello");
  CHECK(b.end.comes([](const auto& t) { return t.received.size() == 1; }));
}

TEST_CASE("no more lines are accepted than may be open, and a place that is free is given") {
  certificate_files files;
  files.issue("a");
  files.issue("b");
  node b(files, "b", [](auto& o) { o.most_accepted = 3; });
  node a(files, "a");
  b.end.start();
  a.end.start();
  for (int i = 0; i < 3; ++i) a.end.connect(to(*b.end));
  REQUIRE(b.end.comes([](const auto& t) { return t.accepted.size() == 3; }));
  a.end.connect(to(*b.end));
  REQUIRE(a.end.comes([](const auto& t) { return t.closed.size() == 1; }));
  says(b.logged(), "Too many lines are open already.");
  a.end.close(a.end.all().connected.front());
  REQUIRE(b.end.comes([](const auto& t) { return t.closed.size() == 1; }));
  a.end.connect(to(*b.end));
  CHECK(b.end.comes([](const auto& t) { return t.accepted.size() == 4; }));
}

TEST_CASE(
    "a member of the cluster who does not keep to the framing loses its line, and it is told") {
  certificate_files files;
  files.issue("a");
  files.issue("b");
  node b(files, "b");
  b.end.start();
  const bool empty = GENERATE(true, false);
  tls_stranger s(b.end->port(), as(files, "a"));
  REQUIRE(s.shakes());
  REQUIRE(s.hears(greeting.size()) == greeting);
  REQUIRE(s.says(bytes("\0\0\0\2ok", 6) + (empty ? bytes("\0\0\0\0", 4) : bytes("\0\x10\0\1", 4)) +
                 bytes(50, 'x')));
  REQUIRE(b.end.comes([](const auto& t) { return t.closed.size() == 1; }));
  CHECK(b.end.all().all_received() == "ok");
  says(b.end.all().closed.front().second, empty ? "An empty chunk" : "the limit is 1048576");
  CHECK(s.hears(1).empty());
}

TEST_CASE("a member who vanishes, or stops within a chunk, is told as a line that is closed") {
  certificate_files files;
  files.issue("a");
  files.issue("b");
  node b(files, "b");
  b.end.start();
  {
    tls_stranger s(b.end->port(), as(files, "a"));
    REQUIRE(s.shakes());
    REQUIRE(s.hears(greeting.size()) == greeting);
    REQUIRE(s.says(bytes("\0\0\0\5ab", 6)));
  }
  REQUIRE(b.end.comes([](const auto& t) { return t.closed.size() == 1; }));
  CHECK(b.end.all().received.empty());
  says(b.end.all().closed.front().second, "vanished");
}

TEST_CASE("who answers a call with something else than a node does is refused") {
  certificate_files files;
  files.issue("a");
  files.issue("b");
  auto listening = listen_on({"127.0.0.1", 0});
  REQUIRE(listening);
  node a(files, "a");
  a.end.start();
  a.end.connect("127.0.0.1:" + std::to_string(port_of(*listening)));
  pollfd waits{listening->get(), POLLIN, 0};
  REQUIRE(::poll(&waits, 1, 30'000) == 1);
  descriptor came(::accept(listening->get(), nullptr, nullptr));
  SECTION("it is in the cluster, and greets otherwise") {
    tls_stranger s(std::move(came), as(files, "b"));
    REQUIRE(s.shakes());
    REQUIRE(s.says("loa\x02 and more"));
    REQUIRE(a.end.comes([](const auto& t) { return t.closed.size() == 1; }));
    says(a.end.all().closed.front().second, "is no node");
  }
  SECTION("it speaks no TLS") {
    (void)!::send(came.get(), "220 mail\r\n", 10, MSG_NOSIGNAL);
    REQUIRE(a.end.comes([](const auto& t) { return t.closed.size() == 1; }));
    says(a.end.all().closed.front().second, "does not speak TLS");
  }
  SECTION("it hangs up") {
    came = descriptor();
    REQUIRE(a.end.comes([](const auto& t) { return t.closed.size() == 1; }));
  }
  CHECK(a.end.all().connected.empty());
}

TEST_CASE("stop returns at once whatever strangers and calls are under way, time after time") {
  certificate_files files;
  files.issue("a");
  files.issue("b");
  const silent_host deaf(true);
  const silent_host silent(false);
  for (int round = 0; round < 40; ++round) {
    node b(files, "b");
    node a(files, "a");
    b.end.start();
    a.end.start();
    std::list<stranger> strangers;
    for (int i = 0; i < 12; ++i) {
      strangers.emplace_back(b.end->port());
      if (i % 2 == 0) strangers.back().say("\x16\x03\x01");
    }
    a.end->run([&] {
      for (int i = 0; i < 3; ++i) {
        (void)a.end->connect(deaf.address());
        (void)a.end->connect(silent.address());
        (void)a.end->connect("no-such-host.invalid:1");
        (void)a.end->connect(to(*b.end));
      }
    });
    if (round % 4 == 1) {
      REQUIRE(a.end.comes([](const auto& t) { return !t.connected.empty(); }));
    }
    if (round % 4 == 2) {
      REQUIRE(b.end.comes([](const auto& t) { return !t.accepted.empty(); }));
    }
    const auto begun = std::chrono::steady_clock::now();
    std::thread other([&] { b.end->stop(); });
    a.end->stop();
    other.join();
    CHECK(std::chrono::steady_clock::now() - begun < 10s);
  }
}
