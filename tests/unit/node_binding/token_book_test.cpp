#include <bindings/node/token_book.hpp>

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

namespace host = loa::host;
namespace http = loa::http;
namespace fs = std::filesystem;

namespace {

struct scratch {
  fs::path dir;
  scratch() {
    std::string pattern = (fs::temp_directory_path() / "loa-tokens-XXXXXX").string();
    dir = mkdtemp(pattern.data());
  }
  ~scratch() { fs::remove_all(dir); }
};

const auto now = *loa::parse_rfc3339("2025-09-01T12:00:00+07:00");

host::token_book::order editor_of_79() {
  return {.role = http::role::editor, .unit = *loa::path::parse("79"), .subject = "phòng VHTT"};
}

} // namespace

TEST_CASE("a token can be made before the node ever started") {
  const scratch s;
  host::token_book book(s.dir / "not" / "yet");
  loa::seeded_random random(1);
  const auto token = book.add(editor_of_79(), now, random);
  REQUIRE(token);
  const auto key = http::token_key::load(book.key_file());
  REQUIRE(key);
  const auto claims = key->verify(*token, now);
  REQUIRE(claims);
  CHECK(claims->role == http::role::editor);
  CHECK(claims->unit.str() == "79");
  CHECK(claims->expires == now + std::chrono::days(365));
}

TEST_CASE("the book knows what it gave out and keeps no token") {
  const scratch s;
  host::token_book book(s.dir);
  loa::seeded_random random(1);
  const auto first = book.add(editor_of_79(), now, random);
  REQUIRE(first);
  REQUIRE(book.add({.role = http::role::device, .unit = *loa::path::parse("79.769")}, now, random));
  const auto all = book.list();
  REQUIRE(all);
  REQUIRE(all->size() == 2);
  CHECK((*all)[0].token.subject == "phòng VHTT");
  CHECK((*all)[1].token.role == http::role::device);
  std::ifstream in(s.dir / "tokens.jsonl");
  const std::string text(std::istreambuf_iterator<char>(in), {});
  CHECK(text.find(*first) == std::string::npos);
}

TEST_CASE("a revoked token is shown as revoked, and only a known one can be revoked") {
  const scratch s;
  host::token_book book(s.dir);
  loa::seeded_random random(1);
  REQUIRE(book.add(editor_of_79(), now, random));
  REQUIRE(book.add(editor_of_79(), now, random));
  const auto id = book.list()->at(0).token.id;
  CHECK(book.revoke("nobody").error().code == loa::errc::not_found);
  REQUIRE(book.revoke(id));
  REQUIRE(book.revoke(id));
  CHECK(book.list()->at(0).revoked);
  CHECK_FALSE(book.list()->at(1).revoked);
}

TEST_CASE("a damaged line of the book is refused by its number") {
  const scratch s;
  host::token_book book(s.dir);
  loa::seeded_random random(1);
  REQUIRE(book.add(editor_of_79(), now, random));
  std::ofstream(s.dir / "tokens.jsonl", std::ios::app) << "{\"id\":\n";
  const auto all = book.list();
  REQUIRE_FALSE(all);
  CHECK(all.error().code == loa::errc::corrupt);
  CHECK(all.error().detail.find("line 2") != std::string::npos);
}

TEST_CASE("where the key of the tokens given out is gone no new one is made") {
  const scratch s;
  host::token_book book(s.dir);
  loa::seeded_random random(1);
  CHECK_FALSE(book.lost_key());
  REQUIRE(book.add(editor_of_79(), now, random));
  CHECK_FALSE(book.lost_key());
  fs::remove(book.key_file());
  CHECK(book.lost_key());
  const auto refused = book.add(editor_of_79(), now, random);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().detail.find("backup") != std::string::npos);
  CHECK_FALSE(fs::exists(book.key_file()));
  fs::remove(s.dir / "tokens.jsonl");
  CHECK(book.add(editor_of_79(), now, random));
}

TEST_CASE("tokens that another key signed are told apart from those of the present one") {
  const scratch s;
  host::token_book book(s.dir);
  loa::seeded_random random(1);
  REQUIRE(book.add(editor_of_79(), now, random));
  CHECK_FALSE(book.list()->at(0).of_other_key);
  fs::remove(book.key_file());
  CHECK_FALSE(book.list()->at(0).of_other_key); // that it is gone is another matter
  REQUIRE(http::token_key::load_or_create(book.key_file()));
  REQUIRE(book.add(editor_of_79(), now, random));
  const auto all = book.list();
  REQUIRE(all->size() == 2);
  CHECK(all->at(0).of_other_key);
  CHECK_FALSE(all->at(1).of_other_key);
}

TEST_CASE("a book without tokens is empty") {
  const scratch s;
  CHECK(host::token_book(s.dir).list()->empty());
}
