#include <bench/load/postgres.hpp>
#include <bench/load/postgres_message.hpp>

#include <utility>

namespace loa::bench {

namespace {

constexpr char ready_for_query = 'Z';
constexpr char command_complete = 'C';
constexpr char parse_complete = '1';

std::string start() {
  return postgres_start("postgres", "postgres");
}

/// Calls `one` for each whole message that is no refusal.
std::size_t take_messages(std::string_view in, auto& to, auto one) {
  std::size_t taken = 0;
  for (;;) {
    const auto m = first_postgres_message(in.substr(taken));
    if (!m) {
      to.failed(m.error().detail);
      return in.size();
    }
    if (!*m) return taken;
    taken += (*m)->octets;
    if (auto why = refusal_in(**m))
      to.failed(*std::move(why));
    else
      one(**m);
  }
}

} // namespace

std::string postgres_listeners::hello(std::size_t) const {
  return start() + postgres_query("LISTEN alerts");
}

std::size_t postgres_listeners::take(std::string_view in, bool, subscriber_events& to) const {
  return take_messages(in, to, [&](const postgres_message& m) {
    if (m.type == command_complete)
      to.subscribed();
    else if (const auto text = notification_in(m))
      to.message(*text);
  });
}

std::string postgres_publisher::hello() {
  return start() +
         postgres_prepare("WITH stored AS (INSERT INTO alerts (body) VALUES ($1) RETURNING body) "
                          "SELECT pg_notify('alerts', body) FROM stored");
}

std::string postgres_publisher::publish(const std::string& identifier) {
  return postgres_run(filled(identifier, octets_));
}

std::size_t postgres_publisher::take(std::string_view in, publisher_events& to) {
  return take_messages(in, to, [&](const postgres_message& m) {
    if (m.type == parse_complete) prepared_ = true;
    // Complete is a command before its commit; the transaction is, when the server is ready again.
    if (m.type == command_complete) committed_ = true;
    if (m.type != ready_for_query) return;
    if (std::exchange(committed_, false))
      to.accepted();
    else if (prepared_)
      to.ready();
  });
}

std::string postgres_set_up::hello() {
  return start() + postgres_query("CREATE TABLE alerts (position bigserial PRIMARY KEY, accepted "
                                  "timestamptz NOT NULL DEFAULT now(), body text NOT NULL)");
}

std::size_t postgres_set_up::take(std::string_view in, publisher_events& to) {
  return take_messages(in, to, [&](const postgres_message& m) {
    if (m.type == command_complete) made_ = true;
    if (m.type == ready_for_query && made_) to.ready();
  });
}

} // namespace loa::bench
