#pragma once

#include <bench/client/cap_file.hpp>
#include <bench/client/http_text.hpp>
#include <bench/client/sockets.hpp>

#include <string>

namespace loa::bench {

/// Publishes one message and waits until the server has accepted it.
class publisher {
public:
  virtual ~publisher() = default;
  virtual void publish(const std::string& identifier) = 0;
};

/// Publishes a CAP alert at a unit of a Loa node, each time under a new identifier.
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

} // namespace loa::bench
