#include "fuzz.hpp"

#include <loa/link/slot_ledger.hpp>
#include <loa/model/bulletin.hpp>
#include <loa/model/report_rules.hpp>
#include <loa/store/entity_log.hpp>
#include <loa/wire/record.hpp>

/// \file
/// What lies in a journal: records, keys and snapshots. Every reader gets every input; what one
/// accepts is written again as the same octets, or as octets that are read as the same.

namespace {

using namespace loa;
using fuzz::require;

using known = std::variant<model::bulletin, model::report, model::report_request,
                           model::report_step, link::slot_taken, link::slots_acked, link::slot_left,
                           link::ledger_snapshot, link::cursor>;

constexpr wire::parse_limits roomy{.octets = 8U << 20};

void read_tree(bytes_view octets) {
  const auto tree = wire::document::from_cbor(octets);
  if (!tree) return require(!tree.error().detail.empty(), "an error says something");
  const auto written = tree->to_cbor();
  const auto again = wire::document::from_cbor(written, roomy);
  require(again && again->to_cbor() == written, "a tree is written and read again as the same");
  require(!tree->to_json().empty(), "every tree can be dumped");
}

void read_record(bytes_view octets) {
  const auto record = wire::decode_record<known>(octets);
  if (!record) return require(!record.error().detail.empty(), "an error says something");
  const auto written = wire::encode_alternative(*record);
  const auto again = wire::decode_record<known>(written, roomy);
  require(again && wire::encode_alternative(*again) == written,
          "a record is written and read again as the same");
  std::visit([](const auto& x) { require(!wire::to_json(x).empty(), "a record can be dumped"); },
             *record);
  if (const auto* snapshot = std::get_if<link::ledger_snapshot>(&*record)) {
    const auto ledger = link::slot_ledger::restore(*snapshot);
    if (!ledger) return;
    const auto kept = link::slot_ledger::restore(ledger->snapshot());
    require(kept && kept->size() == ledger->size() && kept->head() == ledger->head(),
            "a restored ledger gives a snapshot that restores it");
  }
}

void read_key(bytes_view key) {
  for (const auto where : store::all_tables)
    require(!store::describe_key(where, key).empty(), "every key can be told to people");
  if (const auto k = store::parse_numbered_key(key)) {
    require(store::fact_key(k->who, k->number) == key, "a fact's key has one form");
    require(store::entity_of(key) == k->who, "a fact belongs to its entity");
    require(store::range_of(k->who).contains(key), "a fact lies in its entity's range");
  }
  if (const auto who = store::parse_snapshot_key(key))
    require(store::snapshot_key(*who) == key, "a snapshot's key has one form");
  if (const auto k = store::parse_reminder_key(key))
    require(store::reminder_key(k->due, k->who, k->id) == key, "a reminder's key has one form");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto octets = fuzz::input(data, size);
  read_tree(octets);
  read_record(octets);
  read_key(octets);
  if (const auto snapshot = store::decode_snapshot(octets))
    require(store::encode_snapshot(*snapshot) == octets, "a snapshot has one form");
  return 0;
}
