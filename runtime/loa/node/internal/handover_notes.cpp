#include <loa/net/placement.hpp>
#include <loa/node/internal/adoptions.hpp>
#include <loa/node/internal/handover_notes.hpp>

namespace loa::node {

namespace {

constexpr std::string_view released_head = "released/";
constexpr std::string_view staged_head = "staged/";

bytes key_of(std::string_view head, const path& prefix) {
  return bytes(head) + prefix.str();
}

template <class Note>
result<std::vector<Note>> read_all(const store::journal& j, std::string_view head) {
  auto to = bytes(head);
  ++to.back();
  auto found = j.scan(store::table::meta, head, to, net::placement::most_prefixes);
  if (!found) return found.error();
  std::vector<Note> all;
  for (const auto& item : *found) {
    auto read = wire::decode_record<std::variant<Note>>(item.value, wire::journal_limits);
    if (!read)
      return error{errc::corrupt, "What the journal says of moved units cannot be read.", {}};
    all.push_back(std::get<Note>(*std::move(read)));
  }
  return all;
}

template <class Note>
store::operation note(std::string_view head, const Note& n) {
  return store::operation::put(store::table::meta, key_of(head, n.prefix), wire::encode_record(n));
}

} // namespace

store::operation noting(const released& r) {
  return note(released_head, r);
}
store::operation noting(const staged& s) {
  return note(staged_head, s);
}
store::operation forgetting_copy(const path& prefix) {
  return store::operation::erase(store::table::meta, key_of(staged_head, prefix));
}

result<std::vector<released>> read_released(const store::journal& j) {
  return read_all<released>(j, released_head);
}
result<std::vector<staged>> read_staged(const store::journal& j) {
  return read_all<staged>(j, staged_head);
}

} // namespace loa::node
