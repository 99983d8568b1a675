#include <bench/load/jetstream.hpp>
#include <bench/load/nats_operation.hpp>

#include <fmt/format.h>

namespace loa::bench {

namespace {

/// Answers carry an "error" or what was asked for, never both.
bool is_refusal(std::string_view answer) {
  return answer.find("\"error\":") != std::string_view::npos;
}

} // namespace

std::string jetstream_publisher::hello() {
  return fmt::format("{}SUB {} 1\r\nPING\r\n", nats_greeting, inbox_);
}

std::string jetstream_publisher::publish(const std::string& identifier) {
  const auto message = filled(identifier, octets_);
  const auto subject =
      to_.count > 0 ? nats_side_subject(to_.of(number_in(identifier))) : std::string(nats_subject);
  return fmt::format("PUB {} {} {}\r\n{}\r\n", subject, inbox_, message.size(), message);
}

std::size_t jetstream_publisher::take(std::string_view in, publisher_events& to) {
  const auto answer = [&](std::string_view text) {
    if (!is_refusal(text) && text.find("\"seq\":") != std::string_view::npos)
      to.accepted();
    else
      to.failed(fmt::format("JetStream does not store it: {}", text.substr(0, 300)));
  };
  return take_operations(in, to, answer, [&] { to.ready(); });
}

std::string jetstream_set_up::hello() {
  const auto stream = fmt::format(
      R"({{"name":"ALERTS","subjects":["{}","{}"],"retention":"limits","storage":"file","num_replicas":1}})",
      nats_subject, nats_side_subjects);
  return fmt::format("{}SUB _INBOX.setup 1\r\n"
                     "PUB $JS.API.STREAM.CREATE.ALERTS _INBOX.setup {}\r\n{}\r\n",
                     nats_greeting, stream.size(), stream);
}

std::size_t jetstream_set_up::take(std::string_view in, publisher_events& to) {
  const auto answer = [&](std::string_view text) {
    if (is_refusal(text))
      to.failed(fmt::format("JetStream makes no stream: {}", text.substr(0, 300)));
    else
      to.ready();
  };
  return take_operations(in, to, answer, [] {});
}

} // namespace loa::bench
