#include <bench/client/figures.hpp>
#include <bench/client/files.hpp>
#include <bench/client/http_text.hpp>
#include <bench/client/options.hpp>
#include <bench/client/sockets.hpp>

#include <sys/epoll.h>

#include <chrono>
#include <map>

using namespace loa;
using namespace loa::bench;
using steady = std::chrono::steady_clock;

namespace {

constexpr auto usage = R"(Usage: bench_report_client --port PORT --hierarchy FILE [OPTIONS]

Posts citizens' reports to the lowest units of a Loa node over keep-alive connections, each sending its next
report when the last is answered, and counts what was accepted (201). Prints one JSON object; exit
code 1 if anything else was answered.

  --connections N   64
  --seconds S       10, after one second that does not count
  --rate N          reports a second in all; 0 sends as fast as answers come
  --category TEXT   the reports' category, "giao-thong"
)";

struct connection {
  descriptor socket;
  std::string in;
  steady::time_point sent;
  std::size_t citizen = 0;
};

class load {
public:
  load(const options& given, std::vector<std::string> units)
      : units_(std::move(units)),
        category_(given.text("category")),
        poll_(::epoll_create1(EPOLL_CLOEXEC)),
        connections_(static_cast<std::size_t>(given.number("connections"))) {
    auto rate = given.number("rate");
    if (rate > 0) interval_ = std::chrono::nanoseconds(1'000'000'000 / rate);
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      connections_[i].socket = connect_and_wait(static_cast<std::uint16_t>(given.number("port")));
      connections_[i].citizen = i;
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, connections_[i].socket.get(), &event);
    }
  }

  void run(std::chrono::seconds whole, std::chrono::seconds uncounted) {
    auto begin = steady::now();
    counted_from_ = begin + uncounted;
    auto end = begin + whole;
    next_due_ = begin;
    for (auto& c : connections_) idle_.push_back(&c);
    while (steady::now() < end) {
      send_what_is_due();
      turn();
    }
    seconds_ = std::chrono::duration<double>(steady::now() - counted_from_).count();
  }

  [[nodiscard]] int print() const {
    std::string statuses;
    for (auto [status, count] : statuses_)
      statuses += fmt::format("{}\"{}\":{}", statuses.empty() ? "" : ",", status, count);
    fmt::print("{{\"connections\":{},\"seconds\":{:.2f},\"accepted\":{},\"per_second\":{:.0f},"
               "\"p50_ms\":{:.2f},\"p99_ms\":{:.2f},\"max_ms\":{:.2f},\"statuses\":{{{}}}}}\n",
               connections_.size(), seconds_, times_.size(),
               static_cast<double>(times_.size()) / seconds_, percentile(times_, 0.5),
               percentile(times_, 0.99), percentile(times_, 1), statuses);
    if (!first_refusal_.empty()) fmt::print(stderr, "first refusal: {}\n", first_refusal_);
    return first_refusal_.empty() && !times_.empty() ? 0 : 1;
  }

private:
  void send_what_is_due() {
    while (!idle_.empty()) {
      auto now = steady::now();
      if (interval_ > std::chrono::nanoseconds(0)) {
        if (now < next_due_) return;
        next_due_ += interval_;
      }
      auto* c = idle_.back();
      idle_.pop_back();
      post(*c, now);
    }
  }

  void post(connection& c, steady::time_point now) {
    auto number = sent_++;
    auto body = fmt::format("{{\"citizen\":\"reporter-{}\",\"category\":\"{}\",\"text\":"
                            "\"Nắp cống trước nhà số {} bị vỡ, xe máy đi đêm rất nguy hiểm.\"}}",
                            c.citizen, category_, number);
    c.sent = now;
    send_all(c.socket, post_request("/v1/units/" + units_[number % units_.size()] + "/reports",
                                    "application/json", "", body));
  }

  void turn() {
    epoll_event events[64];
    int n = ::epoll_wait(poll_.get(), events, 64, idle_.empty() ? 100 : 1);
    for (int i = 0; i < n; ++i) read(connections_[events[i].data.u64]);
  }

  void read(connection& c) {
    char buffer[16384];
    auto n = ::recv(c.socket.get(), buffer, sizeof buffer, 0);
    if (n <= 0) give_up("the server ended a connection");
    c.in.append(buffer, static_cast<std::size_t>(n));
    auto answer = whole_response(c.in);
    if (!answer) return;
    auto now = steady::now();
    ++statuses_[answer->status];
    if (answer->status != 201 && first_refusal_.empty()) first_refusal_ = c.in;
    if (answer->status == 201 && c.sent >= counted_from_)
      times_.push_back(std::chrono::duration<double, std::milli>(now - c.sent).count());
    c.in.erase(0, answer->octets);
    idle_.push_back(&c);
  }

  std::vector<std::string> units_;
  std::string category_;
  descriptor poll_;
  std::vector<connection> connections_;
  std::vector<connection*> idle_;
  std::chrono::nanoseconds interval_{0};
  steady::time_point next_due_;
  steady::time_point counted_from_;
  double seconds_ = 0;
  std::size_t sent_ = 0;
  std::vector<double> times_;
  std::map<int, std::size_t> statuses_;
  std::string first_refusal_;
};

} // namespace

int main(int argc, char** argv) {
  options given(argc, argv, usage,
                {{"port", ""},
                 {"hierarchy", ""},
                 {"connections", "64"},
                 {"seconds", "10"},
                 {"rate", "0"},
                 {"category", "giao-thong"}});
  need_files(static_cast<rlim_t>(given.number("connections")) + 64);
  load all(given, lowest_units(hierarchy(given.needed("hierarchy"))));
  all.run(std::chrono::seconds(given.number("seconds") + 1), std::chrono::seconds(1));
  return all.print();
}
