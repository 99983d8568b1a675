#include <bindings/http/revocations.hpp>
#include <bindings/node/config.hpp>
#include <bindings/node/token_book.hpp>
#include <loa/wire/describe.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sstream>
#include <system_error>

namespace loa::host {

namespace {

constexpr std::size_t most_book = 64U << 20;

struct issued_token {
  std::string id;
  std::string subject;
  http::role role = http::role::citizen;
  path unit;
  instant issued{};
  std::optional<instant> expires;
  std::string key; // the fingerprint of the one that signed it

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
    f.optional("subject", self.subject);
    f("role", self.role);
    f("unit", self.unit);
    f("issued", self.issued);
    f.optional("expires", self.expires);
    f.optional("key", self.key);
  }
};

error trouble(const std::filesystem::path& file) {
  return {errc::storage,
          fmt::format("{} cannot be written: {}.", file.string(), std::strerror(errno)),
          {}};
}

/// One write of one line, so that two programs that append at the same time do not mix.
result<void> append_line(const std::filesystem::path& file, std::string line) {
  line += '\n';
  const int fd = open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return trouble(file);
  const bool good = write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                    fdatasync(fd) == 0;
  auto why = good ? result<void>{} : result<void>(trouble(file));
  close(fd);
  return why;
}

std::vector<std::string> lines_of(const bytes& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  return lines;
}

} // namespace

token_book::token_book(const std::filesystem::path& data)
    : key_(data / "token.key"),
      issued_(data / "tokens.jsonl"),
      revoked_(data / "tokens.revoked") {}

bool token_book::lost_key() const {
  std::error_code failed;
  const bool given_out = std::filesystem::exists(issued_, failed) &&
                         std::filesystem::file_size(issued_, failed) > 0 && !failed;
  return given_out && !std::filesystem::exists(key_, failed) && !failed;
}

result<http::token_key> token_book::key() const {
  if (lost_key())
    return error{
        errc::not_found,
        fmt::format("{} is gone, the key of all tokens that {} lists. Put it back from a backup of "
                    "the data directory; or remove {} and give out new tokens, the old ones are "
                    "worthless then.",
                    key_.string(), issued_.filename().string(), issued_.string()),
        {}};
  std::error_code failed;
  std::filesystem::create_directories(key_.parent_path(), failed);
  if (failed)
    return error{errc::storage,
                 fmt::format("The directory {} cannot be made: {}.", key_.parent_path().string(),
                             failed.message()),
                 {}};
  return http::token_key::load_or_create(key_);
}

result<std::string> token_book::add(const order& what, instant now, random_source& random) {
  auto key = this->key();
  if (!key) return key.error();

  http::claims c;
  c.id = random_id(random, 16);
  c.subject = what.subject;
  c.role = what.role;
  c.unit = what.unit;
  c.issued = std::chrono::floor<std::chrono::seconds>(now);
  if (what.validity != duration::zero()) c.expires = c.issued + what.validity;
  auto token = key->sign(c);
  if (!token) return token.error();
  const issued_token note{c.id, c.subject, c.role, c.unit, c.issued, c.expires, key->fingerprint()};
  if (auto noted = append_line(issued_, wire::to_json(note)); !noted) return noted.error();
  return token;
}

result<std::vector<token_book::line>> token_book::list() const {
  std::vector<line> all;
  if (!std::filesystem::exists(issued_)) return all;
  auto text = read_file(issued_, most_book);
  if (!text) return text.error();
  std::vector<std::string> revoked;
  if (std::filesystem::exists(revoked_)) {
    auto ids = read_file(revoked_, most_book);
    if (!ids) return ids.error();
    revoked = lines_of(*ids);
  }
  const auto key = http::token_key::load(key_);
  const auto present = key ? key->fingerprint() : std::string();
  std::size_t number = 0;
  for (const auto& one : lines_of(*text)) {
    ++number;
    if (one.empty()) continue;
    auto note = wire::from_json<issued_token>(one);
    if (!note)
      return error{errc::corrupt,
                   fmt::format("{}, line {}: {}", issued_.string(), number, note.error().detail),
                   {}};
    line l;
    l.token.id = note->id;
    l.token.subject = note->subject;
    l.token.role = note->role;
    l.token.unit = note->unit;
    l.token.issued = note->issued;
    l.token.expires = note->expires;
    l.revoked = std::ranges::find(revoked, note->id) != revoked.end();
    l.of_other_key = !present.empty() && !note->key.empty() && note->key != present;
    all.push_back(std::move(l));
  }
  return all;
}

result<void> token_book::revoke(std::string_view id) const {
  auto all = list();
  if (!all) return all.error();
  if (std::ranges::none_of(*all, [&](const line& l) { return l.token.id == id; }))
    return error{
        errc::not_found,
        fmt::format("No token with the id \"{}\" was given out here; `loa token list` shows "
                    "them.",
                    id),
        {}};
  return http::revocations::add(revoked_, id);
}

} // namespace loa::host
