#pragma once

#include <loa/net/caf_transport.hpp>
#include <loa/net/issuing.hpp>

#include <catch2/catch.hpp>
#include <unistd.h>

#include <fstream>

// A cluster's authority, and its certificates in files, as transports want them.
namespace loa::test {

using namespace std::chrono_literals;

class certificate_files {
public:
  static constexpr duration year = 24h * 365;

  explicit certificate_files(std::uint64_t seed = 1) : dice_(seed) {
    auto pattern = (std::filesystem::temp_directory_path() / "loa-net-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    directory_ = pattern;
    authority_ = *net::make_authority("hcmc", {now() - year, 10 * year}, dice_);
    write("authority", authority_.certificate_pem);
  }
  certificate_files(const certificate_files&) = delete;
  certificate_files& operator=(const certificate_files&) = delete;
  ~certificate_files() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  static instant now() { return system_clock().now(); }

  /// Writes a node's certificate; one that was there is replaced.
  net::issued issue(const std::string& node, net::validity when = {now() - 1h, year},
                    net::key_kind kind = net::key_kind::ed25519) {
    auto made = *net::issue(authority_, {"hcmc", node}, when, dice_, kind);
    write(node, made.certificate_pem);
    write(node + ".key", made.key_pem);
    return made;
  }

  /// Of a transport with that node's certificate, which listens on a free port of this host.
  [[nodiscard]] net::caf_transport_options options(const std::string& node) const {
    return {.listen = "127.0.0.1:0",
            .certificate = at(node),
            .key = at(node + ".key"),
            .authority = at("authority")};
  }

  [[nodiscard]] std::filesystem::path at(const std::string& name) const {
    return directory_ / (name + ".pem");
  }
  [[nodiscard]] const net::issued& authority() const { return authority_; }

private:
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(at(name), std::ios::binary | std::ios::trunc) << text;
  }

  seeded_random dice_;
  std::filesystem::path directory_;
  net::issued authority_;
};

} // namespace loa::test
