#pragma once

#include "client.hpp"

#include <bindings/http/server.hpp>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>

namespace loa::http::test {

/// A directory of one test, gone with it.
class scratch {
public:
  scratch() {
    auto pattern = (std::filesystem::temp_directory_path() / "loa-http-XXXXXX").string();
    where_ = ::mkdtemp(pattern.data());
  }
  ~scratch() { std::filesystem::remove_all(where_); }
  [[nodiscard]] std::filesystem::path operator/(std::string_view file) const {
    return where_ / file;
  }

private:
  std::filesystem::path where_;
};

/// A node that answers what the test says and keeps what it was told.
class fake_node final : public backend {
public:
  struct message {
    name to;
    wire::value what;
    node::ask_options options;
  };
  using answerer = std::function<result<wire::value>(const message&)>;

  void ask(const name& to, wire::value command, node::reply_handler then,
           node::ask_options options) override {
    if (elsewhere && to.kind() == elsewhere->kind)
      return elsewhere->serve(to, std::move(command), std::move(then));
    message m{to, std::move(command), std::move(options)};
    answerer how;
    {
      const std::lock_guard lock(mutex_);
      how = answer_;
      asked_.push_back(m);
      if (!how) waiting_.push_back(then);
      came_.notify_all();
    }
    if (how) then(how(m));
  }
  void tell(const name& to, wire::value command) override {
    const std::lock_guard lock(mutex_);
    told_.push_back({to, std::move(command), {}});
    came_.notify_all();
  }

  [[nodiscard]] node::whereabouts find(const path& unit) const override {
    return places ? places(unit) : node::whereabouts{};
  }

  std::function<node::whereabouts(const path&)> places; ///< Empty: every unit is here.
  std::optional<node::service> elsewhere;               ///< Of another node.

  void answer_with(answerer how) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(how);
  }
  template <wire::tagged T>
  void answer_with_value(T x) {
    answer_with([v = wire::value::of(std::move(x))](const message&) { return v; });
  }
  void refuse_with(error why) {
    answer_with([why](const message&) -> result<wire::value> { return why; });
  }

  /// The oldest question that no earlier call gave.
  message next_asked() { return next(asked_); }
  message next_told() { return next(told_); }
  /// The next told message of type `T`; others before it are skipped.
  template <wire::tagged T>
  std::pair<name, T> wait_told() {
    for (;;) {
      auto m = next_told();
      if (const auto* x = m.what.get<T>()) return {m.to, *x};
    }
  }
  template <wire::tagged T>
  std::pair<message, T> wait_asked() {
    for (;;) {
      auto m = next_asked();
      if (const auto* x = m.what.get<T>()) return {m, *x};
    }
  }
  [[nodiscard]] std::size_t asked() {
    const std::lock_guard lock(mutex_);
    return asked_.size();
  }
  [[nodiscard]] std::size_t told() {
    const std::lock_guard lock(mutex_);
    return told_.size();
  }
  /// Answers the `n`th question that was left open.
  void answer_open(std::size_t n, result<wire::value> how) {
    node::reply_handler then;
    {
      std::unique_lock lock(mutex_);
      if (!came_.wait_for(lock, std::chrono::seconds(30), [&] { return waiting_.size() > n; }))
        throw std::runtime_error("no such question came");
      then = waiting_[n];
    }
    then(std::move(how));
  }

private:
  message next(std::deque<message>& from) {
    std::unique_lock lock(mutex_);
    if (!came_.wait_for(lock, std::chrono::seconds(30), [&] { return !from.empty(); }))
      throw std::runtime_error("nothing came to the node");
    auto m = std::move(from.front());
    from.pop_front();
    return m;
  }

  std::mutex mutex_;
  std::condition_variable came_;
  answerer answer_;
  std::deque<message> asked_;
  std::deque<message> told_;
  std::vector<node::reply_handler> waiting_;
};

/// A clock that a test moves while others read it.
class test_clock final : public clock {
public:
  [[nodiscard]] instant now() const override { return from_millis(ms_); }
  void advance(duration by) { ms_ += by.count(); }

private:
  std::atomic<std::int64_t> ms_{to_millis(parse_rfc3339("2025-09-01T05:00:00+07:00").value())};
};

inline std::shared_ptr<const model::unit_tree> small_tree() {
  auto tree = model::unit_tree::load(
      R"({"source":"test","root":{"code":"79","name":"Thành phố","tier":"city",
    "children":[{"code":"760","name":"Quận 1","tier":"district","children":[
                  {"code":"26734","name":"Phường Tân Định","tier":"commune"}]},
                {"code":"769","name":"Thủ Đức","tier":"district","children":[
                  {"code":"26794","name":"Phường Linh Xuân","tier":"commune"},
                  {"code":"26797","name":"Phường Bình Chiểu","tier":"commune"}]}]}})");
  if (!tree) throw std::runtime_error(tree.error().to_string());
  return std::make_shared<const model::unit_tree>(*std::move(tree));
}

inline path unit(std::string_view text) {
  return path::parse(text).value();
}
inline name entity(std::string_view text) {
  return name::parse(text).value();
}

/// A server on a free port in front of a fake node.
class gateway_under_test {
public:
  explicit gateway_under_test(server_options options = {}, std::function<result<void>()> ready = {},
                              token_key k = token_key::generate().value())
      : key(std::move(k)) {
    options.listen = "127.0.0.1:0";
    options.node = "test-node";
    if (options.citizen_secrets) options.known_citizens = files / "known";
    auto made = server::create(std::move(options), {small_tree(), auth, metrics, no_log(), time,
                                                    system_random(), std::move(ready)});
    if (!made) throw std::runtime_error(made.error().to_string());
    gateway = *std::move(made);
    if (auto started = gateway->start(node); !started)
      throw std::runtime_error(started.error().to_string());
  }
  ~gateway_under_test() { gateway->stop(); }

  [[nodiscard]] client connect(int receive_buffer = 0) const {
    return client(gateway->port(), receive_buffer);
  }

  [[nodiscard]] std::string token(role r, std::string_view where = "79",
                                  std::string_view subject = {}) {
    claims c{fmt::format("t{}", ++tokens_), std::string(subject), r, unit(where), time.now(), {}};
    return key.sign(c).value();
  }

  /// One request on a connection of its own. `head` are further header lines, each with its end.
  answer call(std::string_view method, std::string_view target, std::string_view head = {},
              std::string_view body = {}) const {
    auto c = connect();
    c.send(request(method, target, head, body));
    return c.read_answer(method == "HEAD");
  }
  static std::string request(std::string_view method, std::string_view target,
                             std::string_view head = {}, std::string_view body = {}) {
    auto text = fmt::format("{} {} HTTP/1.1\r\nHost: loa\r\n{}", method, target, head);
    if (!body.empty()) text += fmt::format("Content-Length: {}\r\n", body.size());
    return text + "\r\n" + std::string(body);
  }
  std::string as(role r, std::string_view where = "79", std::string_view subject = {}) {
    return fmt::format("Authorization: Bearer {}\r\n", token(r, where, subject));
  }

  /// One administrator's token, the same each time.
  std::string as_always() {
    if (always_.empty()) always_ = as(role::administrator);
    return always_;
  }

  static std::string upgrade(std::string_view target, std::string_view head = {}) {
    return request(
        "GET", target,
        fmt::format("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{}",
                    head));
  }
  /// An open stream; fails if the server does not switch.
  client stream(std::string_view target, std::string_view head = {}, int receive_buffer = 0) const {
    auto c = connect(receive_buffer);
    c.send(upgrade(target, head));
    const auto a = c.read_answer();
    if (a.status != 101) throw std::runtime_error(a.body);
    return c;
  }

  scratch files;
  test_clock time;
  metric_registry metrics;
  token_key key;
  authority auth{key, files / "revoked", time};
  fake_node node;
  std::unique_ptr<server> gateway;

private:
  int tokens_ = 0;
  std::string always_;
};

} // namespace loa::http::test
