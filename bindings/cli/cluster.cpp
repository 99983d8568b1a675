#include <bindings/cli/internal/cluster.hpp>
#include <bindings/node/config.hpp>
#include <bindings/node/file_writing.hpp>
#include <loa/net/identity.hpp>

#include <fmt/format.h>

#include <system_error>

namespace loa::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_pem = 256U << 10;

/// The type that every signed document says in its text.
bool is_signed(bytes_view text) {
  const auto tree = nlohmann::json::parse(text, nullptr, false);
  return tree.is_object() && tree.value("type", nlohmann::json()) == "loa.document";
}

} // namespace

CLI::Validator node_name_check() {
  return {[](const std::string& text) {
            return net::is_node_name(text) ? std::string()
                                           : "\"" + text + "\" is not 1 to 64 of a-z, 0-9 and '-'";
          },
          ""};
}

error about_file(const fs::path& file, const error& why) {
  const bool named = why.detail.starts_with(file.string());
  return {why.code, named ? why.detail : fmt::format("{}: {}", file.string(), why.detail),
          why.pointer};
}

result<net::issued> read_issuer(const fs::path& directory) {
  auto certificate = host::read_file(directory / "authority.pem", most_pem);
  if (!certificate) return certificate.error();
  auto key = host::read_file(directory / "authority.key", most_pem);
  if (!key) return key.error();
  return net::issued{*std::move(certificate), *std::move(key)};
}

result<net::authority> read_authority(const fs::path& place) {
  std::error_code ignored;
  const auto file = fs::is_directory(place, ignored) ? place / "authority.pem" : place;
  const auto pem = host::read_file(file, most_pem);
  if (!pem) return pem.error();
  auto read = net::authority::load(*pem);
  if (!read) return about_file(file, read.error());
  return read;
}

result<document_file> read_document_file(const fs::path& file) {
  auto text = host::read_file(file, net::most_document_text_octets);
  if (!text) return text.error();
  if (!is_signed(*text)) return document_file{*std::move(text), std::nullopt};
  auto claims = net::look_into_document(*text);
  if (!claims) return about_file(file, claims.error());
  document_file found{claims->content, std::nullopt};
  found.claims = *std::move(claims);
  return found;
}

result<void> write_new(const fs::path& file, bytes_view content, mode_t mode) {
  auto written = host::write_new_file(file, content, mode);
  if (written || written.error().code != errc::conflict) return written;
  return error{errc::conflict,
               fmt::format("{} is there already; name a new one with --out.", file.string()),
               {}};
}

void add_cluster(CLI::App& to, invocation& run) {
  auto* group = to.add_subcommand("cluster", "Set up a cluster of nodes and sign what it goes by");
  group->require_subcommand(1);
  add_cluster_init(*group, run);
  add_cluster_sign(*group, run);
  add_cluster_show(*group, run);
  add_cluster_certificate(*group, run);
  add_cluster_move(*group, run);
  add_cluster_adopt(*group, run);
  explain(
      *group,
      "A cluster is several nodes that share one hierarchy. Which of them hosts which units, and\n"
      "which units there are, stand in documents that its authority signs.\n\n"
      "  loa cluster init --hierarchy hcmc/2021.json --out my-city\n"
      "  my-city/start\n"
      "  loa cluster show my-city/nodes/city-79/placement.json");
}

} // namespace loa::cli
