#include <bindings/node/cluster_identity.hpp>

#include <fmt/format.h>

namespace loa::host {

namespace {

constexpr std::size_t most_pem = 256U << 10;

error wrong(const char* key, const std::filesystem::path& file, const error& why) {
  // What cannot be read names the file itself.
  const bool named = why.detail.starts_with(file.string());
  return {why.code, named ? why.detail : fmt::format("{}: {}", file.string(), why.detail), key};
}

} // namespace

result<net::identity> load_identity(const cluster_config& c) {
  auto authority = read_file(c.authority, most_pem);
  if (!authority) return wrong("authority", c.authority, authority.error());
  if (auto good = net::authority::load(*authority); !good)
    return wrong("authority", c.authority, good.error());
  auto certificate = read_file(c.certificate, most_pem);
  if (!certificate) return wrong("certificate", c.certificate, certificate.error());
  auto key = read_file(c.key, most_pem);
  if (!key) return wrong("key", c.key, key.error());
  auto who = net::identity::load(*certificate, *key, *authority);
  if (who) return who;
  // What is wrong with a certificate is a refusal, and says which.
  const bool of_key = who.error().pointer.empty();
  return wrong(of_key ? "key" : "certificate", of_key ? c.key : c.certificate, who.error());
}

} // namespace loa::host
