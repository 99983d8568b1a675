#include <loa/node/internal/stored_answers.hpp>

namespace loa::node {

bytes digest_of_key(const name& who, std::string_view key) {
  return store::answer_key(who, key).substr(store::entity_key(who).size());
}

result<std::optional<stored_answer>> read_answer(const store::journal& journal, const name& who,
                                                 bytes_view digest) {
  auto kept = journal.get(store::table::answers, store::entity_key(who).append(digest));
  if (!kept) return kept.error();
  if (!*kept) return std::optional<stored_answer>{};
  auto decoded = wire::decode_record<std::variant<stored_answer>>(**kept, wire::journal_limits);
  if (!decoded) return decoded.error();
  return std::optional(std::get<stored_answer>(*std::move(decoded)));
}

void write_answer(const name& who, bytes_view digest, const stored_answer& a, draft& d) {
  d.put(store::table::answers, store::entity_key(who).append(digest), wire::encode_record(a));
}

} // namespace loa::node
