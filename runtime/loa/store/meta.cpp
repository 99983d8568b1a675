#include <loa/store/meta.hpp>

#include <fmt/format.h>

namespace loa::store {

result<void> check_format(std::uint64_t format, std::string_view where) {
  if (format == journal_format) return {};
  if (format > journal_format)
    return error{
        errc::version,
        fmt::format("{} is of format {}, written by a later release of Loa; this one reads "
                    "formats up to {}. Upgrade, or restore a backup of this release.",
                    where, format, journal_format),
        {}};
  return error{errc::version, fmt::format("{} is of the unknown format {}.", where, format), {}};
}

result<journal_identity> read_identity(const journal& j) {
  journal_identity found;
  bytes values[4];
  const bytes_view keys[] = {meta_key::format, meta_key::id, meta_key::starts, meta_key::restored};
  for (std::size_t i = 0; i < 4; ++i) {
    auto value = j.get(table::meta, keys[i]);
    if (!value) return value.error();
    if (*value) values[i] = **value;
  }
  if (values[0].empty()) return error{errc::not_found, "The journal has no identity yet.", {}};
  found.format = from_big_endian(values[0]);
  if (auto readable = check_format(found.format, "The journal"); !readable) return readable.error();
  found.id = values[1];
  found.starts = from_big_endian(values[2]);
  if (!values[3].empty())
    found.restored = from_millis(static_cast<std::int64_t>(from_big_endian(values[3])));
  return found;
}

result<journal_identity> begin_start(journal& j, random_source& random) {
  auto identity = read_identity(j);
  if (!identity && identity.error().code != errc::not_found) return identity;
  journal_identity now;
  if (identity) now = *identity;
  now.format = journal_format;
  if (now.id.empty()) now.id = random_id(random, 26);
  ++now.starts;
  const transaction t{
      operation::put(table::meta, bytes(meta_key::format), big_endian(now.format)),
      operation::put(table::meta, bytes(meta_key::id), now.id),
      operation::put(table::meta, bytes(meta_key::starts), big_endian(now.starts)),
  };
  if (auto written = commit(j, t); !written) return written.error();
  return now;
}

} // namespace loa::store
