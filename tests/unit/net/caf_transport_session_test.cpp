#include <loa/net/caf_transport.hpp>
#include <loa/net/peer_session.hpp>

#include <support/certificate_files.hpp>
#include <support/transport_rig.hpp>

#include <optional>

using namespace loa;
using namespace loa::net;
using namespace std::chrono_literals;
using loa::test::certificate_files;
using loa::test::patience;

namespace {

/// A host with one session over a transport, as a node has them.
class talker final : public transport_events {
public:
  talker(certificate_files& files, const std::string& name)
      : settings_{identity_of(files, name)},
        transport_(open_caf_transport(files.options(name))) {
    settings_.incarnation = 7;
    const auto begun = transport_->start(*this);
    if (!begun) FAIL(begun.error().to_string());
  }
  talker(const talker&) = delete;
  talker& operator=(const talker&) = delete;
  ~talker() override { transport_->stop(); }

  void call(const talker& other) {
    transport_->run([this, to = "127.0.0.1:" + std::to_string(other.transport_->port())] {
      (void)transport_->connect(to);
    });
  }
  void send(envelope_lane lane, bytes content) {
    transport_->run([this, lane, c = std::move(content)]() mutable {
      if (!session_->send(lane, 1, std::move(c))) failed_ = true;
      follow(session_->flush(transport_->now()));
    });
  }
  void say_farewell() {
    transport_->run([this] {
      follow(session_->close({farewell_reason::stopping, {}}, transport_->now()));
    });
  }
  template <class F>
  [[nodiscard]] bool comes(F what) {
    std::unique_lock lock(mutex_);
    return news_.wait_for(lock, patience, what);
  }

  std::optional<std::string> peer;
  std::vector<bytes> got;
  std::optional<session_ending> ended;
  bool failed_ = false;

private:
  static identity identity_of(certificate_files& files, const std::string& name) {
    const auto made = files.issue(name);
    return *identity::load(made.certificate_pem, made.key_pem, files.authority().certificate_pem);
  }

  void begin(line_id line, handshake_role role) {
    line_ = line;
    session_.emplace(role, settings_, system_random());
    follow(session_->start(transport_->now()));
  }
  void follow(peer_session::output out) {
    for (auto& chunk : out.to_send) transport_->send(line_, std::move(chunk));
    if (out.next_timer) transport_->wake_at(*out.next_timer);
    for (const auto& m : out.received) session_->consumed(m.lane, m.cost);
    {
      std::lock_guard lock(mutex_);
      if (out.up) peer = out.up->peer.node;
      for (auto& m : out.received) got.push_back(std::move(m.content));
      if (out.ended) ended = out.ended;
      news_.notify_all();
    }
    if (out.ended) transport_->close(line_);
    if (!out.received.empty() && !out.ended) follow(session_->flush(transport_->now()));
  }

  void on_accepted(line_id line) override { begin(line, handshake_role::responder); }
  void on_connected(line_id line) override { begin(line, handshake_role::initiator); }
  void on_received(line_id, bytes chunk) override {
    if (session_->has_ended()) return;
    follow(session_->take(chunk, transport_->now(), system_clock().now()));
  }
  void on_closed(line_id, const std::string& why) override {
    if (session_ && !session_->has_ended()) follow(session_->lost(why));
  }
  void on_time() override {
    if (session_ && !session_->has_ended()) follow(session_->tick(transport_->now()));
  }

  handshake_settings settings_;
  line_id line_ = 0;
  std::optional<peer_session> session_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::unique_ptr<transport> transport_;
};

} // namespace

TEST_CASE("two sessions over TCP come up, talk on both lanes and part with a farewell") {
  certificate_files files;
  talker a(files, "a");
  talker b(files, "b");
  a.call(b);
  REQUIRE(a.comes([&] { return a.peer.has_value(); }));
  REQUIRE(b.comes([&] { return b.peer.has_value(); }));
  CHECK(*a.peer == "b");
  CHECK(*b.peer == "a");
  for (int i = 0; i < 500; ++i) {
    a.send(i % 2 == 0 ? envelope_lane::ordinary : envelope_lane::emergency, std::to_string(i));
    b.send(envelope_lane::ordinary, std::to_string(i));
  }
  CHECK(a.comes([&] { return a.got.size() == 500; }));
  CHECK(b.comes([&] { return b.got.size() == 500; }));
  a.say_farewell();
  REQUIRE(b.comes([&] { return b.ended.has_value(); }));
  CHECK(b.ended->end == session_end::heard_farewell);
  CHECK_FALSE(a.failed_);
}

TEST_CASE("messages of 16 MB cross TCP in pieces, both ways at once") {
  certificate_files files;
  talker a(files, "a");
  talker b(files, "b");
  b.call(a);
  REQUIRE(a.comes([&] { return a.peer.has_value(); }));
  REQUIRE(b.comes([&] { return b.peer.has_value(); }));
  bytes there(std::size_t{16} << 20, '\0');
  for (std::size_t i = 0; i < there.size(); ++i) there[i] = static_cast<char>(i * 31 >> 7);
  const bytes back(there.rbegin(), there.rend());
  a.send(envelope_lane::ordinary, there);
  b.send(envelope_lane::ordinary, back);
  REQUIRE(a.comes([&] { return a.got.size() == 1; }));
  REQUIRE(b.comes([&] { return b.got.size() == 1; }));
  CHECK((a.got.front() == back));
  CHECK((b.got.front() == there));
}
