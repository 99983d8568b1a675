#include <bindings/http/internal/drivers.hpp>
#include <bindings/http/internal/forwarding.hpp>
#include <bindings/http/internal/listener.hpp>
#include <bindings/http/server.hpp>

#include <fmt/format.h>

#include <optional>

namespace loa::http {

namespace {

constexpr std::size_t most_threads = 64;

error refused(std::string pointer, std::string why) {
  return {errc::rule, std::move(why), std::move(pointer)};
}

result<endpoint_address> judge(const server_options& o) {
  if (o.threads < 1 || o.threads > most_threads)
    return refused("/threads", fmt::format("The gateway has 1 to {} threads.", most_threads));
  if (o.certificate.empty() != o.key.empty())
    return refused("/certificate", "TLS needs both a certificate and its key.");
  if (o.citizen_secrets && o.known_citizens.empty())
    return refused("/known_citizens", "Citizens' secrets need a file of the ids that are taken.");
  auto where = read_address(o.listen);
  if (!where) return refused("/listen", where.error().detail);
  if (o.certificate.empty() && !o.plain && !where->loopback())
    return refused("/plain",
                   fmt::format("Listening on {} without TLS lets everybody on the way read and "
                               "change everything: give certificate and key, or set plain.",
                               o.listen));
  return where;
}

} // namespace

class server::impl {
public:
  impl(server_options o, server_parts parts)
      : shared_(std::move(o), std::move(parts.tree), parts.authority, parts.metrics, parts.log,
                parts.time, parts.random) {
    shared_.ready = std::move(parts.ready);
    for (std::size_t i = 0; i < shared_.options.threads; ++i)
      shared_.mailboxes.push_back(std::make_shared<mailbox>(shared_.options.limits.handed_over));
    driver_.emplace(shared_.mailboxes);
  }
  ~impl() { stop(); }

  result<void> prepare() {
    for (const auto& box : shared_.mailboxes)
      if (box->event() < 0)
        return error{errc::too_many,
                     "No file descriptor is left for a gateway thread; admit more open files.",
                     {}};
    auto where = judge(shared_.options);
    if (!where) return where.error();
    where_ = *where;
    if (shared_.options.citizen_secrets) {
      auto known = known_citizens::open(shared_.options.known_citizens);
      if (!known) return known.error();
      shared_.known = *std::move(known);
    }
    if (shared_.options.certificate.empty() && !where_.loopback())
      shared_.log.write(log_level::warning, "http",
                        "Listening beyond loopback without TLS: everybody on the way can read and "
                        "change what is said",
                        {{"listen", shared_.options.listen}});
    return reload();
  }

  result<void> reload() {
    if (shared_.options.certificate.empty()) return {};
    auto context = tls_context::load(shared_.options.certificate, shared_.options.key);
    if (!context) return context.error();
    shared_.tls = *std::move(context);
    return {};
  }

  result<void> start(backend& node) {
    shared_.node = &node;
    for (std::size_t i = 0; i < shared_.options.threads; ++i)
      workers_.push_back(std::make_unique<worker>(shared_, i));
    listener_ = std::make_unique<listener>(shared_, workers_);
    gather_by(shared_.tree.now());
    if (auto opened = listener_->open(where_); !opened) return opened;
    for (auto& w : workers_) w->start();
    listener_->start();
    return {};
  }

  void use(std::shared_ptr<const model::unit_tree> units) {
    shared_.tree.replace(units);
    if (shared_.node) gather_by(std::move(units));
  }

  bool drain(duration patience) {
    shared_.draining = true;
    if (!listener_) return true;
    listener_->stop();
    for (auto& box : shared_.mailboxes)
      box->push([](worker& w) { w.with_all([](connection& c) { c.drain(); }); });
    return shared_.ledger.wait_until_none(patience);
  }

  void stop() {
    shared_.draining = true;
    for (auto& w : workers_) w->stop();
    listener_.reset(); // the workers stay: what the node answers later may still ask for a timer
  }

  gateway shared_;
  std::optional<stream_driver> driver_;
  std::unique_ptr<listener> listener_;

private:
  void gather_by(std::shared_ptr<const model::unit_tree> units) {
    shared_.gatherer.store(std::make_shared<unit::gatherer>(
        [&node = *shared_.node](const name& to, wire::value command, node::reply_handler then) {
          node.ask(to, std::move(command), std::move(then), {});
        },
        [&context = workers_.front()->context()](duration after, std::function<void()> what) {
          auto timer = std::make_shared<boost::asio::steady_timer>(context, after);
          timer->async_wait([timer, what = std::move(what)](const auto& failure) {
            if (!failure) what();
          });
        },
        std::move(units)));
  }

  endpoint_address where_;
  std::vector<std::unique_ptr<worker>> workers_;
};

server::server(std::unique_ptr<impl> i) : impl_(std::move(i)) {}
server::~server() = default;

result<std::unique_ptr<server>> server::create(server_options options, server_parts parts) {
  if (options.threads < 1 || options.threads > most_threads)
    return refused("/threads", fmt::format("The gateway has 1 to {} threads.", most_threads));
  auto i = std::make_unique<impl>(std::move(options), std::move(parts));
  if (auto prepared = i->prepare(); !prepared) return prepared.error();
  return std::unique_ptr<server>(new server(std::move(i)));
}

node::driver& server::citizens() noexcept {
  return *impl_->driver_;
}
node::driver& server::devices() noexcept {
  return *impl_->driver_;
}
node::service server::calls_of_nodes() {
  return forwarding_service(impl_->shared_);
}
result<void> server::start(backend& node) {
  return impl_->start(node);
}
std::uint16_t server::port() const noexcept {
  return impl_->listener_ ? impl_->listener_->port() : std::uint16_t{0};
}
void server::use(std::shared_ptr<const model::unit_tree> units) {
  impl_->use(std::move(units));
}
result<void> server::reload_certificates() {
  return impl_->reload();
}
server::figures server::read_figures() const {
  return {impl_->shared_.ledger.total()};
}
bool server::drain(duration patience) {
  return impl_->drain(patience);
}
void server::stop() {
  impl_->stop();
}

} // namespace loa::http
