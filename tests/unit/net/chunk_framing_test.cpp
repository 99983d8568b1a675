#include <loa/base/random.hpp>
#include <loa/net/internal/chunk_framing.hpp>
#include <loa/net/transport.hpp>

#include <catch2/catch.hpp>

#include <vector>

using namespace loa;
using namespace loa::net;

TEST_CASE("a chunk goes as its length in four octets and itself") {
  bytes out;
  append_chunk(out, "abc");
  append_chunk(out, bytes(most_chunk_octets, 'M'));
  CHECK(out.substr(0, 7) == bytes("\0\0\0\3abc", 7));
  CHECK(out.substr(7, 4) == bytes("\0\x10\0\0", 4));
  CHECK(out.size() == 7 + 4 + most_chunk_octets);
}

TEST_CASE("chunks are found however the stream is cut") {
  seeded_random dice(1);
  std::vector<bytes> sent;
  bytes stream;
  for (int i = 0; i < 200; ++i) {
    sent.emplace_back(1 + dice.below(dice.chance(0.1) ? 50'000 : 30), static_cast<char>(i));
    append_chunk(stream, sent.back());
  }
  chunk_reader reader;
  std::vector<bytes> found;
  while (!stream.empty()) {
    const auto piece = stream.substr(0, 1 + dice.below(dice.chance(0.5) ? 5 : 10'000));
    stream.erase(0, piece.size());
    reader.take(piece);
    for (auto next = *reader.next(); next; next = *reader.next()) found.push_back(*next);
  }
  CHECK(found == sent);
}

TEST_CASE("an empty chunk and one over the limit are refused as soon as their length is there") {
  const auto refused = [](bytes_view head) {
    chunk_reader reader;
    reader.take(head.substr(0, 3));
    CHECK(*reader.next() == std::nullopt);
    reader.take(head.substr(3));
    const auto next = reader.next();
    REQUIRE_FALSE(next);
    return next.error().code;
  };
  CHECK(refused(bytes_view("\0\0\0\0", 4)) == errc::malformed);
  CHECK(refused(bytes_view("\0\x10\0\1", 4)) == errc::too_large);
  CHECK(refused(bytes_view("\xff\xff\xff\xff", 4)) == errc::too_large);
  CHECK(refused(bytes_view("GET / HTTP/1.1", 14)) == errc::too_large);
}
