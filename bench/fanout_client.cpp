#include <bench/client/cap_file.hpp>
#include <bench/client/figures.hpp>
#include <bench/client/files.hpp>
#include <bench/client/options.hpp>
#include <bench/client/sockets.hpp>
#include <bench/client/subscriber.hpp>

#include <sys/epoll.h>

#include <chrono>
#include <deque>
#include <memory>
#include <thread>

using namespace loa;
using namespace loa::bench;
using steady = std::chrono::steady_clock;

namespace {

constexpr auto usage = R"(Usage: bench_fanout_client nats|loa --port PORT [OPTIONS]

Opens many subscribers on a loopback port, publishes one message per round and measures when the
first and the last of them has received it. Prints one JSON object; exit code 1 if one missed any.

  --connections N   subscribers, 10000
  --rounds N        9
  --server-pid PID  reads the server's resident memory before and after the connections
  --bytes N         nats: the length of the message, 1500
  --hierarchy FILE  loa: citizens follow its lowest units, in turn
  --alert FILE      loa: the CAP alert to publish, each round under a new identifier
  --token FILE      loa: an editor's token
  --unit PATH       loa: where to publish, the root of the hierarchy
  --prefix TEXT     loa: of the citizens' ids, b
  --ack             loa: acknowledge every frame, once no other waits to be read
)";

double ms_since(steady::time_point t) {
  return std::chrono::duration<double, std::milli>(steady::now() - t).count();
}

/// Publishes one message and waits until the server has accepted it.
class publisher {
public:
  virtual ~publisher() = default;
  virtual void publish(const std::string& identifier) = 0;
};

class nats_publisher final : public publisher {
public:
  nats_publisher(std::uint16_t port, std::size_t octets)
      : socket_(connect_and_wait(port)),
        octets_(octets) {
    send_all(socket_, "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nPING\r\n");
    wait_for_pong();
  }
  void publish(const std::string& identifier) override {
    auto message = identifier + std::string(octets_ - std::min(octets_, identifier.size()), '.');
    send_all(socket_, fmt::format("PUB {} {}\r\n{}\r\nPING\r\n", nats_protocol::subject,
                                  message.size(), message));
    wait_for_pong();
  }

private:
  void wait_for_pong() {
    std::string in;
    while (in.find("PONG\r\n") == std::string::npos) {
      char buffer[4096];
      auto n = ::recv(socket_.get(), buffer, sizeof buffer, 0);
      if (n <= 0) give_up("the publisher's connection ended");
      in.append(buffer, static_cast<std::size_t>(n));
    }
  }

  descriptor socket_;
  std::size_t octets_;
};

class alert_publisher final : public publisher {
public:
  alert_publisher(std::uint16_t port, const std::string& unit, std::string alert, std::string token)
      : socket_(connect_and_wait(port)),
        target_("/v1/units/" + unit + "/alerts"),
        alert_(std::move(alert)),
        token_(std::move(token)) {}
  void publish(const std::string& identifier) override {
    send_all(socket_,
             post_request(target_, "application/cap+xml", token_, reissued(alert_, identifier)));
    std::string in;
    for (;;) {
      char buffer[4096];
      auto n = ::recv(socket_.get(), buffer, sizeof buffer, 0);
      if (n <= 0) give_up("the server ended the connection on which the alert was posted");
      in.append(buffer, static_cast<std::size_t>(n));
      auto answer = whole_response(in);
      if (!answer) continue;
      if (answer->status != 202) give_up("the alert was not accepted: " + in);
      return;
    }
  }

private:
  descriptor socket_;
  std::string target_;
  std::string alert_;
  std::string token_;
};

/// All subscribers, on one thread.
class crowd {
public:
  crowd(std::uint16_t port, std::size_t count, const subscriber_protocol& protocol)
      : port_(port),
        protocol_(protocol),
        subscribers_(count),
        poll_(::epoll_create1(EPOLL_CLOEXEC)),
        buffer_(1U << 18, '\0') {}

  /// Connects all, at most 200 at a time.
  void connect(std::chrono::seconds patience) {
    std::size_t begun = 0;
    auto deadline = steady::now() + patience;
    while (ready_ < subscribers_.size() && steady::now() < deadline) {
      while (begun < subscribers_.size() && begun - ready_ < 200) begin(begun++);
      turn(10);
    }
    if (ready_ < subscribers_.size())
      give_up(fmt::format("only {} of {} subscribers are ready", ready_, subscribers_.size()));
  }

  /// Counts messages that contain `identifier` from now on.
  void expect(const std::string& identifier) {
    expected_ = identifier;
    received_ = 0;
    for (auto& s : subscribers_) s.received = false;
  }
  [[nodiscard]] std::size_t received() const { return received_; }
  [[nodiscard]] std::size_t repeated() const { return repeated_; }
  [[nodiscard]] std::size_t message_octets() const { return message_octets_; }
  [[nodiscard]] std::size_t failures() const { return failures_; }
  [[nodiscard]] const std::string& first_failure() const { return first_failure_; }
  [[nodiscard]] steady::time_point first() const { return first_; }
  [[nodiscard]] steady::time_point last() const { return last_; }

  /// Takes what comes, for that long or until all have the message that is expected.
  void listen(std::chrono::milliseconds patience, bool until_all) {
    auto deadline = steady::now() + patience;
    while (steady::now() < deadline && !(until_all && received_ == subscribers_.size())) turn(5);
  }

private:
  struct subscriber {
    descriptor socket;
    std::string rest; ///< A message of which the end is still to come.
    bool connected = false;
    bool ready = false;
    bool received = false;
  };

  void begin(std::size_t n) {
    // Each source address has ports of its own, and a server may limit what comes from one.
    subscribers_[n].socket = begin_connect(port_, static_cast<unsigned>(n / 5000 % 250) + 2);
    epoll_event event{};
    event.events = EPOLLOUT;
    event.data.u64 = n;
    ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, subscribers_[n].socket.get(), &event);
  }

  void turn(int wait_ms) {
    epoll_event events[256];
    int n = ::epoll_wait(poll_.get(), events, 256, replies_.empty() ? wait_ms : 0);
    if (n <= 0) return reply_to_some();
    for (int i = 0; i < n; ++i) {
      auto& s = subscribers_[events[i].data.u64];
      if (!s.connected)
        greet(s, events[i].data.u64);
      else
        read(s);
    }
  }

  /// Subscribers on machines of their own would not keep each other from reading: replies wait
  /// while anything can be read.
  void reply_to_some() {
    for (int i = 0; i < 16 && !replies_.empty(); ++i) {
      send(*replies_.front().from, replies_.front().text);
      replies_.pop_front();
    }
  }

  void greet(subscriber& s, std::size_t n) {
    s.connected = true;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = n;
    ::epoll_ctl(poll_.get(), EPOLL_CTL_MOD, s.socket.get(), &event);
    send(s, protocol_.hello(n));
  }

  void send(subscriber& s, std::string_view data) {
    auto n = ::send(s.socket.get(), data.data(), data.size(), MSG_NOSIGNAL);
    if (n != static_cast<ssize_t>(data.size())) fail(s, "could not send to the server");
  }

  void read(subscriber& s) {
    auto n = ::recv(s.socket.get(), buffer_.data(), buffer_.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) return fail(s, "the server ended the connection");
    std::string_view in(buffer_.data(), static_cast<std::size_t>(n));
    if (!s.rest.empty()) {
      s.rest.append(in);
      in = s.rest;
    }
    current_ = &s;
    auto taken = protocol_.take(in, s.ready, arrivals_);
    s.rest = std::string(in.substr(std::min(taken, in.size())));
  }

  void count(std::string_view message) {
    if (expected_.empty() || message.find(expected_) == std::string_view::npos) return;
    if (std::exchange(current_->received, true)) {
      ++repeated_;
      return;
    }
    last_ = steady::now();
    if (received_++ == 0) first_ = last_;
    message_octets_ = message.size();
  }

  void fail(subscriber& s, const std::string& why) {
    ++failures_;
    if (first_failure_.empty()) first_failure_ = why;
    ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, s.socket.get(), nullptr);
    if (failures_ > 100) give_up("more than 100 connections failed, the first: " + first_failure_);
  }

  std::uint16_t port_;
  const subscriber_protocol& protocol_;
  std::vector<subscriber> subscribers_;
  descriptor poll_;
  std::string buffer_;
  subscriber* current_ = nullptr;
  arrivals arrivals_{[this](std::string_view message) { count(message); },
                     [this] {
                       if (!std::exchange(current_->ready, true)) ++ready_;
                     },
                     [this](std::string_view data) {
                       replies_.push_back({current_, std::string(data)});
                     },
                     [this](const std::string& why) { fail(*current_, why); }};
  struct reply {
    subscriber* from;
    std::string text;
  };
  std::deque<reply> replies_;
  std::size_t ready_ = 0;
  std::string expected_;
  std::size_t received_ = 0;
  std::size_t repeated_ = 0;
  std::size_t message_octets_ = 0;
  std::size_t failures_ = 0;
  std::string first_failure_;
  steady::time_point first_;
  steady::time_point last_;
};

} // namespace

int main(int argc, char** argv) {
  options given(argc, argv, usage,
                {{"port", ""},
                 {"connections", "10000"},
                 {"rounds", "9"},
                 {"server-pid", "0"},
                 {"bytes", "1500"},
                 {"hierarchy", ""},
                 {"alert", ""},
                 {"token", ""},
                 {"unit", ""},
                 {"prefix", "b"},
                 {"ack", "no"}});
  auto port = static_cast<std::uint16_t>(given.number("port"));
  auto connections = static_cast<std::size_t>(given.number("connections"));
  need_files(connections + 64);

  std::unique_ptr<subscriber_protocol> protocol;
  std::unique_ptr<publisher> source;
  if (given.verb() == "nats") {
    protocol = std::make_unique<nats_protocol>();
    source =
        std::make_unique<nats_publisher>(port, static_cast<std::size_t>(given.number("bytes")));
  } else if (given.verb() == "loa") {
    auto tree = hierarchy(given.needed("hierarchy"));
    auto unit = given.text("unit").empty() ? tree.root().unit.str() : given.text("unit");
    auto token = given.text("token").empty() ? "" : file_text(given.text("token"));
    token.erase(token.find_last_not_of(" \r\n") + 1);
    protocol = std::make_unique<citizen_protocol>(given.text("prefix"), lowest_units(tree),
                                                  given.flag("ack"));
    source = std::make_unique<alert_publisher>(port, unit, file_text(given.needed("alert")), token);
  } else {
    given.refuse("say nats or loa");
  }

  auto pid = given.number("server-pid");
  auto memory_before = resident_memory(pid);
  crowd all(port, connections, *protocol);
  auto begin = steady::now();
  all.connect(std::chrono::seconds(120));
  double ramp = ms_since(begin);
  all.listen(std::chrono::seconds(1), false);
  auto memory_connected = resident_memory(pid);

  std::vector<double> first;
  std::vector<double> last;
  std::vector<double> accepted;
  std::size_t missed = 0;
  for (long round = 0; round < given.number("rounds"); ++round) {
    auto identifier = fmt::format(
        "BENCH-{}-{}", std::chrono::system_clock::now().time_since_epoch().count(), round);
    all.expect(identifier);
    steady::time_point published;
    double answered = 0;
    std::thread publishing([&] {
      published = steady::now();
      source->publish(identifier);
      answered = ms_since(published);
    });
    all.listen(std::chrono::seconds(30), true);
    publishing.join();
    auto ms = [&](steady::time_point t) {
      return std::chrono::duration<double, std::milli>(t - published).count();
    };
    missed += connections - all.received();
    accepted.push_back(answered);
    first.push_back(ms(all.first()));
    last.push_back(ms(all.last()));
    all.listen(std::chrono::milliseconds(500), false);
  }
  auto memory_after = resident_memory(pid);
  auto per_connection = [&](std::uint64_t now) {
    return now > memory_before ? (now - memory_before) / connections : 0;
  };
  fmt::print("{{\"server\":\"{}\",\"connections\":{},\"message_bytes\":{},\"connect_ms\":{:.1f},"
             "\"last_ms\":{},\"median_last_ms\":{:.2f},\"median_first_ms\":{:.2f},"
             "\"accepted_ms\":{},\"median_accepted_ms\":{:.2f},\"missed\":{},\"repeated\":{},"
             "\"failed\":{},\"bytes_per_connection\":{},\"bytes_per_connection_after\":{}}}\n",
             given.verb(), connections, all.message_octets(), ramp, json_array(last), median(last),
             median(first), json_array(accepted), median(accepted), missed, all.repeated(),
             all.failures(), per_connection(memory_connected), per_connection(memory_after));
  if (all.failures() > 0) fmt::print(stderr, "first failure: {}\n", all.first_failure());
  return missed == 0 && all.failures() == 0 ? 0 : 1;
}
