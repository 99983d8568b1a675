#pragma once

#include <cstdint>

/// A disk that fails on purpose. The test program's own pwrite, writev and fdatasync stand before
/// the system's, for the journal's library too; they pass everything on unless one of these says
/// otherwise.
namespace faulty_disk {

/// The next `n` writes that begin at or behind `offset` fail with this errno; negative: all of
/// them.
void fail_writes(int number, int n, std::uint64_t from = 0, std::uint64_t to = ~std::uint64_t{0});
/// The next `n` syncs fail with this errno.
void fail_syncs(int number, int n);
/// From now on all is well.
void repair();
/// Syncs since the last call.
int syncs();

} // namespace faulty_disk
