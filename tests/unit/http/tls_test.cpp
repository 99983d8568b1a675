#include "gateway_fixture.hpp"

#include <loa/protocol/citizen.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <fstream>

namespace loa::http::test {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tls_stream = beast::ssl_stream<asio::ip::tcp::socket>;

/// A self-signed certificate for `common_name`, made here and now.
void make_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key,
                      const char* common_name) {
  auto* pair = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  auto* x = X509_new();
  X509_set_version(x, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
  X509_gmtime_adj(X509_getm_notBefore(x), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x), 3600);
  X509_set_pubkey(x, pair);
  auto* subject = X509_get_subject_name(x);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
  X509_set_issuer_name(x, subject);
  X509_sign(x, pair, EVP_sha256());
  auto* out = std::fopen(certificate.c_str(), "w");
  PEM_write_X509(out, x);
  std::fclose(out);
  out = std::fopen(key.c_str(), "w");
  PEM_write_PrivateKey(out, pair, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(out);
  X509_free(x);
  EVP_PKEY_free(pair);
}

struct secure_gateway {
  secure_gateway() {
    make_certificate(files / "c.pem", files / "k.pem", "first");
    options.certificate = files / "c.pem";
    options.key = files / "k.pem";
    g.emplace(options);
  }
  tls_stream connect() {
    tls_stream s(io, context);
    asio::ip::tcp::endpoint to(asio::ip::address_v4::loopback(), g->gateway->port());
    s.next_layer().connect(to);
    s.handshake(asio::ssl::stream_base::client);
    return s;
  }
  std::string presented() {
    auto s = connect();
    auto* x = SSL_get1_peer_certificate(s.native_handle());
    char text[64]{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, text, sizeof text);
    X509_free(x);
    return text;
  }

  scratch files;
  server_options options;
  asio::io_context io;
  asio::ssl::context context{asio::ssl::context::tls_client};
  std::optional<gateway_under_test> g;
};

} // namespace

TEST_CASE("requests of any size pass through TLS") {
  secure_gateway s;
  s.g->node.refuse_with({errc::rule, std::string(300'000, 'd'), {}});
  auto stream = s.connect();
  beast::flat_buffer buffer;
  for (const std::size_t size : {10UL, 20'000UL, 500'000UL}) {
    beast::http::request<beast::http::string_body> r(beast::http::verb::post,
                                                     "/v1/units/79/reports", 11);
    r.set("Host", "loa");
    r.set("Content-Type", "application/json");
    r.body() = R"({"citizen":"an","category":"c","text":")" + std::string(10, 't') + "\"" +
               std::string(size, ' ') + "}";
    r.prepare_payload();
    beast::http::write(stream, r);
    beast::http::response<beast::http::string_body> a;
    beast::http::read(stream, buffer, a);
    CHECK(a.result_int() == 422);
    CHECK(a.body().size() > 300'000);
  }
}

TEST_CASE("an independent WebSocket client understands the frames, over TLS") {
  secure_gateway s;
  s.g->node.answer_with([](const fake_node::message&) { return wire::value(); });
  beast::websocket::stream<tls_stream> ws(s.connect());
  ws.handshake("loa", "/v1/citizens/an/stream?units=79");
  const auto channel = s.g->node.wait_asked<citizen::attach>().second.channel;
  for (const std::size_t size : {1UL, 200UL, 70'000UL, 200'000UL}) {
    auto e = std::make_shared<node::feed_entry>();
    e->feed = std::make_shared<const name>(entity("unit/79"));
    e->entry.position = size;
    e->entry.body = std::make_shared<const bytes>("\"x\":\"" + std::string(size, 'x') + "\"");
    s.g->gateway->citizens().deliver(entity("citizen/an"), channel, e);
    beast::flat_buffer in;
    ws.read(in);
    CHECK(nlohmann::json::parse(beast::buffers_to_string(in.data()))
              .at("x")
              .get<std::string>()
              .size() == size);
  }
  ws.write(asio::buffer(std::string(R"({"ack":1})")));
  CHECK(s.g->node.wait_told<citizen::ack>().second.position == 1);
  ws.ping({});
  ws.close(beast::websocket::close_code::normal);
}

TEST_CASE("certificates are read again, and bad ones change nothing") {
  secure_gateway s;
  CHECK(s.presented() == "first");
  make_certificate(s.files / "c.pem", s.files / "k.pem", "second");
  CHECK(s.presented() == "first");
  REQUIRE(s.g->gateway->reload_certificates());
  CHECK(s.presented() == "second");
  std::ofstream(s.files / "c.pem") << "nothing";
  const auto bad = s.g->gateway->reload_certificates();
  REQUIRE_FALSE(bad);
  CHECK(bad.error().detail.find("c.pem") != std::string::npos);
  CHECK(s.presented() == "second");
}

TEST_CASE("a certificate and a key that do not belong together are refused at the start") {
  gateway_under_test g;
  make_certificate(g.files / "c1.pem", g.files / "k1.pem", "one");
  make_certificate(g.files / "c2.pem", g.files / "k2.pem", "two");
  const auto made = server::create({.certificate = g.files / "c1.pem", .key = g.files / "k2.pem"},
                                   {small_tree(), g.auth, g.metrics});
  REQUIRE_FALSE(made);
  CHECK(made.error().detail.find("k2.pem") != std::string::npos);
}

TEST_CASE("who speaks plainly to a TLS port, or never finishes the handshake, is ended") {
  secure_gateway s;
  auto o = s.options;
  o.limits.handshake = std::chrono::milliseconds(60);
  o.limits.sweep = std::chrono::milliseconds(10);
  gateway_under_test g(o);
  auto plain = g.connect();
  plain.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  plain.read_to_end();
  auto silent = g.connect();
  CHECK(silent.ended());
}

TEST_CASE("TLS before 1.2 is refused") {
  secure_gateway s;
  SSL_CTX_set_max_proto_version(s.context.native_handle(), TLS1_1_VERSION);
  CHECK_THROWS(s.connect());
}

} // namespace loa::http::test
