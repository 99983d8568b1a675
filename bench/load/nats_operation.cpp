#include <bench/load/nats_operation.hpp>
#include <bench/load/protocol.hpp>

#include <fmt/format.h>

#include <charconv>

namespace loa::bench {

namespace {

constexpr std::size_t longest_line = 32'768; // INFO is the longest, and grows with a cluster

error broken(std::string_view line) {
  return {errc::malformed,
          fmt::format("nats-server says what cannot be: \"{}\".", line.substr(0, 100)),
          {}};
}

} // namespace

std::string nats_side_subject(std::size_t topic) {
  return fmt::format("beside.{}", topic);
}

result<std::optional<nats_operation>> first_operation(std::string_view in) {
  using nothing = std::optional<nats_operation>;
  const auto end = in.substr(0, longest_line).find("\r\n");
  if (end == std::string_view::npos) {
    if (in.size() >= longest_line) return broken(in);
    return nothing();
  }
  nats_operation out{in.substr(0, end), {}, end + 2};
  if (!out.is_message()) return nothing(out);
  std::size_t octets = 0;
  const auto number = out.line.substr(out.line.rfind(' ') + 1);
  const auto* last = number.data() + number.size();
  const auto read = std::from_chars(number.data(), last, octets);
  if (read.ec != std::errc() || read.ptr != last || octets > longest_message)
    return broken(out.line);
  if (in.size() < out.octets + octets + 2) return nothing();
  out.payload = in.substr(out.octets, octets);
  out.octets += octets + 2;
  return nothing(out);
}

} // namespace loa::bench
