#include "net_world.hpp"

#include <loa/link/messages.hpp>
#include <loa/link/slot_ledger.hpp>
#include <loa/model/bulletin.hpp>
#include <loa/model/report_rules.hpp>
#include <loa/net/internal/handshake_messages.hpp>
#include <loa/net/internal/octets.hpp>
#include <loa/store/entity_log.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>

/// \file
/// Writes the binary seeds of the corpora: one valid input of each kind, and some hostile ones.

namespace {

using namespace loa;
namespace fs = std::filesystem;

void write(const fs::path& file, const bytes& content) {
  std::ofstream(file, std::ios::binary) << content;
}

link::entry entry_at(std::uint64_t position, bool full) {
  link::entry e{.position = position, .on = link::lane::emergency};
  if (!full) return e;
  e.audience = {*path::parse("79.769"), *path::parse("79.760.26734")};
  e.expires = from_millis(1'756'764'000'000);
  e.channels = 6;
  e.id = "79-3F0K2M9QXZ7A";
  e.body = std::make_shared<const bytes>("\"id\":\"79-3F0K2M9QXZ7A\"");
  return e;
}

void write_messages(const fs::path& to) {
  const link::link_session session{11, 2, 13};
  write(to / "follow", link::encode(link::feed_follow{11, 2, {3, {7, 8}}}));
  write(to / "opened", link::encode(link::feed_opened{session, 3, true}));
  write(to / "invite", link::encode(link::feed_invite{13}));
  write(to / "frames",
        link::encode(link::feed_frames{
            session, link::lane::emergency, 5, {entry_at(7, true), entry_at(9, false)}}));
  write(to / "frames-empty", link::encode(link::feed_frames{session, link::lane::ordinary, 1, {}}));
  write(to / "frames-not-ascending",
        link::encode(link::feed_frames{
            session, link::lane::emergency, 1, {entry_at(9, true), entry_at(9, false)}}));
  write(to / "frames-wrong-lane",
        link::encode(link::feed_frames{session, link::lane::ordinary, 1, {entry_at(9, true)}}));
  write(to / "ack", link::encode(link::feed_ack{session, {5, 6}, {3, {7, 8}}}));
  write(to / "post", link::encode(link::post_send{1, 1, 2, 3, std::make_shared<const bytes>("m")}));
  write(to / "post-older-than-oldest",
        link::encode(link::post_send{1, 1, 9, 3, std::make_shared<const bytes>("m")}));
  write(to / "post-without-body", link::encode(link::post_send{1, 1, 2, 3, nullptr}));
  write(to / "post-ack", link::encode(link::post_ack{1, 3}));
}

void write_records(const fs::path& to) {
  const auto now = from_millis(1'756'677'600'000);
  const auto unit = *path::parse("79.769.26794");
  model::bulletin b;
  b.id = "79.769.26794-3F0K2M9QXZ7A";
  b.unit = unit;
  b.target = {unit};
  b.channels = {model::channel::loudspeaker, model::channel::app};
  b.headline = {{"vi", "Lịch tiêm vắc-xin"}};
  b.sent = b.effective = now;
  b.expires = now + std::chrono::hours(24);
  b.replaces = {"79-3F0K2M9QXZ7A"};
  b.cap = model::cap_info{"KTTV-1", "a@b.vn", "2025-09-01T05:00:00+07:00",
                          "Update", "Actual", {"a@b.vn,KTTV-0,2025-09-01T04:00:00+07:00"}};
  b.cap_xml.data = "<alert/>";
  write(to / "bulletin", wire::encode_record(b));

  const model::report_request asked{"cong-dan-1",
                                    "giao-thong",
                                    "Đèn hỏng",
                                    model::report_kind::petition,
                                    b.id,
                                    model::location{10.85, 106.77},
                                    {{"anh.jpg", "image/jpeg", {"\xff\xd8"}}}};
  write(to / "request", wire::encode_record(asked));
  write(to / "report",
        wire::encode_record(model::receive(asked, "79.769.26794-3F0K2M9QXZ7AB", unit, now, {})));
  write(to / "step", wire::encode_record(model::report_step{model::report_verb::rate,
                                                            model::report_state::closed,
                                                            unit,
                                                            "cảm ơn",
                                                            "giao-thong",
                                                            5,
                                                            {*path::parse("79.769")}}));

  link::slot_ledger ledger;
  const auto take = [&](std::string_view name, std::uint8_t channel) {
    const auto fact = ledger.take(name, channel);
    (void)ledger.apply(*fact);
    return *fact;
  };
  write(to / "taken", wire::encode_record(take("citizen/c1", 1)));
  take("device/79.769.26794/spk-1", 2);
  ledger.opened({4, link::lane::emergency, 6});
  ledger.acknowledge(0, link::lane::emergency, 4);
  for (const auto& fact : ledger.gather()) {
    write(to / "acked", wire::encode_record(fact));
    (void)ledger.apply(fact);
  }
  write(to / "left", wire::encode_record(*ledger.leave(1)));
  (void)ledger.apply(*ledger.leave(1));
  write(to / "ledger", wire::encode_record(ledger.snapshot()));
  auto torn = ledger.snapshot();
  torn.names.clear();
  write(to / "ledger-torn", wire::encode_record(torn));
  torn = ledger.snapshot();
  torn.slots = {0xffffffff};
  write(to / "ledger-far-slot", wire::encode_record(torn));

  const auto who = name::of("device", unit, "spk-0012");
  write(to / "key-fact", store::fact_key(who, 7));
  write(to / "key-snapshot", store::snapshot_key(name::of("unit", unit)));
  write(to / "key-reminder", store::reminder_key(now, who, "due"));
  write(to / "key-reminder-last", store::reminder_key(instant::max(), who, "due"));
  write(to / "key-reminder-first", store::reminder_key(instant::min(), who, "due"));
  write(to / "key-answer", store::answer_key(who, "k"));
  write(to / "key-dotted", bytes("79.769\0unit\0\0", 13));
  write(to / "snapshot", store::encode_snapshot({9, wire::encode_record(link::slot_left{3})}));

  b.expires = instant::max();
  write(to / "bulletin-without-end", wire::encode_record(b));
}

void write_hostile_cbor(const fs::path& to) {
  write(to / "cbor-deep", bytes(100, '\x81'));
  write(to / "cbor-long-array", bytes("\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x00", 10));
  write(to / "cbor-long-text", bytes("\x7b\xff\xff\xff\xff\xff\xff\xff\xff\x41", 10));
  write(to / "cbor-key-twice", "\xa2\x61\x61\x01\x61\x61\x02");
  write(to / "cbor-not-utf8", "\x62\xc3\x28");
  write(to / "cbor-not-a-number", bytes("\xfb\x7f\xf8\x00\x00\x00\x00\x00\x00", 9));
  write(to / "cbor-chunks", "\x7f\x61\x61\x62\x62\x63\xff");
  write(to / "cbor-chunks-in-chunks", "\x5f\x5f\x41\x61\xff\xff");
  write(to / "cbor-chunks-without-end", bytes(1U << 17, '\x7f'));
  write(to / "cbor-tag", "\xc0\x61\x61");
  write(to / "cbor-two-items", "\x01\x02");
}

void write_handshake(const fs::path& to) {
  const fuzz::net_world world;
  const auto honest = world.honest();
  const auto to_reader = [&](const char* name, char reader, bytes_view content) {
    write(to / name, reader + bytes(content));
  };
  const char* const names[] = {"call", "answer", "proof", "verdict"};
  for (int i = 0; i < 4; ++i) {
    const auto& message = honest.messages[static_cast<std::size_t>(i)];
    to_reader(names[i], static_cast<char>(i), message);
    to_reader((names[i] + std::string("-again")).c_str(), static_cast<char>((i + 2) % 4), message);
  }
  auto weak = honest.messages[0];
  weak.replace(weak.size() - 32, 32, 32, '\0');
  to_reader("call-weak-key", 0, weak);
  const auto refused = net::write_refusal({net::refusal::expired, {1, 1}});
  to_reader("refusal", 1, net::write_message(net::message_kind::refusal, refused));
  const auto& who = world.a.who;
  to_reader("parts-call", 4, honest.messages[0]);
  to_reader("parts-hello", 4, bytes_view(honest.messages[0]).substr(net::handshake_head_octets));
  to_reader("parts-claim", 4, net::write_claim({who.id(), 11, world.a.documents, who.chain()}));
  to_reader("parts-proof", 4, net::write_proof({"claim", "signature", bytes(32, 'm')}));
  to_reader("parts-refusal", 4, refused);
  to_reader("certificate", 5, who.chain().front());
}

void write_envelopes(const fs::path& to) {
  net::sealer s(fuzz::net_world::stream_key());
  bytes stream;
  for (const auto* payload : {"", "one", "a payload that is a little longer"})
    (void)s.seal(net::envelope_kind::message, net::envelope_lane::emergency, 0, payload, stream);
  write(to / "stream", '\6' + stream);
  write(to / "stream-again", '\6' + stream + stream);
  write(to / "stream-too-long", bytes("\6\xff\xff\xff\xff\1\0\0\0\0\0\0\0\0\0\0\1", 17));
  write(to / "altered-not", "\7\x01\x10\x80\xff");
  write(to / "altered", bytes("\7\x01\x10\x80\xff\0\x05\x01\0\x20\x80", 11));
}

void write_documents(const fs::path& to) {
  const auto signed_one = fuzz::net_world().document();
  write(to / "document-record", '\x08' + signed_one.to_record());
  write(to / "document-text", '\x09' + signed_one.to_text());
  write(to / "document-many-values",
        "\x08\x83\x6cloa.document" + bytes("\x01\x99\x10\x00", 4) + bytes(4096, '\x80'));
}

/// An envelope as the target peer_session reads it.
bytes said(net::envelope_kind kind, int lane, int flags, bytes_view payload) {
  return net::octet_writer()
      .number(static_cast<std::uint64_t>(kind), 1)
      .number(static_cast<std::uint64_t>(lane), 1)
      .number(static_cast<std::uint64_t>(flags), 1)
      .sized(payload, 2)
      .take();
}

bytes framed(bytes_view content, std::size_t length) {
  return net::octet_writer().number(7, 2).number(length, 4).raw(content).take();
}

void write_sessions(const fs::path& to) {
  using enum net::envelope_kind;
  const auto honest = fuzz::net_world().honest();
  write(to / "stranger", '\0' + honest.messages[0]);
  write(to / "stranger-garbage", bytes("\0GET / HTTP/1.1\r\n\r\n", 19));
  write(to / "stranger-again", '\0' + honest.messages[0] + honest.messages[0]);
  net::sealer s(fuzz::net_world::stream_key());
  bytes octets;
  (void)s.seal(heartbeat, net::envelope_lane::ordinary, 0, "", octets);
  write(to / "line", '\1' + octets);
  const auto refused = net::write_refusal({net::refusal::not_opened, {1, 1}});
  write(to / "line-refusal", '\1' + net::write_message(net::message_kind::refusal, refused));

  const auto beat = said(heartbeat, 0, 0, "");
  const auto pause = bytes("\xff\0\x14", 3);
  const auto two = said(chunk, 0, 1, framed("ab", 4)) + said(chunk, 0, 0, "cd");
  const auto whole = said(message, 1, 0, framed("one", 3) + framed("", 0));
  const auto talk = beat + whole + pause + beat + two + said(credit, 0, 0, big_endian(2'100));
  write(to / "talk", '\2' + talk + said(farewell, 0, 0, "\1Bye."));
  write(to / "talk-unread", '\3' + talk + talk);
  write(to / "pauses", '\2' + beat + pause + pause + beat + pause + beat + bytes("\xff\0\xff", 3));
  const auto much = said(message, 0, 0, framed(bytes(1'000, 'x'), 1'000));
  write(to / "beyond-credit", '\3' + much + much + much);
  write(to / "within-credit", '\2' + much + much + much);
  bytes pieces = said(chunk, 0, 1, framed("x", 4'000));
  for (int i = 0; i < 10; ++i) pieces += said(chunk, 0, 0, bytes(400, 'x'));
  write(to / "long", '\2' + pieces);
  write(to / "long-unread", '\3' + whole + pieces + whole);
  write(to / "interleaved",
        '\2' + said(chunk, 0, 1, framed("ab", 4)) + whole + said(message, 0, 0, framed("one", 3)));
  write(to / "no-beginning", '\2' + said(chunk, 0, 0, "ab"));
  write(to / "four-gigabytes", '\2' + said(chunk, 0, 1, framed("ab", 0xffffffff)));
  write(to / "absurd-credit", '\2' + said(credit, 0, 0, big_endian(~0ULL)));
  write(to / "document", '\2' + said(document, 0, 0, "x"));
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "Usage: fuzz_seeds DIRECTORY\n";
    return 2;
  }
  const fs::path to(argv[1]);
  for (const auto* target : {"record", "link", "net", "peer_session"})
    fs::create_directories(to / target);
  write_messages(to / "link");
  write_records(to / "record");
  write_hostile_cbor(to / "record");
  write_handshake(to / "net");
  write_envelopes(to / "net");
  write_documents(to / "net");
  write_sessions(to / "peer_session");
  return 0;
}
