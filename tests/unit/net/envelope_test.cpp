#include <loa/base/random.hpp>
#include <loa/net/envelope.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>

namespace loa::net::test {

namespace {

const secret& key() {
  static const secret k(bytes(32, 'k'));
  return k;
}

envelope random_envelope(seeded_random& dice, std::size_t most) {
  return {static_cast<envelope_kind>(1 + dice.below(last_envelope_kind)),
          static_cast<envelope_lane>(dice.below(2)), static_cast<std::uint16_t>(dice.below(65536)),
          bytes(dice.below(most), static_cast<char>(dice.below(256)))};
}

/// Some envelopes and what they are on the stream, each by itself.
struct stream {
  std::vector<envelope> sent;
  std::vector<bytes> sealed;

  explicit stream(std::size_t count, std::uint64_t seed = 1) {
    seeded_random dice(seed);
    sealer s(key());
    for (std::size_t i = 0; i < count; ++i) {
      sent.push_back(random_envelope(dice, 60));
      sealed.emplace_back();
      REQUIRE(s.seal(sent.back(), sealed.back()));
    }
  }
  [[nodiscard]] bytes whole() const {
    bytes out;
    for (const auto& s : sealed) out += s;
    return out;
  }
};

/// What an opener makes of octets: how many envelopes, and the error after them.
std::pair<std::size_t, std::optional<errc>> open_all(bytes_view octets) {
  opener o(key());
  std::vector<envelope> got;
  const auto done = o.take(octets, got);
  return {got.size(), done ? std::nullopt : std::optional(done.error().code)};
}

using after = std::pair<std::size_t, std::optional<errc>>;

} // namespace

TEST_CASE("what was sealed is opened, wherever the stream is cut") {
  const stream s(12);
  const auto whole = s.whole();
  for (std::size_t piece = 1; piece <= whole.size(); ++piece) {
    opener o(key());
    std::vector<envelope> got;
    for (std::size_t at = 0; at < whole.size(); at += piece)
      REQUIRE(o.take(bytes_view(whole).substr(at, piece), got));
    REQUIRE(got == s.sent);
    REQUIRE(o.held() == 0);
  }
}

TEST_CASE("an envelope has the form that its header describes") {
  sealer s(key());
  bytes out;
  REQUIRE(s.seal(envelope_kind::credit, envelope_lane::emergency, 0x1234, "abc", out));
  CHECK(out.substr(0, 19) == bytes("\0\0\0\3\3\1\x12\x34\0\0\0\0\0\0\0\1abc", 19));
  CHECK(out.size() == 19 + envelope_tag_octets);
}

TEST_CASE("envelopes that come again are refused") {
  const stream s(3);
  CHECK(open_all(s.sealed[0] + s.sealed[0]) == after{1, errc::conflict});
  CHECK(open_all(s.sealed[0] + s.sealed[1] + s.sealed[0]) == after{2, errc::conflict});
  CHECK(open_all(s.whole() + s.sealed[2]) == after{3, errc::conflict});
}

TEST_CASE("envelopes that are missing or change places are noticed") {
  const stream s(3);
  CHECK(open_all(s.sealed[1]) == after{0, errc::unavailable});
  CHECK(open_all(s.sealed[0] + s.sealed[2]) == after{1, errc::unavailable});
  CHECK(open_all(s.sealed[1] + s.sealed[0]) == after{0, errc::unavailable});
  CHECK(open_all(s.sealed[0] + s.sealed[2] + s.sealed[1]) == after{1, errc::unavailable});
}

TEST_CASE("no octet of an envelope can be altered") {
  const stream s(2);
  const auto whole = s.whole();
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (const int bit : {0x01, 0x80}) {
      auto altered = whole;
      altered[i] = static_cast<char>(altered[i] ^ bit);
      opener o(key());
      std::vector<envelope> got;
      const auto done = o.take(altered, got);
      INFO("octet " << i << ", bit " << bit);
      const auto first = s.sealed[0].size();
      REQUIRE(got.size() == (i < first ? 0 : 1));
      if (!got.empty()) REQUIRE(got[0] == s.sent[0]);
      // A length that grew leaves the opener waiting for what will not fit; more shows that.
      if (done) {
        REQUIRE(i % first < 4);
        const auto more = o.take(bytes(most_payload_octets, '\0'), got);
        REQUIRE_FALSE(more);
        REQUIRE(got.size() == (i < first ? 0 : 1));
      }
    }
}

TEST_CASE("envelopes of another key, another direction or another session are refused") {
  const stream s(1);
  const secret other(bytes(32, 'l'));
  opener o(other);
  std::vector<envelope> got;
  const auto done = o.take(s.whole(), got);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == errc::unauthenticated);
  CHECK(got.empty());
}

TEST_CASE("after an error nothing is accepted any more, and it stays the same error") {
  const stream s(3);
  opener o(key());
  std::vector<envelope> got;
  auto wrong = s.sealed[0];
  wrong.back() = static_cast<char>(wrong.back() ^ 1);
  const auto first = o.take(wrong, got);
  REQUIRE_FALSE(first);
  for (const auto& good : s.sealed) {
    const auto again = o.take(good, got);
    REQUIRE_FALSE(again);
    CHECK(again.error() == first.error());
  }
  CHECK(got.empty());
  CHECK(o.held() == 0);
}

TEST_CASE("what a head says wrong is refused before anything follows it") {
  const auto head = [](std::uint32_t length, int kind, int lane, std::uint64_t counter) {
    return big_endian(length).substr(4) + static_cast<char>(kind) + static_cast<char>(lane) +
           bytes(2, '\0') + big_endian(counter);
  };
  const auto most = static_cast<std::uint32_t>(most_payload_octets);
  CHECK(open_all(head(most, 1, 0, 1)) == after{0, std::nullopt});
  CHECK(open_all(head(most + 1, 1, 0, 1)) == after{0, errc::too_large});
  CHECK(open_all(head(0xffffffff, 1, 0, 1)) == after{0, errc::too_large});
  CHECK(open_all(head(0, 0, 0, 1)) == after{0, errc::unsupported});
  CHECK(open_all(head(0, last_envelope_kind + 1, 0, 1)) == after{0, errc::unsupported});
  CHECK(open_all(head(0, 255, 0, 1)) == after{0, errc::unsupported});
  CHECK(open_all(head(0, 1, 2, 1)) == after{0, errc::malformed});
  CHECK(open_all(head(0, 1, 0, 0)) == after{0, errc::conflict});
  CHECK(open_all(head(0, 1, 0, 2)) == after{0, errc::unavailable});
  CHECK(open_all(head(0, 1, 0, ~0ULL)) == after{0, errc::unavailable});
}

TEST_CASE("the longest payload passes, and a longer one is not sealed and costs no counter") {
  sealer s(key());
  opener o(key());
  bytes out;
  const auto too_long = s.seal(envelope_kind::chunk, envelope_lane::ordinary, 0,
                               bytes(most_payload_octets + 1, 'x'), out);
  REQUIRE_FALSE(too_long);
  CHECK(too_long.error().code == errc::too_large);
  CHECK(out.empty());
  const envelope longest{envelope_kind::chunk, envelope_lane::ordinary, 0,
                         bytes(most_payload_octets, 'x')};
  REQUIRE(s.seal(longest, out));
  std::vector<envelope> got;
  for (std::size_t at = 0; at < out.size(); at += 1400) {
    REQUIRE(o.take(bytes_view(out).substr(at, 1400), got));
    REQUIRE(o.held() <= envelope_head_octets + most_payload_octets + envelope_tag_octets);
  }
  REQUIRE(got.size() == 1);
  CHECK(got[0] == longest);
  CHECK(o.held() == 0);
}

TEST_CASE("after the last counter nothing is sealed and nothing opened") {
  sealer s(key(), last_counter - 1);
  opener o(key(), last_counter - 1);
  bytes out;
  REQUIRE(s.seal(envelope{}, out));
  REQUIRE(s.seal(envelope{}, out));
  const auto none_left = s.seal(envelope{}, out);
  REQUIRE_FALSE(none_left);
  CHECK(none_left.error().code == errc::unavailable);
  std::vector<envelope> got;
  REQUIRE(o.take(out, got));
  CHECK(got.size() == 2);
  // One with the counter after the last, and one that begins again, both well sealed.
  const auto more = bytes(6, '\0').replace(4, 1, "\1") + bytes(2, '\0') + big_endian(~0ULL);
  CHECK_FALSE(o.take(more, got));
  opener another(key(), last_counter + 1);
  bytes first;
  sealer anew(key());
  REQUIRE(anew.seal(envelope{}, first));
  CHECK_FALSE(another.take(first, got));
  CHECK(got.size() == 2);
}

TEST_CASE("a stream mangled at random gives a beginning of what was sent and no more") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    seeded_random dice(seed);
    const stream s(6, seed);
    auto octets = s.whole();
    for (auto i = 1 + dice.below(3); i > 0; --i) {
      const auto at = dice.below(octets.size());
      switch (dice.below(4)) {
      case 0:
        octets[at] = static_cast<char>(dice.below(256));
        break;
      case 1:
        octets.erase(at, 1 + dice.below(50));
        break;
      case 2:
        octets.insert(at, octets.substr(dice.below(octets.size()), dice.below(80)));
        break;
      default:
        std::swap(octets[at], octets[dice.below(octets.size())]);
      }
      if (octets.empty()) break;
    }
    opener o(key());
    std::vector<envelope> got;
    bool good = true;
    for (std::size_t at = 0; at < octets.size();) {
      const auto piece = 1 + dice.below(90);
      good = o.take(bytes_view(octets).substr(at, piece), got).has_value() && good;
      at += piece;
    }
    INFO("seed " << seed);
    REQUIRE(got.size() <= s.sent.size());
    REQUIRE(std::equal(got.begin(), got.end(), s.sent.begin()));
    if (got.size() == s.sent.size() && good) REQUIRE(octets.starts_with(s.whole()));
  }
}

TEST_CASE("a claim of much costs no memory before it comes") {
  opener o(key());
  std::vector<envelope> got;
  const auto head =
      big_endian(most_payload_octets).substr(4) + '\1' + '\0' + bytes(2, '\0') + big_endian(1);
  REQUIRE(o.take(head, got));
  CHECK(o.held() == envelope_head_octets);
}

} // namespace loa::net::test
