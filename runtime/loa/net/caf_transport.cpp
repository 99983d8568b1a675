#include <loa/net/caf_transport.hpp>
#include <loa/net/internal/line_table.hpp>

#include <atomic>
#include <mutex>

namespace loa::net {

namespace {

class tcp_transport final : public caf_transport, event_loop::host {
public:
  explicit tcp_transport(caf_transport_options options) : options_(std::move(options)) {}
  ~tcp_transport() override { stop(); }

  result<void> start(transport_events& events) override {
    if (auto loaded = reload(); !loaded) return loaded;
    descriptor socket;
    if (options_.listen) {
      const auto where = parse_endpoint(*options_.listen);
      if (!where) return where.error();
      auto listening = listen_on(*where);
      if (!listening) return listening.error();
      socket = *std::move(listening);
      port_ = port_of(socket);
    }
    lines_ = std::make_unique<line_table>(
        loop_, options_, [this] { return context(); }, events);
    auto begun = loop_.start([this, s = std::make_shared<descriptor>(std::move(socket))] {
      if (*s) lines_->listen(std::move(*s));
    });
    if (!begun) {
      port_ = 0;
      return begun;
    }
    warn_of_time();
    return {};
  }

  void stop() override { loop_.stop(); }

  [[nodiscard]] std::uint16_t port() const override { return port_; }

  line_id connect(std::string_view address) override { return lines_->connect(address); }
  void send(line_id line, bytes chunk) override { lines_->send(line, chunk); }
  void close(line_id line) override { lines_->close(line); }

  void run(std::function<void()> task) override { loop_.run(std::move(task)); }
  void wake_at(instant at) override { lines_->wake_at(at); }
  [[nodiscard]] instant now() const override { return event_loop::now(); }

  result<void> reload() override {
    auto loaded =
        tls_context::load(options_.certificate, options_.key, options_.authority, options_.time);
    if (!loaded) return loaded.error();
    std::lock_guard lock(context_mutex_);
    context_ = *std::move(loaded);
    return {};
  }

private:
  void on_timer() override { lines_->on_timer(); }
  void on_stop() override { lines_->wind_up(); }

  std::shared_ptr<const tls_context> context() {
    std::lock_guard lock(context_mutex_);
    return context_;
  }

  /// Not an error: the clock may be wrong, and a certificate can be replaced while we run.
  void warn_of_time() {
    const auto& own = context()->who();
    const auto now = options_.time.now();
    if (now >= own.valid_from() && now <= own.valid_until()) return;
    options_.log.write(
        log_level::warning, "transport",
        "By this host's clock our certificate is not valid; others will refuse it.",
        {{"from", format_rfc3339(own.valid_from())}, {"until", format_rfc3339(own.valid_until())}});
  }

  const caf_transport_options options_;
  std::mutex context_mutex_;
  std::shared_ptr<const tls_context> context_;
  std::atomic<std::uint16_t> port_{0};
  event_loop loop_{*this};
  std::unique_ptr<line_table> lines_; ///< Before the loop, whose thread uses it, is gone.
};

} // namespace

std::unique_ptr<caf_transport> open_caf_transport(caf_transport_options options) {
  return std::make_unique<tcp_transport>(std::move(options));
}

} // namespace loa::net
