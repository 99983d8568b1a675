#include <loa/base/bytes.hpp>
#include <loa/store/handover_notes.hpp>

namespace loa::store {

namespace {

constexpr std::string_view released_head = "released/";
constexpr std::string_view adopted_head = "adopted/";
constexpr std::string_view staged_head = "staged/";

bytes key_of(std::string_view head, const path& prefix) {
  return bytes(head) + prefix.str();
}

error unreadable() {
  return {errc::corrupt, "What the journal says of moved units cannot be read.", {}};
}

template <class Note>
result<Note> read_note(bytes_view, bytes_view value) {
  auto read = wire::decode_record<std::variant<Note>>(value, wire::journal_limits);
  if (!read) return unreadable();
  return std::get<Note>(*std::move(read));
}

template <>
result<adopted> read_note<adopted>(bytes_view key, bytes_view value) {
  auto prefix = path::parse(key.substr(adopted_head.size()));
  if (!prefix || (value.size() != 8 && value.size() != 24)) return unreadable();
  adopted a{*std::move(prefix), from_big_endian(value)};
  if (value.size() == 24) {
    a.feeds = from_big_endian(value.substr(8));
    a.move = from_big_endian(value.substr(16));
  }
  return a;
}

template <class Note>
result<std::vector<Note>> read_all(const journal& j, std::string_view head) {
  auto to = bytes(head);
  ++to.back();
  auto found = j.scan(table::meta, head, to, most_handover_notes);
  if (!found) return found.error();
  std::vector<Note> all;
  for (const auto& item : *found) {
    auto n = read_note<Note>(item.key, item.value);
    if (!n) return n.error();
    all.push_back(*std::move(n));
  }
  return all;
}

template <class Note>
operation note(std::string_view head, const Note& n) {
  return operation::put(table::meta, key_of(head, n.prefix), wire::encode_record(n));
}

} // namespace

transaction adopting(const adopted& a, const std::vector<staged>& copies) {
  transaction t{operation::put(table::meta, key_of(adopted_head, a.prefix),
                               big_endian(a.epoch) + big_endian(a.feeds) + big_endian(a.move))};
  for (const auto& c : copies)
    if (a.prefix.contains(c.prefix)) t.push_back(forgetting_copy(c.prefix));
  return t;
}
operation noting(const released& r) {
  return note(released_head, r);
}
operation noting(const staged& s) {
  return note(staged_head, s);
}
operation forgetting_copy(const path& prefix) {
  return operation::erase(table::meta, key_of(staged_head, prefix));
}

result<std::vector<released>> read_released(const journal& j) {
  return read_all<released>(j, released_head);
}
result<std::vector<adopted>> read_adopted(const journal& j) {
  return read_all<adopted>(j, adopted_head);
}
result<std::vector<staged>> read_staged(const journal& j) {
  return read_all<staged>(j, staged_head);
}

bool changes_hands(const operation& o) {
  return o.what == operation::kind::put && o.where == table::meta &&
         (o.key.starts_with(released_head) || o.key.starts_with(adopted_head));
}

result<handover> read_handover(const operation& o) {
  handover h;
  if (o.key.starts_with(released_head)) {
    auto r = read_note<released>(o.key, o.value);
    if (!r) return r.error();
    h.released = *std::move(r);
  } else {
    auto a = read_note<adopted>(o.key, o.value);
    if (!a) return a.error();
    h.adopted = *std::move(a);
  }
  return h;
}

} // namespace loa::store
