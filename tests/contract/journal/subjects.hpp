#pragma once

#include <loa/store/lmdb_journal.hpp>
#include <loa/store/memory_journal.hpp>

#include <unit/store/scratch.hpp>

/// Every implementation of the journal that the contract is held against. `small` gives it room for
/// less than a megabyte; `reopen` ends the process' use of it and begins again.
class memory_subject {
public:
  explicit memory_subject(bool small = false) {
    if (small) journal_.set_capacity(std::uint64_t{512} << 10);
  }
  loa::store::journal& journal() { return journal_; }
  void reopen() {
    journal_.crash();
    scratch::must(journal_.restart());
  }

private:
  loa::store::memory_journal journal_;
};

class lmdb_subject {
public:
  explicit lmdb_subject(bool small = false) : small_(small) { open(); }
  loa::store::journal& journal() { return *journal_; }
  void reopen() {
    journal_.reset();
    open();
  }

private:
  void open() {
    journal_ = scratch::must(loa::store::open_lmdb({
        .directory = directory_.path(),
        .node = "contract",
        .map_size = small_ ? std::uint64_t{1} << 20 : std::uint64_t{1} << 30,
        .sync = false,
        .disk_reserve = 0,
    }));
  }
  bool small_;
  scratch::directory directory_;
  std::unique_ptr<loa::store::journal> journal_;
};
