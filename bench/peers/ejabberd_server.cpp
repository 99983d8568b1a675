#include <bench/load/xmpp.hpp>
#include <bench/peers/served.hpp>

#include <fmt/format.h>

#include <fstream>

namespace loa::bench {

namespace {

constexpr auto libraries = "/usr/lib/x86_64-linux-gnu"; // where Debian's ejabberdctl looks

constexpr auto config = R"(hosts: [localhost]
loglevel: warning
auth_method: [anonymous]
anonymous_protocol: sasl_anon
listen:
  - port: {}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    backlog: 1000
modules:
  mod_pubsub:
    plugins: [flat]
)";

class ejabberd_kind final : public server_kind {
public:
  std::string name() const override { return "ejabberd"; }
  result<std::string> version() override {
    if (find_program("ejabberdctl").empty())
      return error{
          errc::not_found, "ejabberd is not installed; on Debian: apt-get install ejabberd.", {}};
    // ejabberdctl could ask a running server only.
    return first_line_of("dpkg-query -W -f='ejabberd ${Version}' ejabberd");
  }
  std::vector<setting> settings() const override {
    return {{"acknowledgements", "none"},
            {"configuration", "the defaults with mod_pubsub alone (flat); anonymous accounts, no "
                              "TLS, no traffic shaping, backlog 1000"},
            {"durable", "no"}};
  }

  result<std::unique_ptr<running_server>> start(conductor& c, const message_shape& m) override {
    auto where = c.directory("ejabberd");
    if (!where) return where.error();
    auto port = free_port();
    if (!port) return port.error();
    const auto file = *where / "ejabberd.yml";
    std::ofstream(file) << fmt::format(config, *port);
    // What ejabberdctl starts, but without a node name, and so without Erlang's port mapper, which
    // would be left running.
    auto process = server_process::start(
        {{"erl", "+K", "true", "+P", "250000", "-noinput", "-mnesia", "dir",
          fmt::format("\"{}\"", (*where / "mnesia").string()), "-s", "ejabberd"},
         *where / "log",
         {fmt::format("HOME={}", where->string()), fmt::format("ERL_LIBS={}", libraries),
          "ERL_MAX_PORTS=32000", fmt::format("EJABBERD_CONFIG_PATH={}", file.string()),
          fmt::format("EJABBERD_LOG_PATH={}", (*where / "ejabberd.log").string())},
         {}},
        c.stopping());
    if (!process) return process.error();
    if (auto good =
            process->wait_until([&] { return port_answers(*port); }, std::chrono::seconds(90));
        !good)
      return good.error();
    if (auto good = set_up(
            *port, [] { return std::make_unique<xmpp_set_up>(); }, c);
        !good)
      return good.error();
    return served(
        {*port, std::move(*process), [] { return std::make_unique<xmpp_subscribers>(); },
         [octets = m.octets](std::size_t) { return std::make_unique<xmpp_publisher>(octets); }});
  }
};

} // namespace

std::unique_ptr<server_kind> ejabberd_server() {
  return std::make_unique<ejabberd_kind>();
}

} // namespace loa::bench
