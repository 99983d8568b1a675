#include <bench/load/postgres.hpp>
#include <bench/peers/served.hpp>

#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace loa::bench {

namespace {

namespace fs = std::filesystem;

/// PostgreSQL refuses root; then its package's user does the work.
std::string working_user() {
  return ::geteuid() == 0 ? "postgres" : "";
}

bool all_may_pass(const fs::path& directory) {
  struct stat s {};
  return ::stat(directory.c_str(), &s) == 0 && (s.st_mode & S_IXOTH) != 0;
}

/// Gives the directory to the user, who must be able to come there.
result<void> hand_over(const fs::path& directory, const std::string& user) {
  if (user.empty()) return {};
  const auto* entry = ::getpwnam(user.c_str());
  if (!entry) return error{errc::not_found, fmt::format("There is no user {}.", user), {}};
  if (::chown(directory.c_str(), entry->pw_uid, entry->pw_gid) != 0)
    return error{errc::storage,
                 fmt::format("{}: cannot be given to {}: {}.", directory.string(), user,
                             std::strerror(errno)),
                 {}};
  for (auto above = directory.parent_path(); above != above.root_path();
       above = above.parent_path())
    if (!all_may_pass(above))
      return error{
          errc::storage,
          fmt::format("PostgreSQL runs as {}, who may not enter {}; name another directory "
                      "with --scratch.",
                      user, above.string()),
          {}};
  return {};
}

bool says(const fs::path& log, std::string_view what) {
  std::ifstream in(log);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str().find(what) != std::string::npos;
}

/// Makes a database cluster with nothing but defaults, which admits everybody of this machine.
result<void> make_cluster(const fs::path& where, const std::string& user, const conductor& c) {
  const auto log = where / "initdb.log";
  auto process = server_process::start({{"initdb", "-D", (where / "data").string(), "-U",
                                         "postgres", "-A", "trust", "-E", "UTF8", "--no-locale"},
                                        log,
                                        {},
                                        user},
                                       c.stopping());
  if (!process) return process.error();
  if (auto good =
          process->wait_until([&] { return says(log, "Success."); }, std::chrono::seconds(60));
      !good)
    return good.error();
  // Subscribers come from several addresses of this machine, each of which has ports of its own.
  if (std::ofstream hosts(where / "data" / "pg_hba.conf", std::ios::app);
      hosts << "host all all 127.0.0.0/8 trust\n")
    return {};
  return error{errc::storage, "PostgreSQL's pg_hba.conf cannot be written.", {}};
}

class postgres_kind final : public server_kind {
public:
  std::string name() const override { return "postgresql"; }
  result<std::string> version() override {
    return version_of("postgres", "--version", "postgresql");
  }
  std::vector<setting> settings() const override {
    return {
        {"acknowledgements", "none"},
        {"configuration", "the defaults, among them fsync=on and synchronous_commit=on; TCP only"},
        {"work", "one prepared statement: INSERT and pg_notify of the same text"},
        {"durable", "accepted after fsync"}};
  }

  result<std::unique_ptr<running_server>> start(conductor& c, const message_shape& m) override {
    if (m.octets > longest_notification)
      return error{errc::too_large,
                   fmt::format("A notification has {} octets at most, and {} are wanted.",
                               longest_notification, m.octets),
                   {}};
    auto where = c.directory("postgresql");
    if (!where) return where.error();
    const auto user = working_user();
    if (auto good = hand_over(*where, user); !good) return good.error();
    if (auto good = make_cluster(*where, user, c); !good) return good.error();
    auto port = free_port();
    if (!port) return port.error();
    const auto log = *where / "log";
    // SIGINT ends it with its clients; SIGTERM would wait for them.
    auto process = server_process::start(
        {{"postgres", "-D", (*where / "data").string(), "-p", std::to_string(*port), "-c",
          "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="},
         log,
         {},
         user,
         SIGINT},
        c.stopping());
    if (!process) return process.error();
    if (auto good = process->wait_until(
            [&] { return says(log, "ready to accept connections") && port_answers(*port); },
            std::chrono::seconds(30));
        !good)
      return good.error();
    if (auto good = set_up(
            *port, [] { return std::make_unique<postgres_set_up>(); }, c);
        !good)
      return good.error();
    return served({*port, std::move(*process),
                   [] { return std::make_unique<postgres_listeners>(); },
                   [octets = m.octets](std::size_t) {
                     return std::make_unique<postgres_publisher>(octets);
                   }});
  }
};

} // namespace

std::unique_ptr<server_kind> postgres_server() {
  return std::make_unique<postgres_kind>();
}

} // namespace loa::bench
