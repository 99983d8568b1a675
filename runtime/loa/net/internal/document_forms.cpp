#include <loa/net/internal/document_forms.hpp>
#include <loa/net/refusal.hpp>
#include <loa/wire/record.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::net {

namespace {

/// Many more than a hierarchy has units.
constexpr std::size_t most_document_lines = 1'000'000;

/// The same with the digest as people compare it, and the content as lines.
struct text_parts {
  std::string type;
  std::uint64_t version = 0;
  std::string cluster;
  document_kind kind = document_kind::hierarchy;
  std::uint64_t number = 0;
  std::string sha256;
  std::vector<wire::octets> signatures;
  std::vector<std::string> content;

  static void describe(auto& self, auto& f) {
    f("type", self.type);
    f("version", self.version);
    f("cluster", self.cluster);
    f("kind", self.kind);
    f("number", self.number);
    f("sha256", self.sha256);
    f("signatures", self.signatures);
    f("content", self.content);
  }
};

error unreadable(const error& why) {
  const auto where = why.pointer.empty() ? std::string() : " at " + why.pointer;
  return refuse(refusal::bad_document,
                fmt::format("This is no signed document{}: {}", where, why.detail));
}

error too_long(std::size_t most) {
  return refuse(refusal::too_long, fmt::format("A signed document has at most {} octets.", most));
}

result<void> check_tag(std::string_view type, std::uint64_t version) {
  const auto& tag = document_parts::tag;
  if (type != tag.name) return unreadable({errc::malformed, "its type is another.", {}});
  if (version != tag.version)
    return unreadable(
        {errc::version,
         fmt::format("its version is {}, and this program reads version {}.", version, tag.version),
         {}});
  return {};
}

void append_line(std::string& out, std::string_view line, bool last) {
  out.append("    ").append(wire::to_json(std::string(line))).append(last ? "\n" : ",\n");
}

std::optional<bytes> octets_in(std::string_view hex) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  bytes out;
  if (hex.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]);
    const int low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high << 4 | low);
  }
  return out;
}

} // namespace

std::string write_document_text(const document_parts& d) {
  auto out = fmt::format("{{\n  \"type\": \"{}\", \"version\": {},\n"
                         "  \"cluster\": {},\n  \"kind\": \"{}\",\n  \"number\": {},\n"
                         "  \"sha256\": \"{}\",\n  \"signatures\": {},\n  \"content\": [\n",
                         document_parts::tag.name, document_parts::tag.version,
                         wire::to_json(d.cluster), wire::enum_name(d.kind), d.number,
                         hex_digest(d.sha256.data), wire::to_json(d.signatures));
  std::string_view rest = d.content;
  for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
    append_line(out, rest.substr(0, end), false);
    rest.remove_prefix(end + 1);
  }
  append_line(out, rest, true);
  return out.append("  ]\n}\n");
}

result<document_parts> read_document_text(bytes_view text) {
  if (text.size() > most_document_text_octets) return too_long(most_document_text_octets);
  auto read = wire::from_json<text_parts>(
      text, {.octets = text.size(), .depth = 3, .values = most_document_lines});
  if (!read) return unreadable(read.error());
  if (auto good = check_tag(read->type, read->version); !good) return good.error();
  auto digest = octets_in(read->sha256);
  if (!digest) return unreadable({errc::malformed, "these are no hexadecimal digits.", "/sha256"});
  document_parts d{std::move(read->cluster),    read->kind, read->number, {*std::move(digest)},
                   std::move(read->signatures), {}};
  std::size_t octets = read->content.size();
  for (const auto& line : read->content) octets += line.size();
  if (octets > most_document_octets + 1) return too_long(most_document_octets);
  d.content.reserve(octets);
  for (const auto& line : read->content) {
    if (&line != &read->content.front()) d.content += '\n';
    d.content += line;
  }
  return d;
}

result<document_parts> read_document_record(bytes_view record) {
  if (record.size() > most_document_record_octets) return too_long(most_document_record_octets);
  const auto opened =
      wire::open_record(record, {.octets = record.size(), .depth = 4, .values = 32});
  if (!opened) return unreadable(opened.error());
  if (auto good = check_tag(opened->type, opened->version); !good) return good.error();
  wire::read_context c(wire::form::binary);
  document_parts d;
  wire::read(opened->value(), d, c);
  if (!c.errors().empty()) return unreadable(c.errors().front());
  return d;
}

std::string hex_digest(bytes_view sha256) {
  std::string out;
  for (const unsigned char c : sha256) out += fmt::format("{:02x}", c);
  return out;
}

std::string short_digest(bytes_view sha256) {
  return hex_digest(sha256.substr(0, 4)) + "…";
}

} // namespace loa::net
