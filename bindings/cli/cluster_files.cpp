#include <bindings/cli/cluster_files.hpp>
#include <bindings/cli/cluster_scripts.hpp>
#include <bindings/node/document_files.hpp>
#include <bindings/node/file_writing.hpp>
#include <bindings/node/token_book.hpp>
#include <loa/net/issuing.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace loa::cli {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

namespace {

/// So much may another machine's clock be behind this one.
constexpr duration clock_slack = std::chrono::hours(1);
constexpr mode_t for_all = 0644;
constexpr mode_t for_owner = 0600;
constexpr mode_t program = 0755;
constexpr std::size_t most_key = 16U << 10;

error trouble(const fs::path& file, int code) {
  return {code == ENOSPC || code == EDQUOT ? errc::storage_full : errc::storage,
          fmt::format("{} cannot be made: {}.", file.string(), std::strerror(code)),
          {}};
}

/// A directory beside the one that is wanted, with all that is in it gone unless it took its place.
class workshop {
public:
  static result<workshop> beside(const fs::path& out) {
    auto pattern = (out.parent_path() / ("." + out.filename().string() + ".XXXXXX")).string();
    if (!::mkdtemp(pattern.data())) return trouble(out, errno);
    return workshop(pattern);
  }
  workshop(workshop&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  workshop& operator=(workshop&&) = delete;
  ~workshop() {
    std::error_code failed;
    if (!path_.empty()) fs::remove_all(path_, failed);
  }

  [[nodiscard]] const fs::path& path() const { return path_; }

  /// Replaces an empty directory, and no other.
  result<void> become(const fs::path& out) {
    const int fd = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = fd >= 0 && ::syncfs(fd) == 0;
    if (fd >= 0) ::close(fd);
    if (!synced) return trouble(out, errno);
    if (::rename(path_.c_str(), out.c_str()) != 0) return trouble(out, errno);
    path_.clear();
    return {};
  }

private:
  explicit workshop(std::string path) : path_(std::move(path)) {}
  fs::path path_;
};

result<void> make_directory(const fs::path& directory, mode_t mode) {
  if (::mkdir(directory.c_str(), mode) != 0) return trouble(directory, errno);
  return {};
}

std::string config_text(const cluster_design& d, const planned_node& n) {
  json http{{"listen", n.http_listen.str()}};
  if (n.plain) http["plain"] = true;
  const json config{{"name", n.node},
                    {"data", "data"},
                    {"hierarchy", "hierarchy.json"},
                    {"cluster",
                     {{"name", d.name},
                      {"listen", n.listen.str()},
                      {"certificate", "node.pem"},
                      {"key", "node.key"},
                      {"authority", "authority.pem"},
                      {"placement", "placement.json"}}},
                    {"http", http}};
  return config.dump(2) + '\n';
}

/// Writes until something goes wrong, and remembers what.
class writer {
public:
  void directory(const fs::path& directory, mode_t mode = 0755) {
    if (done_) done_ = make_directory(directory, mode);
  }
  void file(const fs::path& file, bytes_view content, mode_t mode = for_all) {
    if (done_) done_ = host::write_new_file(file, content, mode);
  }
  [[nodiscard]] const result<void>& done() const { return done_; }

private:
  result<void> done_;
};

/// What all nodes have in common.
struct shared_parts {
  net::issued authority;
  std::string hierarchy;
  std::string placement;
  bytes token_key;
};

result<shared_parts> make_shared_parts(const cluster_design& d, const fs::path& scratch,
                                       instant from, random_source& random) {
  auto authority = net::make_authority(d.name, {from, d.authority_lifetime}, random);
  if (!authority) return authority.error();
  const auto sign = [&](net::document_kind kind, bytes content) {
    return net::sign_document({&*authority, 1}, d.name, kind, 1, std::move(content));
  };
  const auto hierarchy = sign(net::document_kind::hierarchy, d.hierarchy);
  if (!hierarchy) return hierarchy.error();
  const auto placement =
      sign(net::document_kind::placement, wire::to_json(placement_of(d.nodes), 2));
  if (!placement) return placement.error();

  const host::token_book book(scratch);
  if (const auto key = book.key(); !key) return key.error();
  auto token_key = host::read_file(book.key_file(), most_key);
  if (!token_key) return token_key.error();
  std::error_code failed;
  fs::remove_all(scratch, failed);
  return shared_parts{*std::move(authority), hierarchy->to_text(), placement->to_text(),
                      *std::move(token_key)};
}

result<void> write_node(const cluster_design& d, const planned_node& n, const shared_parts& shared,
                        const fs::path& directory, instant from, random_source& random) {
  const auto own = net::issue(shared.authority, {d.name, n.node}, {from, d.node_lifetime}, random);
  if (!own) return own.error();
  const host::token_book tokens(directory / "data");
  writer w;
  w.directory(directory);
  w.file(directory / "node.json", config_text(d, n));
  w.file(directory / "node.pem", own->certificate_pem);
  w.file(directory / "node.key", own->key_pem, for_owner);
  w.file(directory / "authority.pem", shared.authority.certificate_pem);
  w.file(directory / "hierarchy.json", shared.hierarchy);
  w.file(directory / "placement.json", shared.placement);
  w.directory(directory / "data", 0700);
  w.file(tokens.key_file(), shared.token_key, for_owner);
  return w.done();
}

/// A config that a node would refuse must not get out of here.
result<void> check_node(const fs::path& directory) {
  const auto read = host::read_config(directory / "node.json");
  if (!read.mistakes.empty()) {
    const auto& first = read.mistakes.front();
    return error{first.code,
                 fmt::format("The config of {} would not do: {}", directory.filename().string(),
                             first.detail),
                 first.pointer};
  }
  if (const auto shelf = host::open_shelf(*read.value); !shelf) return shelf.error();
  return {};
}

} // namespace

result<fs::path> free_directory(const fs::path& out) {
  std::error_code failed;
  auto whole = fs::weakly_canonical(fs::absolute(out, failed), failed);
  // What ends with a slash has no name of its own.
  if (!whole.has_filename()) whole = whole.parent_path();
  const auto there = fs::status(whole, failed);
  if (fs::exists(there) && !fs::is_directory(there))
    return error{
        errc::conflict,
        fmt::format("{} is a file; name a directory that is empty or not there.", out.string()),
        {}};
  if (fs::exists(there) && !fs::is_empty(whole, failed))
    return error{
        errc::conflict,
        fmt::format("{} is not empty; name a directory that is empty or not there.", out.string()),
        {}};
  if (!fs::is_directory(whole.parent_path(), failed))
    return error{errc::not_found,
                 fmt::format("{} cannot be made: there is no directory {}.", out.string(),
                             whole.parent_path().string()),
                 {}};
  return whole;
}

result<void> write_cluster(const cluster_design& design, const fs::path& out, instant now,
                           random_source& random, const cluster_progress& progress) {
  const auto tell = [&](std::string_view what, std::uint64_t n) {
    if (progress) progress(what, n, design.nodes.size());
  };
  auto made = workshop::beside(out);
  if (!made) return made.error();
  const auto& directory = made->path();
  // Certificates count seconds: a node's must not outlive its authority by the rest of one.
  const auto from = std::chrono::floor<std::chrono::seconds>(now) - clock_slack;
  const auto shared = make_shared_parts(design, directory / "scratch", from, random);
  if (!shared) return shared.error();

  writer w;
  w.directory(directory / "authority", 0700);
  w.file(directory / "authority" / "authority.pem", shared->authority.certificate_pem);
  w.file(directory / "authority" / "authority.key", shared->authority.key_pem, for_owner);
  w.file(directory / "start", start_script(design.name, design.root, design.nodes), program);
  w.file(directory / "stop", stop_script(), program);
  w.file(directory / "README.txt",
         readme_text(design.name, design.nodes.size(), from + design.node_lifetime));
  w.directory(directory / "nodes");
  if (!w.done()) return w.done();

  std::uint64_t written = 0;
  for (const auto& n : design.nodes) {
    const auto own = directory / "nodes" / n.node;
    if (auto good = write_node(design, n, *shared, own, from, random); !good) return good;
    tell("Writing the nodes", ++written);
  }
  std::uint64_t checked = 0;
  for (const auto& n : design.nodes) {
    if (auto good = check_node(directory / "nodes" / n.node); !good) return good;
    tell("Checking them", ++checked);
  }
  return made->become(out);
}

} // namespace loa::cli
