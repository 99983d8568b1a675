#include <bindings/node/config.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>

namespace host = loa::host;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

/// A directory with a hierarchy, a certificate and a key, gone at the end.
struct workspace {
  fs::path dir;
  workspace() {
    std::string pattern = (fs::temp_directory_path() / "loa-config-XXXXXX").string();
    dir = mkdtemp(pattern.data());
    for (const char* file : {"city.json", "node.crt", "node.key"})
      std::ofstream(dir / file) << "{}";
  }
  ~workspace() { fs::remove_all(dir); }
  [[nodiscard]] host::checked_config read(const std::string& text) const {
    return host::parse_config(text, dir);
  }
};

std::vector<std::string> pointers(const host::checked_config& c) {
  std::vector<std::string> out;
  for (const auto& m : c.mistakes) out.push_back(m.pointer);
  std::ranges::sort(out);
  return out;
}

} // namespace

TEST_CASE("a config of three keys is enough, and its paths are relative to the file") {
  const workspace w;
  const auto c = w.read(R"({"name": "q1", "data": "data", "hierarchy": "city.json"})");
  REQUIRE(c.mistakes.empty());
  REQUIRE(c.value);
  CHECK(c.value->data == w.dir / "data");
  CHECK(c.value->hierarchy == w.dir / "city.json");
  CHECK(c.value->http.listen == "127.0.0.1:8135");
  CHECK(c.value->http.anonymous_citizens);
  CHECK(c.warnings.empty());
}

TEST_CASE("comments in a config are passed over") {
  const workspace w;
  const auto c = w.read("// our node\n{\"name\": \"q1\", /* here */ \"data\": \"d\", "
                        "\"hierarchy\": \"city.json\"}");
  CHECK(c.mistakes.empty());
}

TEST_CASE("every mistake of a config is reported with its JSON pointer") {
  const workspace w;
  const auto c = w.read(R"({
    "name": "quận 1", "data": 7, "hierarchy": "absent.json", "colour": "red",
    "http": {"listen": "8135", "threads": 0, "limits": {"idle": "soon", "connections": -1}},
    "citizens": {"forget_after": "1 s", "secret": "yes"},
    "reports": {"categories": ["road", "road", 3], "clocks": {"answer": "20 d"}},
    "log": {"level": "loud"}})");
  CHECK_FALSE(c.value);
  CHECK(pointers(c) ==
        std::vector<std::string>{"/citizens/forget_after", "/citizens/secret", "/colour", "/data",
                                 "/hierarchy", "/http/limits/connections", "/http/limits/idle",
                                 "/http/listen", "/http/threads", "/log/level", "/name",
                                 "/reports/categories/1", "/reports/categories/2",
                                 "/reports/clocks/answer_shared"});
}

TEST_CASE("an unknown key is refused with the keys that are known there") {
  const workspace w;
  const auto c = w.read(
      R"({"name": "q1", "data": "d", "hierarchy": "city.json", "citizens": {"anonymus": true}})");
  REQUIRE(c.mistakes.size() == 1);
  CHECK(c.mistakes[0].pointer == "/citizens/anonymus");
  CHECK(c.mistakes[0].detail.find("anonymous, forget_after, secret") != std::string::npos);
}

TEST_CASE("an unknown key is escaped in its pointer as RFC 6901 says") {
  const workspace w;
  const auto c = w.read(R"({"name": "q1", "data": "d", "hierarchy": "city.json", "a/b~c": 1})");
  REQUIRE(c.mistakes.size() == 1);
  CHECK(c.mistakes[0].pointer == "/a~1b~0c");
}

TEST_CASE("the pace of anonymous reports is limited where addresses tell clients apart") {
  const workspace w;
  const auto pace = [&](const std::string& more) {
    const auto c = w.read(R"({"name": "q1", "data": "d", "hierarchy": "city.json", )" + more + "}");
    REQUIRE(c.value);
    return c.value->http.reports_per_minute;
  };
  const std::string tls = R"("certificate": "node.crt", "key": "node.key"})";
  CHECK(pace(R"("http": {"listen": "0.0.0.0:8135", )" + tls) == 600);
  CHECK(pace(R"("http": {"listen": "127.0.0.1:8135", )" + tls) == 0);
  CHECK(pace(R"("http": {"listen": "0.0.0.0:8135", "plain": true})") == 0); // all from a proxy
  CHECK(pace(R"("reports": {"per_minute": 30})") == 30);
  CHECK(pace(R"("reports": {"per_minute": 0}, "http": {"listen": "0.0.0.0:8135", )" + tls) == 0);
}

TEST_CASE("listening beyond loopback without TLS is refused, or wanted and warned of") {
  const workspace w;
  const auto with = [&](const std::string& http) {
    return w.read(R"({"name": "q1", "data": "d", "hierarchy": "city.json", "http": )" + http + "}");
  };
  const auto refused = with(R"({"listen": "0.0.0.0:8135"})");
  REQUIRE(refused.mistakes.size() == 1);
  CHECK(refused.mistakes[0].pointer == "/http/listen");

  const auto wanted = with(R"({"listen": "[::]:8135", "plain": true})");
  CHECK(wanted.value);
  CHECK(wanted.warnings.size() == 1);

  const auto safe =
      with(R"({"listen": "0.0.0.0:8135", "certificate": "node.crt", "key": "node.key"})");
  CHECK(safe.value);
  CHECK(safe.warnings.empty());

  for (const char* loopback : {"127.0.0.1:0", "127.9.9.9:1", "[::1]:8135", "localhost:8135"})
    CHECK(with(std::string(R"({"listen": ")") + loopback + "\"}").value);
}

TEST_CASE("a certificate without its key is refused") {
  const workspace w;
  const auto c = w.read(R"({"name": "q1", "data": "d", "hierarchy": "city.json",
                           "http": {"certificate": "node.crt"}})");
  CHECK(pointers(c) == std::vector<std::string>{"/http/key"});
}

TEST_CASE("text that is not JSON is refused with its place") {
  const workspace w;
  const auto c = w.read("{\"name\": \"q1\",\n  oops}");
  REQUIRE(c.mistakes.size() == 1);
  CHECK(c.mistakes[0].to_string().find("line 2") != std::string::npos);
  CHECK_FALSE(w.read("[]").value);
  CHECK_FALSE(w.read("").value);
}

TEST_CASE("a config file that is absent, a directory or too large is refused by name") {
  const workspace w;
  for (const auto& file : {w.dir / "absent.json", w.dir}) {
    const auto c = host::read_config(file);
    REQUIRE(c.mistakes.size() == 1);
    CHECK(c.mistakes[0].detail.find(file.string()) != std::string::npos);
  }
  std::ofstream(w.dir / "large.json") << std::string((1U << 20) + 1, ' ');
  CHECK(host::read_config(w.dir / "large.json").mistakes.at(0).code == loa::errc::too_large);
}

TEST_CASE("a file is read up to the octet that is one too many") {
  const workspace w;
  const auto file = w.dir / "some";
  for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 65'537U, 200'000U}) {
    std::string content(size, 'x');
    if (size > 0) content.back() = 'y';
    std::ofstream(file) << content;
    CHECK(host::read_file(file, size).value() == content);
    CHECK(host::read_file(file, size + 1).value() == content);
    if (size > 0) CHECK(host::read_file(file, size - 1).error().code == loa::errc::too_large);
  }
}

TEST_CASE("a small file takes little memory, however large it might be") {
  const workspace w;
  std::ofstream(w.dir / "some") << "{}";
  CHECK(host::read_file(w.dir / "some", std::size_t{64} << 20).value().capacity() < 1U << 20);
}

TEST_CASE("an address to listen on is an address and a port, nothing else") {
  CHECK(host::endpoint::parse("[::1]:80")->str() == "[::1]:80");
  for (const char* wrong : {"", ":", "8135", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80",
                            "[::1]", "example.org:80", "127.0.0.1:80x", "127.0.0.1:-1"})
    CHECK_FALSE(host::endpoint::parse(wrong));
}

TEST_CASE("durations and sizes are read with their units and written back") {
  CHECK(*host::parse_span("90 d") == std::chrono::days(90));
  CHECK(*host::parse_span("5min") == 5min);
  CHECK(host::format_span(1500ms) == "1500 ms");
  CHECK(host::format_span(48h) == "2 d");
  for (const char* wrong : {"", "5", "d", "-1 d", "1.5 h", "5  s", "99999999999999999999 s",
                            "18446744073709551615 d", "40000 d", "5 S"})
    CHECK_FALSE(host::parse_span(wrong));
  CHECK(*host::parse_size("64 GiB") == std::uint64_t{64} << 30);
  for (const char* wrong : {"", "64", "64 GB", "-1 B", "20000000 TiB"})
    CHECK_FALSE(host::parse_size(wrong));
  CHECK(host::format_size(999) == "999 B");
  CHECK(host::format_size(1'000) == "1.00 kB");
  CHECK(host::format_size(17'400'000) == "17.4 MB");
  CHECK(host::format_size(999'600) == "1.00 MB");
}
