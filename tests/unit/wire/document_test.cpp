#include <loa/base/random.hpp>
#include <loa/wire/document.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace loa;
using wire::document;

namespace {

bytes octets(std::initializer_list<int> list) {
  bytes out;
  for (const int i : list) out += static_cast<char>(i);
  return out;
}

/// The JSON text of what was read; the error's sentence if it was refused.
std::string told(const result<document>& d) {
  return d ? d->to_json() : "refused: " + d.error().detail;
}

std::string json_of(bytes_view text) {
  return told(document::from_json(text));
}

std::string cbor_of(std::initializer_list<int> list) {
  return told(document::from_cbor(octets(list)));
}

/// An error for text that cannot be read, which must be short, whatever came in.
error refused(const result<document>& d) {
  REQUIRE_FALSE(d);
  CHECK_FALSE(d.error().detail.empty());
  CHECK(d.error().detail.size() < 400);
  return d.error();
}

std::string nested(std::size_t depth, const std::string& open, const std::string& close) {
  std::string out;
  for (std::size_t i = 0; i < depth; ++i) out += open;
  out += "1";
  for (std::size_t i = 0; i < depth; ++i) out += close;
  return out;
}

bytes nested_cbor(std::size_t depth, const bytes& open) {
  bytes out;
  for (std::size_t i = 0; i < depth; ++i) out += open;
  return out + '\x01';
}

} // namespace

// -- JSON -----------------------------------------------------------------------------------------

TEST_CASE("JSON text is read and written, compact or for people") {
  CHECK(json_of(R"( {"b" : [1, -2, 0.5, true, null], "a" : "x"} )") ==
        R"({"a":"x","b":[1,-2,0.5,true,null]})");
  CHECK(document::from_json(R"({"a":[1]})")->to_json(2) == "{\n  \"a\": [\n    1\n  ]\n}");
  CHECK(json_of("1") == "1");
  CHECK(json_of("\"\"") == "\"\"");
}

TEST_CASE("a fresh document is null, and one that was moved keeps its tree") {
  CHECK(document().to_json() == "null");
  CHECK(document().to_cbor() == "\xf6");
  auto a = *document::from_json("[1]");
  const document b = std::move(a);
  CHECK(b.to_json() == "[1]");
}

TEST_CASE("what RFC 8259 does not allow is refused") {
  for (const auto* text :
       {"",           " ",           "{",     "}",       "[",        "[1",      "[1,]",
        "{\"a\":1,}", "{\"a\"}",     "{a:1}", "{'a':1}", "[1 2]",    "01",      "+1",
        ".5",         "1.",          "0x1",   "NaN",     "Infinity", "-",       "tru",
        "nul",        "1 2",         "[]]",   "\"",      "\"\n\"",   "\"\\x\"", "\"\\u12\"",
        "// why\n1",  "/* why */ 1", "# 1",   "1e400",   "-1e400"}) {
    INFO(text);
    const auto e = refused(document::from_json(text));
    CHECK(e.code == errc::malformed);
    CHECK(e.detail.starts_with("This is not valid JSON: "));
  }
}

TEST_CASE("a raw zero octet does not end a JSON text behind which anything may follow") {
  for (const auto& text : {octets({'{', '}', 0}), octets({'{', '}', 0, 'x'}), octets({0, '{', '}'}),
                           octets({'[', '1', 0, ']'}), octets({'"', 'a', 0, '"'}), octets({0})}) {
    const auto e = refused(document::from_json(text));
    CHECK(e.code == errc::malformed);
  }
  CHECK(refused(document::from_json(octets({'[', '\n', '1', ']', 0, '!'})))
            .detail.find("line 2, column 3") != std::string::npos);
  CHECK(json_of(R"("a\u0000b")") == R"("a\u0000b")");
}

TEST_CASE("JSON text that is not UTF-8, or half of a surrogate pair, is refused") {
  for (const auto* text : {"\"\xff\"", "\"\xc3\"", "\"\xc0\xaf\"", "\"\xe2\x82\"",
                           "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\"", "\"\\ud800\"", "\"\\udc00\"",
                           "\"\\ud800\\u0041\"", "{\"\xff\":1}", "\xff"})
    refused(document::from_json(text));
  CHECK(json_of("\"\\ud83d\\udd14\"") == "\"\xf0\x9f\x94\x94\"");
}

TEST_CASE("an error in JSON names line and column, whatever the text says") {
  const auto place_of = [](bytes_view text) { return refused(document::from_json(text)).detail; };
  CHECK(place_of("{\n  \"a\": tru\n}").find("line 2, column 11: ") != std::string::npos);
  CHECK(place_of("[1,\n2,\n  x]").find("line 3, column 3: ") != std::string::npos);
  // The library's sentence quotes the input, which may hold what ends the sentence's own prefix.
  CHECK(place_of("[\"x] y").find("line 1, column 7: ") != std::string::npos);
  CHECK(place_of("[\"a] b] c\n").find("line 1, column 10: ") != std::string::npos);
  CHECK(place_of("[1,\n 1e999]").find("line 2, column 6: ") != std::string::npos);
  CHECK(place_of(std::string_view("[1,\n \0]", 7)).find("line 2, column 2") != std::string::npos);
  // A position is no place in a tree that is not there.
  CHECK(refused(document::from_json("[1,\n2,\n  x]")).pointer.empty());
  CHECK(refused(document::from_json(std::string_view("[\0]", 3))).pointer.empty());
  const auto no_cbor = refused(document::from_cbor("\x82\x01"));
  CHECK(no_cbor.pointer.empty());
}

TEST_CASE("an error does not carry a megabyte of what was wrong") {
  const std::string much(500'000, 'x');
  refused(document::from_json("\"" + much));
  refused(document::from_json("{\"" + much + "\":1,\"" + much + "\":2}"));
  refused(document::from_json(std::string(500'000, '9') + "e9999"));
}

TEST_CASE("a sentence is cut between letters, so that it stays UTF-8") {
  for (std::size_t shift = 0; shift < 4; ++shift) {
    std::string key(shift, 'x');
    for (int i = 0; i < 500; ++i) key += "\xf0\x9f\x94\x94";
    auto e = refused(document::from_json("{\"" + key + "\":1,\"" + key + "\":2}"));
    std::erase(e.detail, '"');
    CHECK(document::from_json("\"" + e.detail + "\""));
  }
}

TEST_CASE("a key that stands twice in one object is refused, in JSON and in CBOR") {
  CHECK(refused(document::from_json(R"({"a":1,"b":{"a":2},"a":3})")).detail.find("\"a\"") !=
        std::string::npos);
  CHECK(json_of(R"({"a":{"a":1}})") == R"({"a":{"a":1}})");
  CHECK(refused(document::from_cbor(octets({0xa2, 0x61, 'a', 1, 0x61, 'a', 2})))
            .detail.find("twice") != std::string::npos);
}

TEST_CASE("comments are read where they are allowed") {
  const wire::parse_limits config{.comments = true};
  CHECK(told(document::from_json("// why\n{\"a\": /* how */ 1}", config)) == R"({"a":1})");
  CHECK_FALSE(document::from_json("{} /* open", config));
  CHECK_FALSE(document::from_json("{} # other", config));
}

TEST_CASE("whole numbers keep all their digits over the whole range of 64 bits") {
  CHECK(json_of("18446744073709551615") == "18446744073709551615");
  CHECK(json_of("-9223372036854775808") == "-9223372036854775808");
  CHECK(json_of("9007199254740993") == "9007199254740993");
}

// -- limits ---------------------------------------------------------------------------------------

TEST_CASE("as many octets as the limit says are read, one more is refused unread") {
  const wire::parse_limits five{.octets = 5};
  CHECK(document::from_json("[1,2]", five));
  CHECK(document::from_cbor(octets({0x84, 1, 2, 3, 4}), five));
  for (const auto& e :
       {refused(document::from_json("[1,23]", five)), refused(document::from_json("broken", five)),
        refused(document::from_cbor(octets({0x85, 1, 2, 3, 4, 5}), five)),
        refused(document::from_cbor(bytes(6, '\x7f'), five))}) {
    CHECK(e.code == errc::too_large);
    CHECK(e.detail.find("the limit is 5") != std::string::npos);
  }
}

TEST_CASE("a mebibyte is the limit where none is said") {
  const wire::parse_limits usual;
  CHECK(usual.octets == 1U << 20);
  CHECK(document::from_json("\"" + std::string(usual.octets - 2, 'x') + "\""));
  CHECK_FALSE(document::from_json("\"" + std::string(usual.octets - 1, 'x') + "\""));
}

TEST_CASE("as many levels as the limit says are read, one more is refused") {
  const wire::parse_limits usual;
  for (const std::size_t depth : {std::size_t{0}, std::size_t{1}, usual.depth}) {
    wire::parse_limits limits;
    limits.depth = depth;
    CHECK(document::from_json(nested(depth, "[", "]"), limits));
    CHECK(document::from_json(nested(depth, "{\"a\":", "}"), limits));
    CHECK(document::from_cbor(nested_cbor(depth, "\x81"), limits));
    CHECK(document::from_cbor(nested_cbor(depth, "\xa1\x61\x61"), limits));
    for (const auto& e :
         {refused(document::from_json(nested(depth + 1, "[", "]"), limits)),
          refused(document::from_json(nested(depth + 1, "{\"a\":", "}"), limits)),
          refused(document::from_cbor(nested_cbor(depth + 1, "\x81"), limits)),
          refused(document::from_cbor(nested_cbor(depth + 1, "\xa1\x61\x61"), limits))})
      CHECK(e.detail.find("deeper than " + std::to_string(depth) + " levels") != std::string::npos);
  }
}

TEST_CASE("as many values as the limit says are read, one more is refused") {
  wire::parse_limits limits;
  limits.values = 5;
  CHECK(document::from_json(R"({"a": [1, 2, "3"]})", limits));
  CHECK(document::from_cbor("\xa1\x61\x61\x83\x01\x02\x61\x33", limits));
  for (const auto& e : {refused(document::from_json(R"({"a": [1, 2, "3"], "b": 4})", limits)),
                        refused(document::from_json("[[], {}, [], {}, []]", limits)),
                        refused(document::from_cbor("\x85\x01\x02\x03\x80\xa0", limits))})
    CHECK(e.detail.find("more than 5 values") != std::string::npos);
}

TEST_CASE("levels that were closed do not count") {
  CHECK(document::from_json("[" + nested(30, "[", "]") + "," + nested(30, "[", "]") + "]"));
  std::string wide = "[1";
  for (int i = 0; i < 10'000; ++i) wide += ",[]";
  CHECK(document::from_json(wide + "]"));
}

TEST_CASE("nesting as deep as a mebibyte goes is refused without a deep stack") {
  const std::size_t most = (1U << 20) - 1;
  for (const auto* open : {"[", "{\"\":"}) {
    std::string text;
    while (text.size() < most - 8) text += open;
    refused(document::from_json(text));
  }
  for (const auto head : {'\x81', '\x9f', '\xbf', '\xc0', '\xd8', '\x5f', '\x7f'})
    refused(document::from_cbor(bytes(most, head)));
  bytes maps;
  while (maps.size() < most - 4) maps += octets({0xa1, 0x60});
  refused(document::from_cbor(maps));
}

// -- CBOR -----------------------------------------------------------------------------------------

TEST_CASE("CBOR gives what RFC 8949, appendix A gives") {
  CHECK(cbor_of({0x00}) == "0");
  CHECK(cbor_of({0x17}) == "23");
  CHECK(cbor_of({0x18, 0x18}) == "24");
  CHECK(cbor_of({0x19, 0x03, 0xe8}) == "1000");
  CHECK(cbor_of({0x1a, 0x00, 0x0f, 0x42, 0x40}) == "1000000");
  CHECK(cbor_of({0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}) == "18446744073709551615");
  CHECK(cbor_of({0x20}) == "-1");
  CHECK(cbor_of({0x38, 0x63}) == "-100");
  CHECK(cbor_of({0x3b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}) == "-9223372036854775808");
  CHECK(cbor_of({0xf9, 0x3e, 0x00}) == "1.5");
  CHECK(cbor_of({0xfa, 0x47, 0xc3, 0x50, 0x00}) == "100000.0");
  CHECK(cbor_of({0xfb, 0xc0, 0x10, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66}) == "-4.1");
  CHECK(cbor_of({0xf4}) == "false");
  CHECK(cbor_of({0xf5}) == "true");
  CHECK(cbor_of({0xf6}) == "null");
  CHECK(cbor_of({0x62, 0xc3, 0xbc}) == "\"\xc3\xbc\"");
  CHECK(cbor_of({0x82, 1, 0x82, 2, 3}) == "[1,[2,3]]");
  CHECK(cbor_of({0xa1, 0x61, 'a', 1}) == R"({"a":1})");
  CHECK(cbor_of({0x9f, 1, 0x9f, 2, 0xff, 0xff}) == "[1,[2]]");
  CHECK(cbor_of({0xbf, 0x61, 'a', 0xf5, 0xff}) == R"({"a":true})");
}

TEST_CASE("a negative number that 64 bits with sign cannot hold is refused, not turned around") {
  for (const auto& number : {octets({0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}),
                             octets({0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0}),
                             octets({0x82, 0x01, 0x3b, 0x80, 0, 0, 0, 0, 0, 0, 1}),
                             octets({0xa1, 0x61, 'n', 0x3b, 0xff, 0, 0, 0, 0, 0, 0, 1})}) {
    const auto e = refused(document::from_cbor(number));
    CHECK(e.code == errc::malformed);
    CHECK(e.detail.find("negative") != std::string::npos);
  }
  // The same octets within a string are text.
  CHECK(document::from_cbor(octets({0x49, 0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})));
}

TEST_CASE("CBOR that ends too early or goes on too long is refused") {
  const auto whole = octets({0xa2, 0x61, 'a',  0x82, 0x19, 1, 0, 0x42, 1, 2, 0x62,
                             'b',  'c',  0xfb, 0,    0,    0, 0, 0,    0, 0, 1});
  REQUIRE(document::from_cbor(whole));
  for (std::size_t n = 0; n < whole.size(); ++n) {
    INFO(n << " octets");
    refused(document::from_cbor(bytes_view(whole).substr(0, n)));
  }
  for (const char more : {'\x00', '\xf6', '\xff'}) refused(document::from_cbor(whole + more));
}

TEST_CASE("a length that claims more than there is costs nothing and is refused") {
  for (const int major : {0x40, 0x60, 0x80, 0xa0}) {
    for (const auto& claimed : {octets({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}),
                                octets({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe}),
                                octets({0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}),
                                octets({0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01})}) {
      const auto head = octets({major | 27}) + claimed;
      refused(document::from_cbor(head));
      refused(document::from_cbor(head + octets({0x61, 'a', 0xff})));
      refused(document::from_cbor(head + octets({0x60, 0x01, 0xff})));
      refused(document::from_cbor(head + octets({0x01, 0xff})));
    }
    refused(document::from_cbor(octets({major | 26, 0xff, 0xff, 0xff, 0xff, 1})));
  }
}

TEST_CASE("an item of a kind that JSON's model does not have is refused") {
  for (const auto& item : {octets({0xc0, 0x61, '0'}),
                           octets({0xc2, 0x41, 1}),
                           octets({0xd9, 0xd9, 0xf7, 1}),
                           octets({0xf7}),
                           octets({0xe0}),
                           octets({0xf0}),
                           octets({0xf8, 0x20}),
                           octets({0xff}),
                           octets({0x81, 0xff}),
                           octets({0xa1, 0x01, 0x01}),
                           octets({0xa1, 0x41, 'a', 0x01}),
                           octets({0xa1, 0xf6, 0x01}),
                           octets({0xbf, 0x61, 'a', 0xff}),
                           octets({0x1c}),
                           octets({0x1f}),
                           octets({0x3f}),
                           octets({0x5c}),
                           octets({0x7d}),
                           octets({0x9e}),
                           octets({0xbc}),
                           octets({0xdf}),
                           octets({0xfc})}) {
    INFO(static_cast<int>(static_cast<unsigned char>(item[0])));
    CHECK(refused(document::from_cbor(item)).code == errc::malformed);
  }
  refused(document::from_cbor(octets({0x7f, 0x41, 'a', 0xff})));
  refused(document::from_cbor(octets({0x5f, 0x61, 'a', 0xff})));
}

TEST_CASE("text in CBOR that is not UTF-8 is kept, and shown with U+FFFD") {
  const auto odd = document::from_cbor(octets({0x63, 'a', 0xff, 'b'}));
  REQUIRE(odd);
  CHECK(odd->to_cbor() == octets({0x63, 'a', 0xff, 'b'}));
  CHECK(odd->to_json() == "\"a\xef\xbf\xbd"
                          "b\"");
}

TEST_CASE("octets are octets again behind CBOR, and every tree can be shown") {
  const auto d = document::from_cbor(octets({0x43, 0x00, 0xff, 0x7f}));
  REQUIRE(d);
  CHECK(d->to_cbor() == octets({0x43, 0x00, 0xff, 0x7f}));
  CHECK_FALSE(d->to_json().empty());
  CHECK(cbor_of({0xf9, 0x7e, 0x00}) == "null");
}

TEST_CASE("whatever is read from CBOR is written as CBOR that is read as the same") {
  seeded_random random(23);
  std::size_t accepted = 0;
  constexpr std::string_view likely =
      "\x02\x01\x20\x41\x42\x5f\x61\x62\x7f\x80\x81\x82\x9f\xa1\xbf\xf6\xff\x19";
  for (int i = 0; i < 100'000; ++i) {
    bytes item;
    for (auto n = 1 + random.below(10); n > 0; --n)
      item += random.chance(0.8) ? likely[random.below(likely.size())]
                                 : static_cast<char>(random.next());
    const auto d = document::from_cbor(item);
    if (!d) continue;
    ++accepted;
    const auto written = d->to_cbor();
    const auto again = document::from_cbor(written);
    REQUIRE(again);
    REQUIRE(again->to_cbor() == written);
  }
  CHECK(accepted > 1'000);
}

TEST_CASE("one changed octet of a JSON text is read or refused, and never more than that") {
  const std::string good = R"({"a":[1,-2.5e3,"\u00e9x",null],"b":{"c":true}})";
  REQUIRE(document::from_json(good));
  for (std::size_t at = 0; at < good.size(); ++at)
    for (int c = 0; c < 256; ++c) {
      auto text = good;
      text[at] = static_cast<char>(c);
      const auto d = document::from_json(text);
      if (!d) continue;
      const auto again = document::from_json(d->to_json());
      REQUIRE(again);
      REQUIRE(again->to_json() == d->to_json());
    }
}

TEST_CASE("a chunked string within a chunked string is refused, however deep") {
  for (const char head : {'\x7f', '\x5f'})
    for (const std::size_t depth : {2U, 1U << 20}) {
      const auto read = document::from_cbor(bytes(depth, head));
      REQUIRE_FALSE(read);
      CHECK(read.error().code == errc::malformed);
      CHECK(read.error().detail.find("chunks") != std::string::npos);
    }
  CHECK_FALSE(document::from_cbor("\x5f\x5f\x41\x61\xff\xff"));
}

TEST_CASE("a string in chunks is read, and its octets are never taken for heads") {
  const auto chunked = document::from_cbor("\x82\x7f\x61\x61\x62\x62\x63\xff\x7f\x61\x64\xff");
  REQUIRE(chunked);
  CHECK(chunked->to_json() == R"(["abc","d"])");
  CHECK(document::from_cbor("\x43\x5f\x5f\x7f"));
  CHECK(document::from_cbor("\x58\x03\x5f\x5f\x7f"));
  CHECK(document::from_cbor(bytes("\xfb\x7f\x5f\x7f\x5f\x00\x00\x00\x00", 9)));
}
