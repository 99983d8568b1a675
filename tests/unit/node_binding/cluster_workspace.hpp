#pragma once

#include <bindings/node/config.hpp>
#include <loa/net/document.hpp>
#include <loa/net/placement.hpp>

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include <fstream>

namespace loa::host::test {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// A directory with what a node of a cluster needs, gone at the end. Node "a" hosts unit 79.
class cluster_workspace {
public:
  static constexpr duration year = std::chrono::hours(24 * 365);

  explicit cluster_workspace(std::uint64_t seed = 1) : dice_(seed) {
    std::string pattern = (fs::temp_directory_path() / "loa-cluster-XXXXXX").string();
    dir = mkdtemp(pattern.data());
    authority = *net::make_authority("hcmc", {now() - 1h, 2 * year}, dice_);
    write("authority.crt", authority.certificate_pem);
    certify("hcmc", "a");
    write("hierarchy.json", hierarchy(1).to_text());
    write("placement.json", placement(1).to_text());
  }
  ~cluster_workspace() { fs::remove_all(dir); }
  cluster_workspace(const cluster_workspace&) = delete;
  cluster_workspace& operator=(const cluster_workspace&) = delete;

  static instant now() { return system_clock().now(); }

  void write(const std::string& name, const std::string& content, mode_t mode = 0600) const {
    std::ofstream(dir / name) << content;
    ::chmod((dir / name).c_str(), mode);
  }
  /// Node certificate and key, from `from` on.
  void certify(const std::string& cluster, const std::string& node, instant from = now() - 1h,
               duration lifetime = year) {
    const auto made = *net::issue(authority, {cluster, node}, {from, lifetime}, dice_);
    write("node.crt", made.certificate_pem);
    write("node.key", made.key_pem);
  }
  [[nodiscard]] net::signed_document sign(net::document_kind kind, std::uint64_t number,
                                          const std::string& content) const {
    auto made = net::sign_document({&authority, 1}, "hcmc", kind, number, content);
    if (!made) FAIL(made.error().to_string());
    return *std::move(made);
  }
  [[nodiscard]] net::signed_document hierarchy(std::uint64_t number) const {
    return sign(net::document_kind::hierarchy, number,
                R"({"source": "issue )" + std::to_string(number) +
                    R"(", "root": {"code": "79", "name": "Thành phố", "tier": "city"}})");
  }
  [[nodiscard]] net::signed_document placement(std::uint64_t number, std::uint64_t epoch = 1,
                                               const std::string& node = "a") const {
    return sign(net::document_kind::placement, number,
                R"({"nodes": [{"node": ")" + node +
                    R"(", "address": "127.0.0.1:7135", "hosts": [{"prefix": "79", "epoch": )" +
                    std::to_string(epoch) + "}]}]}");
  }

  static constexpr const char* section =
      R"({"name": "hcmc", "listen": "0.0.0.0:7135", "certificate": "node.crt", "key": "node.key",
          "authority": "authority.crt", "placement": "placement.json"})";
  [[nodiscard]] checked_config read(const std::string& cluster = section,
                                    const std::string& name = "a") const {
    return parse_config(R"({"name": ")" + name +
                            R"(", "data": "data", "hierarchy": "hierarchy.json", "cluster": )" +
                            cluster + "}",
                        dir);
  }
  /// A config that must be good.
  [[nodiscard]] config good() const {
    auto c = read();
    for (const auto& m : c.mistakes) UNSCOPED_INFO(m.to_string());
    REQUIRE(c.value);
    return *c.value;
  }

  fs::path dir;
  net::issued authority;

private:
  seeded_random dice_;
};

} // namespace loa::host::test
