#include <loa/base/overloaded.hpp>
#include <loa/base/probe.hpp>
#include <loa/node/internal/unit_taker.hpp>

#include <algorithm>

namespace loa::node {

namespace {

constexpr std::size_t longest_record = store::max_value + (std::size_t{64} << 10);

} // namespace

void unit_taker::on(const std::string& node, move_message& m) {
  std::visit(overloaded{
                 [](move_answered&) {},
                 [&](auto& asked) { on(node, asked); },
             },
             m);
}

void unit_taker::answer(const std::string& node, const move_number& n, const result<void>& how,
                        bool differs) {
  move_answered a{n, differs, {}};
  if (!how) a.refused = carry(how.error());
  desk_.send(node, a); // lost, it is asked again, or the move ends
}

bool unit_taker::is_of_copy(const std::string& node, const move_number& n) {
  if (copy_ && copy_->from == node && copy_->move == n.move) return true;
  LOA_PROBE("move: the taker has forgotten the copy");
  answer(node, n, error{errc::conflict, "This move is not under way here; begin again.", {}});
  return false;
}

// -- making room ----------------------------------------------------------------------------------

void unit_taker::on(const std::string& node, move_begun& m) {
  auto units = judge_.units(node, m.prefix, m.placement.data);
  if (!units) return answer(node, m.number, units.error());
  copy_ = copy{node, m.number.move, *units, {}};
  desk_.commit({store::noting(store::staged{m.prefix, node, m.number.move, units->without})},
               [this, n = m.number, node](const result<void>& noted) {
                 if (!copy_ || copy_->move != n.move) return;
                 if (!noted) {
                   LOA_PROBE("move: the taker cannot note the copy");
                   return answer(node, n, noted);
                 }
                 make_room(n.move, n, {journal_, copy_->units});
               });
}

void unit_taker::make_room(std::uint64_t move, move_number number, store::piece_reader reader) {
  for (;;) {
    auto p = reader.next();
    if (!p) return answer(copy_->from, number, p.error());
    if (!*p) return answer(copy_->from, number, {});
    auto t = store::erasing(**p);
    if (t.empty()) continue;
    return desk_.commit(std::move(t), [this, move, number, reader](const result<void>& erased) {
      if (!copy_ || copy_->move != move) return;
      if (!erased) return answer(copy_->from, number, erased);
      make_room(move, number, reader);
    });
  }
}

// -- what comes -----------------------------------------------------------------------------------

void unit_taker::on(const std::string& node, move_part& m) {
  if (!is_of_copy(node, m.number)) return;
  auto& record = copy_->record;
  if (record.size() + m.content.data.size() > longest_record) {
    record.clear();
    return answer(node, m.number, error{errc::too_large, "A piece of a move is too long.", {}});
  }
  record += m.content.data;
  if (!m.last) return answer(node, m.number, {});
  auto p = decode_piece(std::exchange(record, {}));
  if (!p) return answer(node, m.number, p.error());
  auto changes = store::replacing(journal_, copy_->units, *p);
  if (!changes) return answer(node, m.number, changes.error());
  if (changes->empty()) return answer(node, m.number, {});
  desk_.commit(*std::move(changes),
               [this, node, n = m.number](const result<void>& stored) { answer(node, n, stored); });
}

void unit_taker::on(const std::string& node, move_compared& m) {
  if (!is_of_copy(node, m.number)) return;
  const auto where = store::table_named(m.table);
  if (!where)
    return answer(node, m.number, error{errc::malformed, "There is no table of that name.", {}});
  const auto mine = store::items_between(journal_, copy_->units, *where,
                                         {std::move(m.from.data), std::move(m.to.data)});
  if (!mine) return answer(node, m.number, mine.error());
  answer(node, m.number, {}, store::digest_of(*mine) != m.digest.data);
}

// -- adopting -------------------------------------------------------------------------------------

void unit_taker::on(const std::string& node, move_finished& m) {
  if (judge_.adoption_of(m.prefix).move == m.number.move) {
    LOA_PROBE("move: the answer to an adoption was lost");
    return answer(node, m.number, desk_.put_in_force(m.placement.data));
  }
  const auto epoch = judge_.epoch(m.prefix, m.placement.data);
  if (!epoch) return answer(node, m.number, epoch.error());
  if (judge_.adoption_of(m.prefix).epoch >= *epoch)
    return answer(node, m.number,
                  error{errc::conflict,
                        "These units were adopted here meanwhile without what this move brought.",
                        {}});
  // The copy is whole: all of it was compared before it was released. After a restart only the note
  // knows of it.
  const auto copies = store::read_staged(journal_);
  if (!copies) return answer(node, m.number, copies.error());
  const bool known = std::ranges::any_of(*copies, [&](const store::staged& s) {
    return s.prefix == m.prefix && s.from == node && s.move == m.number.move;
  });
  if (!known)
    return answer(node, m.number,
                  error{errc::conflict,
                        "The copy that goes with this release is not in the journal here.",
                        {}});
  adopt(node, m, *epoch, *copies);
}

void unit_taker::adopt(const std::string& node, const move_finished& m, std::uint64_t epoch,
                       const std::vector<store::staged>& copies) {
  const adoptions::adopted how{epoch, m.feeds, m.number.move};
  desk_.commit(store::adopting({m.prefix, epoch, m.feeds, m.number.move}, copies),
               [this, node, m, how](const result<void>& noted) {
                 if (!noted) {
                   LOA_PROBE("move: the adoption is not stored");
                   return answer(node, m.number, noted);
                 }
                 copy_.reset();
                 judge_.adopted(m.prefix, how);
                 auto done = desk_.put_in_force(m.placement.data);
                 log_.write(log_level::info, "move", "Units have come from another node.",
                            {{"prefix", m.prefix.str()}, {"from", node}});
                 answer(node, m.number, done);
               });
}

} // namespace loa::node
