#include <bindings/http/internal/frame.hpp>
#include <loa/base/random.hpp>

#include <catch2/catch.hpp>

namespace loa::http::test {

namespace {

std::string masked(int first, std::string_view payload, std::uint64_t length_says, int form) {
  std::string f{static_cast<char>(first), static_cast<char>(0x80 | form)};
  if (form >= 126)
    for (int shift = form == 126 ? 8 : 56; shift >= 0; shift -= 8)
      f += static_cast<char>(length_says >> shift);
  f += "\x01\x02\x03\x04";
  for (std::size_t i = 0; i < payload.size(); ++i)
    f += static_cast<char>(payload[i] ^ static_cast<char>(1 + i % 4));
  return f;
}

std::string frame(int first, std::string_view payload) {
  return payload.size() < 126 ? masked(first, payload, 0, static_cast<int>(payload.size()))
                              : masked(first, payload, payload.size(), 126);
}

struct outcome {
  std::vector<stream_event> events;
  std::optional<stream_fault> fault;
};

outcome read_all(std::string_view data, std::size_t step, std::size_t most = 4096) {
  frame_reader r(most);
  outcome o;
  for (std::size_t at = 0; at < data.size() && !o.fault; at += step)
    o.fault = r.read(data.substr(at, step), o.events);
  return o;
}

int fault_of(std::string_view data) {
  const auto o = read_all(data, data.size());
  return o.fault ? o.fault->code : 0;
}

} // namespace

TEST_CASE("a message arrives whole however it is cut") {
  const auto text = std::string(300, 'x') + "điện";
  const auto data = frame(0x81, "hello") + frame(0x01, "Thành ") + frame(0x89, "now") +
                    frame(0x80, "phố") + frame(0x81, text) +
                    frame(0x88, std::string("\x03\xe8", 2));
  for (std::size_t step = 1; step <= data.size(); ++step) {
    const auto o = read_all(data, step);
    REQUIRE_FALSE(o.fault);
    REQUIRE(o.events.size() == 5);
    CHECK(o.events[0].payload == "hello");
    CHECK(o.events[1].what == opcode::ping);
    CHECK(o.events[1].payload == "now");
    CHECK(o.events[2].payload == "Thành phố");
    CHECK(o.events[3].payload == text);
    CHECK(o.events[4].what == opcode::close);
    CHECK(o.events[4].code == 1000);
  }
}

TEST_CASE("what RFC 6455 forbids is a fault with the right code") {
  const auto unmasked = std::string("\x81\x02hi");
  CHECK(fault_of(unmasked) == 1002);
  for (const int reserved : {0x40, 0x20, 0x10})
    CHECK(fault_of(frame(0x81 | reserved, "x")) == 1002);
  for (const int unknown : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    CHECK(fault_of(frame(0x80 | unknown, "x")) == 1002);
  CHECK(fault_of(frame(0x80, "continues nothing")) == 1002);
  CHECK(fault_of(frame(0x01, "a") + frame(0x81, "b")) == 1002);
  CHECK(fault_of(frame(0x09, "cut ping")) == 1002);
  CHECK(fault_of(frame(0x89, std::string(126, 'p'))) == 1002);
  CHECK(fault_of(frame(0x88, "x")) == 1002);
  CHECK(fault_of(frame(0x88, std::string("\x03\xed", 2))) == 1002); // 1005 must not be sent
  CHECK(fault_of(frame(0x88, std::string("\x00\x01", 2))) == 1002);
  CHECK(fault_of(frame(0x88, "\x03\xe8\xff")) == 1007);
  CHECK(fault_of(frame(0x82, "binary")) == 1003);
  CHECK(fault_of(frame(0x81, "\xc3\x28")) == 1007);
  CHECK(fault_of(frame(0x81, "\xed\xa0\x80")) == 1007);
}

TEST_CASE("a character may be cut between fragments, but not at the end of a message") {
  CHECK(fault_of(frame(0x01, "\xc4") + frame(0x80, "\x91")) == 0);
  CHECK(fault_of(frame(0x01, "\xc4") + frame(0x80, "x")) == 1007);
}

TEST_CASE("the limit holds for a frame by its head alone, and for all fragments together") {
  const auto head_only = masked(0x81, "", ~0ULL, 127);
  CHECK(fault_of(head_only) == 1009);
  CHECK(fault_of(masked(0x81, "", 4097, 126)) == 1009);
  CHECK(fault_of(frame(0x81, std::string(4096, 'x'))) == 0);
  CHECK(fault_of(frame(0x01, std::string(4000, 'x')) + frame(0x80, std::string(97, 'x'))) == 1009);
}

TEST_CASE("frames without content are counted, so that they can be too many") {
  frame_reader r(4096);
  std::vector<stream_event> events;
  std::string data = frame(0x01, "");
  for (int i = 0; i < 99; ++i) data += frame(0x00, "");
  CHECK_FALSE(r.read(data, events));
  CHECK(events.empty());
  CHECK(r.take_count() == 100);
  CHECK(r.take_count() == 0);
}

TEST_CASE("noise never makes the reader keep more than its limit allows") {
  seeded_random random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string noise;
    for (auto n = random.below(600); n > 0; --n) noise += static_cast<char>(random.next());
    const auto o = read_all(noise, 1 + random.below(64));
    std::size_t total = 0;
    for (const auto& e : o.events) total += e.payload.size();
    CHECK(total <= noise.size());
  }
}

TEST_CASE("frames are written in the shortest form, and close reasons fit") {
  for (const std::size_t size : {0U, 125U, 126U, 65535U, 65536U}) {
    std::string f;
    append_frame(f, opcode::text, std::string(size, 'x'));
    const std::size_t head = size < 126 ? 2 : size <= 0xffff ? 4 : 10;
    CHECK(f.size() == size + head);
    CHECK(static_cast<std::uint8_t>(f[0]) == 0x81);
  }
  std::string reason;
  for (int i = 0; i < 50; ++i) reason += "đọc";
  const auto payload = close_payload(1008, reason);
  CHECK(payload.size() <= 125);
  CHECK(reason.starts_with(payload.substr(2)));
  CHECK((static_cast<std::uint8_t>(payload.back()) & 0xc0) != 0xc0); // no half character
}

} // namespace loa::http::test
