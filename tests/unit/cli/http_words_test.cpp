#include <bindings/cli/http_client.hpp>

#include <catch2/catch.hpp>

using namespace loa::cli;

TEST_CASE("a node's address is scheme, host and port, nothing more") {
  const auto plain = node_url::parse("http://127.0.0.1:9000/");
  REQUIRE(plain);
  CHECK_FALSE(plain->tls);
  CHECK(plain->port == 9000);
  const auto safe = node_url::parse("https://loa.example");
  REQUIRE(safe);
  CHECK(safe->tls);
  CHECK(safe->str() == "https://loa.example:8135");
  CHECK(node_url::parse("http://[::1]:80")->str() == "http://[::1]:80");
  for (const char* wrong :
       {"", "127.0.0.1:8135", "ftp://x", "http://", "http://x:0", "http://x:99999", "http://x:8a",
        "http://[::1", "http://x/path", "http://user@x", "http://a b"})
    CHECK_FALSE(node_url::parse(wrong));
}

TEST_CASE("what stands in a path is percent-encoded, so that no text reaches beyond its segment") {
  CHECK(percent_encoded("79.769-A_~") == "79.769-A_~");
  CHECK(percent_encoded("a/b?c#d%") == "a%2Fb%3Fc%23d%25");
  CHECK(percent_encoded("Đ") == "%C4%90");
}

TEST_CASE("a problem becomes an error with its sentence and place") {
  const auto e =
      problem_of({422, "application/problem+json",
                  R"({"title":"Unprocessable","detail":"No such unit.","pointer":"/target/0"})"});
  CHECK(e.code == loa::errc::rule);
  CHECK(e.detail == "No such unit.");
  CHECK(e.pointer == "/target/0");
}

TEST_CASE("an answer that explains nothing is still an error with its status") {
  for (const char* body : {"", "<html>", "[]", "{}", R"({"detail":7})"})
    CHECK(problem_of({502, "text/html", body}).detail == "The node answered with status 502.");
}
