#include <bindings/cli/http_client.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include <thread>

using namespace loa::cli;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;

namespace {

/// A server that answers each connection with one of the scripted texts, then closes it. An empty
/// text is silence until the client goes.
class scripted_server {
public:
  explicit scripted_server(std::vector<std::string> answers)
      : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}),
        thread_([this, answers = std::move(answers)] {
          for (const auto& answer : answers) serve(answer);
        }) {}
  ~scripted_server() { thread_.join(); }

  [[nodiscard]] client_options client(std::chrono::milliseconds timeout = 5s) const {
    return {.node = {.port = acceptor_.local_endpoint().port()}, .timeout = timeout};
  }

private:
  void serve(const std::string& answer) {
    boost::system::error_code ec;
    tcp::socket s(io_);
    acceptor_.accept(s, ec);
    boost::asio::streambuf in;
    boost::asio::read_until(s, in, "\r\n\r\n", ec);
    boost::asio::write(s, boost::asio::buffer(answer), ec);
    if (answer.empty()) boost::asio::read_until(s, in, "never", ec);
  }

  boost::asio::io_context io_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

std::string detail_of(const loa::result<http_answer>& r) {
  return r ? "no error" : r.error().detail;
}

} // namespace

TEST_CASE("a refused connection says that nothing listens there") {
  boost::asio::io_context io;
  tcp::acceptor taken(io, {boost::asio::ip::address_v4::loopback(), 0});
  const auto port = taken.local_endpoint().port();
  taken.close();
  http_client client({.node = {.port = port}});
  CHECK(detail_of(client.send({})).find("Nothing listens on http://127.0.0.1:") == 0);
}

TEST_CASE("a server that says nothing is given up after the time-out") {
  scripted_server server({""});
  http_client client(server.client(50ms));
  const auto answer = client.send({});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == loa::errc::timeout);
}

TEST_CASE("a connection that breaks in the middle of an answer is an error, not half an answer") {
  scripted_server server({"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"});
  http_client client(server.client());
  CHECK(detail_of(client.send({})).find("broke") != std::string::npos);
}

TEST_CASE("what does not speak HTTP is named as such") {
  scripted_server server({"220 mail ready\r\n\r\n"});
  http_client client(server.client());
  CHECK(detail_of(client.send({})).find("HTTP") != std::string::npos);
}

TEST_CASE("a kept connection that the server closed is opened again for the next call") {
  const std::string good = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  scripted_server server({good, good});
  http_client client(server.client());
  REQUIRE(client.send({}));
  const auto second = client.send({});
  REQUIRE(second);
  CHECK(second->body == "ok");
}

TEST_CASE("an answer larger than the limit is refused") {
  scripted_server server(
      {"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + std::string(2000, 'x')});
  auto options = server.client();
  options.most_answer = 1000;
  http_client client(options);
  const auto answer = client.send({});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == loa::errc::too_large);
}

TEST_CASE("a status of 400 and above is an error where success is expected") {
  scripted_server server({"HTTP/1.1 403 Forbidden\r\nContent-Length: 25\r\n\r\n"
                          R"({"detail":"Not for you."})"});
  http_client client(server.client());
  const auto answer = client.expect({});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == loa::errc::forbidden);
  CHECK(answer.error().detail == "Not for you.");
}

TEST_CASE("a name that nobody knows is an error") {
  http_client client({.node = {.host = "no-such-host.invalid"}, .timeout = 5s});
  CHECK(detail_of(client.send({})).find("no-such-host.invalid") != std::string::npos);
}
