#include <bench/load/postgres_message.hpp>
#include <bench/load/protocol.hpp>

#include <fmt/format.h>

namespace loa::bench {

namespace {

constexpr std::size_t length_octets = 4;
constexpr std::size_t version_3_0 = 196'608;

void put_number(std::string& to, std::size_t n, int octets = 4) {
  for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8)
    to += static_cast<char>(n >> shift & 0xff);
}

std::size_t number_at(std::string_view in, std::size_t at) {
  std::size_t out = 0;
  for (std::size_t i = at; i < at + 4; ++i) out = out << 8 | static_cast<unsigned char>(in[i]);
  return out;
}

void put_text(std::string& to, std::string_view text) {
  to += text;
  to += '\0';
}

/// Only the first message has no type.
std::string message(std::string_view type, std::string_view body) {
  std::string out(type);
  put_number(out, length_octets + body.size());
  out += body;
  return out;
}

std::string sync() {
  return message("S", {});
}

} // namespace

result<std::optional<postgres_message>> first_postgres_message(std::string_view in) {
  using nothing = std::optional<postgres_message>;
  if (in.size() < 1 + length_octets) return nothing();
  const auto length = number_at(in, 1);
  if (length < length_octets || length > longest_message)
    return error{errc::malformed,
                 fmt::format("PostgreSQL sends a message of {} octets, which cannot be.", length),
                 {}};
  if (in.size() < 1 + length) return nothing();
  return nothing(postgres_message{in.front(), in.substr(1 + length_octets, length - length_octets),
                                  1 + length});
}

std::optional<std::string_view> notification_in(const postgres_message& m) {
  if (m.type != 'A' || m.body.size() < 4) return std::nullopt;
  const auto channel_end = m.body.find('\0', 4); // a process id stands before the channel
  if (channel_end == std::string_view::npos) return std::nullopt;
  const auto payload = m.body.substr(channel_end + 1);
  const auto end = payload.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  return payload.substr(0, end);
}

std::optional<std::string> refusal_in(const postgres_message& m) {
  if (m.type == 'R')
    return m.body.size() == 4 && number_at(m.body, 0) == 0
               ? std::nullopt
               : std::optional<std::string>("PostgreSQL asks for a password");
  if (m.type != 'E') return std::nullopt;
  auto fields = m.body;
  while (!fields.empty() && fields.front() != '\0') {
    const auto end = fields.find('\0');
    if (end == std::string_view::npos) break;
    if (fields.front() == 'M') return std::string(fields.substr(1, end - 1));
    fields.remove_prefix(end + 1);
  }
  return "PostgreSQL refuses without a reason";
}

std::string postgres_start(std::string_view user, std::string_view database) {
  std::string body;
  put_number(body, version_3_0);
  for (const auto text : {std::string_view("user"), user, std::string_view("database"), database})
    put_text(body, text);
  body += '\0';
  return message({}, body);
}

std::string postgres_query(std::string_view statements) {
  std::string body;
  put_text(body, statements);
  return message("Q", body);
}

std::string postgres_prepare(std::string_view statement) {
  std::string body;
  put_text(body, {}); // the unnamed statement
  put_text(body, statement);
  put_number(body, 0, 2); // parameters have the types that the server finds
  return message("P", body) + sync();
}

std::string postgres_run(std::string_view parameter) {
  std::string bind;
  put_text(bind, {}); // the unnamed portal of the unnamed statement
  put_text(bind, {});
  put_number(bind, 0, 2); // all in text
  put_number(bind, 1, 2);
  put_number(bind, parameter.size());
  bind += parameter;
  put_number(bind, 0, 2);
  std::string execute;
  put_text(execute, {});
  put_number(execute, 0); // all rows
  return message("B", bind) + message("E", execute) + sync();
}

} // namespace loa::bench
