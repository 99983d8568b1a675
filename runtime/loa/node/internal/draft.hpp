#pragma once

#include <loa/store/entity_log.hpp>
#include <loa/wire/record.hpp>

namespace loa::node {

/// One transaction of one entity while it is put together. Facts get the entity's next numbers.
class draft {
public:
  draft(const name& self, std::uint64_t& next_fact) : self_(self), next_fact_(next_fact) {}
  draft(const draft&) = delete;
  draft& operator=(const draft&) = delete;

  void fact_record(bytes record) {
    octets_ += record.size();
    insert(store::table::facts, store::fact_key(self_, next_fact_++), std::move(record));
  }
  template <wire::tagged T>
  void fact(const T& f) {
    fact_record(wire::encode_record(f));
  }
  void put(store::table where, bytes key, bytes value) {
    changes_.push_back(store::operation::put(where, std::move(key), std::move(value)));
  }
  /// What takes nobody's place; see store::operation::insert.
  void insert(store::table where, bytes key, bytes value) {
    changes_.push_back(store::operation::insert(where, std::move(key), std::move(value)));
  }
  void erase(store::table where, bytes key) {
    changes_.push_back(store::operation::erase(where, std::move(key)));
  }
  void erase_range(store::table where, bytes from, bytes to) {
    changes_.push_back(store::operation::erase_range(where, std::move(from), std::move(to)));
  }

  [[nodiscard]] bool empty() const noexcept { return changes_.empty(); }
  /// The octets of its facts.
  [[nodiscard]] std::size_t octets() const noexcept { return octets_; }
  [[nodiscard]] store::transaction take() { return std::move(changes_); }
  void mark_urgent() noexcept { urgent_ = true; }
  [[nodiscard]] bool urgent() const noexcept { return urgent_; }

private:
  const name& self_;
  std::uint64_t& next_fact_;
  store::transaction changes_;
  std::size_t octets_ = 0;
  bool urgent_ = false;
};

} // namespace loa::node
