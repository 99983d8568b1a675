#include <bindings/cli/http_client.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <fmt/format.h>

#include <optional>
#include <variant>

namespace loa::cli {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

using plain_stream = beast::tcp_stream;
using tls_stream = beast::ssl_stream<beast::tcp_stream>;
using request = http::request<http::string_body>;

error fault(errc code, std::string sentence) {
  return {code, std::move(sentence), {}};
}

} // namespace

class http_client::impl {
public:
  explicit impl(client_options options) : options_(std::move(options)) {}

  result<http_answer> send(const http_call& call) {
    const bool kept = connected();
    if (!kept) {
      if (auto opened = open(); !opened) return opened.error();
    }
    auto answer = exchange(call);
    // A kept connection that the node had closed meanwhile: nothing was carried out on it.
    if (!answer && kept && stale_) {
      if (auto opened = open(); !opened) return opened.error();
      return exchange(call);
    }
    return answer;
  }

private:
  [[nodiscard]] bool connected() const { return stream_.index() != 0; }

  plain_stream& tcp() {
    if (auto* tls = std::get_if<std::unique_ptr<tls_stream>>(&stream_))
      return beast::get_lowest_layer(**tls);
    return *std::get<std::unique_ptr<plain_stream>>(stream_);
  }

  /// Runs one asynchronous operation to its end: only those have time-outs.
  template <class Start>
  error_code run(Start&& start) {
    error_code outcome = asio::error::would_block;
    start([&](error_code ec, auto&&...) { outcome = ec; });
    io_.restart();
    io_.run();
    return outcome;
  }

  result<void> open() {
    stream_ = std::monostate{};
    buffer_.clear();
    const auto where = options_.node.str();
    asio::ip::tcp::resolver resolver(io_);
    error_code ec;
    const auto found = resolver.resolve(options_.node.host, std::to_string(options_.node.port), ec);
    if (ec)
      return fault(errc::unavailable, fmt::format("The name \"{}\" is not known here: {}.",
                                                  options_.node.host, ec.message()));

    auto plain = std::make_unique<plain_stream>(io_);
    plain->expires_after(options_.timeout);
    ec = run([&](auto then) { plain->async_connect(found, then); });
    if (ec) return connect_fault(ec);
    plain->socket().set_option(asio::ip::tcp::no_delay(true), ec);
    if (!options_.node.tls) {
      stream_ = std::move(plain);
      return {};
    }
    return open_tls(std::move(*plain));
  }

  result<void> open_tls(plain_stream plain) {
    error_code ec;
    if (!context_) {
      context_.emplace(asio::ssl::context::tls_client);
      context_->set_verify_mode(asio::ssl::verify_peer);
      if (options_.authority.empty())
        context_->set_default_verify_paths(ec);
      else
        context_->load_verify_file(options_.authority, ec);
      if (ec)
        return fault(errc::malformed, fmt::format("The authorities in {} cannot be read: {}.",
                                                  options_.authority, ec.message()));
    }
    auto tls = std::make_unique<tls_stream>(std::move(plain), *context_);
    SSL_set_tlsext_host_name(tls->native_handle(), options_.node.host.c_str());
    tls->set_verify_callback(asio::ssl::host_name_verification(options_.node.host));
    beast::get_lowest_layer(*tls).expires_after(options_.timeout);
    ec = run([&](auto then) { tls->async_handshake(asio::ssl::stream_base::client, then); });
    if (ec == beast::error::timeout) return connect_fault(ec);
    if (ec) return tls_fault(ec, SSL_get_verify_result(tls->native_handle()));
    stream_ = std::move(tls);
    return {};
  }

  [[nodiscard]] error tls_fault(const error_code& ec, long verdict) const {
    const bool distrust = ec.message().find("certificate verify failed") != std::string::npos;
    if (!distrust)
      return fault(errc::unavailable,
                   fmt::format("No safe connection to {}: {}.", options_.node.str(), ec.message()));
    if (verdict == X509_V_OK)
      return fault(errc::unavailable, fmt::format("The certificate of {} is not one for {}.",
                                                  options_.node.str(), options_.node.host));
    return fault(
        errc::unavailable,
        fmt::format("The certificate of {} is not to be trusted: {}. Name the authority that "
                    "signed it with --ca FILE.",
                    options_.node.str(), X509_verify_cert_error_string(verdict)));
  }

  [[nodiscard]] error connect_fault(const error_code& ec) const {
    const auto where = options_.node.str();
    if (ec == asio::error::connection_refused)
      return fault(errc::unavailable,
                   fmt::format("Nothing listens on {}. Is the node running? Name another one with "
                               "--url.",
                               where));
    if (ec == beast::error::timeout)
      return fault(errc::timeout, fmt::format("{} did not accept the connection within {} s.",
                                              where, options_.timeout.count() / 1000.0));
    return fault(errc::unavailable, fmt::format("{} cannot be reached: {}.", where, ec.message()));
  }

  result<http_answer> exchange(const http_call& call) {
    request out(http::string_to_verb(call.method), call.target, 11);
    out.method_string(call.method);
    out.set(http::field::host, fmt::format("{}:{}", options_.node.host, options_.node.port));
    out.set(http::field::user_agent, "loa");
    if (!call.content_type.empty()) out.set(http::field::content_type, call.content_type);
    if (!options_.token.empty()) out.set(http::field::authorization, "Bearer " + options_.token);
    if (!call.key.empty()) out.set("Idempotency-Key", call.key);
    out.body() = call.body;
    out.prepare_payload();
    return std::visit(
        [&](auto& stream) -> result<http_answer> {
          if constexpr (std::is_same_v<std::decay_t<decltype(stream)>, std::monostate>)
            return fault(errc::internal, "There is no connection.");
          else
            return exchange_on(*stream, out);
        },
        stream_);
  }

  template <class Stream>
  result<http_answer> exchange_on(Stream& stream, request& out) {
    stale_ = false;
    tcp().expires_after(options_.timeout);
    // A node that refuses a body early answers and closes while we still write: read all the same.
    const auto written = run([&](auto then) { http::async_write(stream, out, then); });
    if (written == beast::error::timeout) return broken(written);

    http::response_parser<http::string_body> in;
    in.body_limit(options_.most_answer);
    if (out.method() == http::verb::head) in.skip(true);
    const auto read = run([&](auto then) { http::async_read(stream, buffer_, in, then); });
    if (read) {
      stale_ = !in.got_some() && read != beast::error::timeout;
      return broken(written ? written : read);
    }
    auto response = in.release();
    http_answer answer;
    answer.status = static_cast<int>(response.result_int());
    answer.content_type = std::string(response[http::field::content_type]);
    const bool keep = response.keep_alive() && !written;
    answer.body = std::move(response.body());
    if (!keep) stream_ = std::monostate{};
    return answer;
  }

  error broken(const error_code& ec) {
    stream_ = std::monostate{};
    const auto where = options_.node.str();
    if (ec == beast::error::timeout)
      return fault(errc::timeout,
                   fmt::format("{} did not answer within {} s; the call may still have "
                               "been carried out.",
                               where, options_.timeout.count() / 1000.0));
    if (ec == http::error::body_limit)
      return fault(errc::too_large, fmt::format("{} answered with more than {} octets.", where,
                                                options_.most_answer));
    if (ec == http::error::bad_version || ec == http::error::bad_line_ending)
      return fault(
          errc::unavailable,
          fmt::format("What listens on {} does not speak HTTP this way; is it TLS (https://)?",
                      where));
    return fault(
        errc::unavailable,
        fmt::format("The connection to {} broke ({}); the call may still have been carried "
                    "out.",
                    where, ec.message()));
  }

  client_options options_;
  asio::io_context io_{1};
  std::optional<asio::ssl::context> context_;
  std::variant<std::monostate, std::unique_ptr<plain_stream>, std::unique_ptr<tls_stream>> stream_;
  beast::flat_buffer buffer_;
  bool stale_ = false;
};

http_client::http_client(client_options options)
    : impl_(std::make_unique<impl>(std::move(options))) {}

http_client::~http_client() = default;

result<http_answer> http_client::send(const http_call& call) {
  return impl_->send(call);
}

result<http_answer> http_client::expect(const http_call& call) {
  auto answer = send(call);
  if (answer && answer->status >= 400) return problem_of(*answer);
  return answer;
}

} // namespace loa::cli
