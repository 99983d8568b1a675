#include <loa/store/internal/file.hpp>
#include <loa/store/internal/page_check.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string_view>

namespace loa::store {

namespace {

constexpr std::uint32_t magic = 0xBEEFC0DE;
constexpr std::uint32_t data_version = 1;
constexpr std::uint64_t no_page = ~std::uint64_t{0};
constexpr std::size_t page_head = 16;
constexpr std::size_t node_head = 8;
constexpr std::size_t longest_key = 511;
constexpr int deepest = 32;
constexpr std::size_t most_damage = 100;

enum page_flag : std::uint16_t { branch = 1, leaf = 2, overflow = 4, meta = 8 };
enum node_flag : std::uint16_t { big_data = 1, sub_data = 2 };
constexpr std::uint16_t integer_key = 8;

template <class T>
T read_at(const char* from) noexcept {
  T v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

/// The root of a tree as it stands in a meta page or in a leaf of the main tree: 48 octets.
struct tree_record {
  static constexpr std::size_t size = 48;
  std::uint16_t flags = 0;
  std::uint16_t depth = 0;
  std::uint64_t branches = 0, leaves = 0, overflows = 0, entries = 0, root = no_page;

  static tree_record at(const char* p) noexcept {
    return {read_at<std::uint16_t>(p + 4),  read_at<std::uint16_t>(p + 6),
            read_at<std::uint64_t>(p + 8),  read_at<std::uint64_t>(p + 16),
            read_at<std::uint64_t>(p + 24), read_at<std::uint64_t>(p + 32),
            read_at<std::uint64_t>(p + 40)};
  }
};

struct meta_page {
  lmdb_header header;
  tree_record free_tree;
  tree_record main_tree;
};

error broken(const std::string& file, std::string_view why) {
  return {errc::corrupt,
          fmt::format("The data file {} is damaged: {}. Restore a backup.", file, why),
          {}};
}

result<meta_page> parse_meta(const std::string& file, const char* p) {
  if ((read_at<std::uint16_t>(p + 10) & meta) == 0 ||
      read_at<std::uint32_t>(p + page_head) != magic)
    return broken(file, "its head is not that of an LMDB file");
  if (read_at<std::uint32_t>(p + page_head + 4) != data_version)
    return error{errc::version, fmt::format("{} is of another version of LMDB.", file), {}};
  const char* body = p + page_head + 8;
  meta_page m;
  m.header.map_size = read_at<std::uint64_t>(body + 8);
  m.header.page_size = read_at<std::uint32_t>(body + 16);
  m.free_tree = tree_record::at(body + 16);
  m.main_tree = tree_record::at(body + 16 + tree_record::size);
  m.header.last_page = read_at<std::uint64_t>(body + 16 + 2 * tree_record::size);
  m.header.transaction = read_at<std::uint64_t>(body + 24 + 2 * tree_record::size);
  const auto& h = m.header;
  if (h.page_size < 512 || h.page_size > 65536 || (h.page_size & (h.page_size - 1)) != 0)
    return broken(file, "its head states an impossible page size");
  if (h.map_size >> 47 != 0 || h.last_page >= h.map_size / h.page_size + 1 || h.last_page < 1)
    return broken(file, "its head states an impossible size");
  return m;
}

constexpr std::size_t meta_octets = page_head + 24 + 2 * tree_record::size + 16;

/// Both meta pages, the older first.
result<std::array<meta_page, 2>> read_metas(const std::string& path, const file& f) {
  std::array<char, meta_octets> buffer{};
  if (f.size() == 0)
    return error{
        errc::corrupt,
        fmt::format("The data file {} is empty. Restore a backup; only if nothing was ever "
                    "stored here, remove the file.",
                    path),
        {}};
  if (!f.read(0, buffer.data(), buffer.size())) return broken(path, "it ends within its head");
  auto first = parse_meta(path, buffer.data());
  if (!first) return first.error();
  if (!f.read(first->header.page_size, buffer.data(), buffer.size()))
    return broken(path, "it ends within its head");
  auto second = parse_meta(path, buffer.data());
  if (!second) return second.error();
  if (first->header.page_size != second->header.page_size)
    return broken(path, "its two heads contradict each other");
  std::array both{*first, *second};
  if (both[0].header.transaction > both[1].header.transaction) std::swap(both[0], both[1]);
  return both;
}

struct node {
  std::uint64_t number; ///< A branch's child page, or the size of a leaf's data.
  std::uint16_t flags;
  std::string_view key;
  const char* data;
};

class walker {
public:
  walker(const file& f, const meta_page& m, std::uint64_t leaf_octets, page_report& report)
      : file_(f),
        page_size_(m.header.page_size),
        last_page_(m.header.last_page),
        pages_in_file_(f.size() / page_size_),
        leaves_left_(leaf_octets / page_size_),
        used_(pages_in_file_),
        report_(report) {}

  void walk(const meta_page& m) {
    tree(m.main_tree, "the list of tables", role::main);
    tree(m.free_tree, "the list of free pages", role::free);
  }

private:
  enum class role { main, free, table };
  struct place {
    const tree_record& tree;
    std::string_view name;
    role what;
    tree_record counted;
  };

  template <class... Args>
  void damage(std::uint64_t page, const place& in, fmt::format_string<Args...> text,
              Args&&... args) {
    if (report_.damage.size() < most_damage)
      report_.damage.push_back(fmt::format("page {} of {} {}", page, in.name,
                                           fmt::format(text, std::forward<Args>(args)...)));
  }

  /// Marks a page as used. Free pages beyond the file's end are in order: they were never written.
  bool claim(std::uint64_t page, const place& in, bool is_free = false) {
    if (page < 2 || page > last_page_ || (page >= pages_in_file_ && !is_free)) {
      damage(page, in, "lies outside of the file, which has {} pages", pages_in_file_);
      return false;
    }
    if (page >= pages_in_file_) return true;
    if (used_[page]) {
      damage(page, in, "is used twice");
      return false;
    }
    used_[page] = true;
    return true;
  }

  void tree(const tree_record& t, std::string_view name, role what) {
    place in{t, name, what, {}};
    const std::uint16_t flags = what == role::free ? integer_key : 0;
    if (t.flags != flags) return damage(t.root, in, "is of a kind that Loa does not write");
    if (t.root == no_page) {
      if (t.entries != 0 || t.depth != 0) damage(0, in, "is missing");
      return;
    }
    if (t.depth < 1 || t.depth > deepest) return damage(t.root, in, "states depth {}", t.depth);
    const auto before = report_.damage.size();
    page(t.root, 1, in);
    const auto& c = in.counted;
    const bool looked_at_all = report_.complete && report_.damage.size() == before;
    if (looked_at_all && (c.branches != t.branches || c.leaves != t.leaves ||
                          c.overflows != t.overflows || c.entries != t.entries))
      damage(t.root, in, "counts {} entries, but {} are there", t.entries, c.entries);
  }

  void page(std::uint64_t number, int level, place& in) {
    if (!claim(number, in)) return;
    const bool is_leaf = level == in.tree.depth;
    if (is_leaf && in.what == role::table) {
      if (leaves_left_ == 0) {
        report_.complete = false;
        return;
      }
      --leaves_left_;
    }
    std::string content(page_size_, '\0');
    if (!file_.read(number * page_size_, content.data(), content.size()))
      return damage(number, in, "cannot be read");
    ++report_.pages;
    const char* p = content.data();
    if (read_at<std::uint64_t>(p) != number) return damage(number, in, "bears another number");
    if (read_at<std::uint16_t>(p + 10) != (is_leaf ? leaf : branch))
      return damage(number, in, "is not the {} it should be", is_leaf ? "leaf" : "branch");
    const std::size_t lower = read_at<std::uint16_t>(p + 12);
    const std::size_t upper = read_at<std::uint16_t>(p + 14);
    if (lower < page_head || lower % 2 != 0 || upper < lower || upper > page_size_)
      return damage(number, in, "has an impossible head");
    const std::size_t nodes = (lower - page_head) / 2;
    if (nodes < (is_leaf ? 1U : 2U)) return damage(number, in, "is empty");
    ++(is_leaf ? in.counted.leaves : in.counted.branches);
    std::string_view before;
    for (std::size_t i = 0; i < nodes; ++i) {
      const std::size_t offset = read_at<std::uint16_t>(p + page_head + 2 * i);
      const auto n = parse(content, offset, upper, is_leaf, is_leaf || i > 0);
      if (!n) return damage(number, in, "has a node that leaves the page");
      if (i > (is_leaf ? 0U : 1U) && !in_order(before, n->key, in.what))
        return damage(number, in, "has keys out of order");
      before = n->key;
      if (is_leaf)
        entry(number, *n, in);
      else
        page(n->number, level + 1, in);
    }
  }

  std::optional<node> parse(std::string_view content, std::size_t offset, std::size_t upper,
                            bool is_leaf, bool has_key) const {
    if (offset < upper || offset % 2 != 0 || offset + node_head > content.size()) return {};
    const char* p = content.data() + offset;
    const auto low = std::uint64_t{read_at<std::uint16_t>(p)};
    const auto high = std::uint64_t{read_at<std::uint16_t>(p + 2)};
    const auto flags = read_at<std::uint16_t>(p + 4);
    const std::size_t key = read_at<std::uint16_t>(p + 6);
    node n{low | high << 16, is_leaf ? flags : std::uint16_t{0}, {}, p + node_head + key};
    if (!is_leaf) n.number |= std::uint64_t{flags} << 32;
    if (key > longest_key || (has_key && key == 0) || n.flags > sub_data) return {};
    std::size_t data = 0;
    if (is_leaf) data = n.flags == big_data ? 8 : n.number;
    if (offset + node_head + key + data > content.size()) return {};
    n.key = content.substr(offset + node_head, key);
    return n;
  }

  static bool in_order(std::string_view a, std::string_view b, role what) {
    if (what != role::free) return a < b;
    return a.size() == 8 && b.size() == 8 &&
           read_at<std::uint64_t>(a.data()) < read_at<std::uint64_t>(b.data());
  }

  void entry(std::uint64_t number, const node& n, place& in) {
    ++in.counted.entries;
    std::string_view value(n.data, n.flags == big_data ? 0 : n.number);
    std::string elsewhere;
    if (n.flags == big_data) {
      const auto first = read_at<std::uint64_t>(n.data);
      if (!overflow_pages(first, n.number, in)) return;
      if (in.what != role::table) {
        elsewhere.resize(n.number);
        if (!file_.read(first * page_size_ + page_head, elsewhere.data(), elsewhere.size()))
          return damage(first, in, "cannot be read");
        value = elsewhere;
      }
    }
    if ((n.flags == sub_data) != (in.what == role::main))
      return damage(number, in, "has an entry of the wrong kind");
    if (in.what == role::main) {
      if (value.size() != tree_record::size) return damage(number, in, "has a table without root");
      tree(tree_record::at(value.data()), fmt::format("the table {}", n.key), role::table);
    }
    if (in.what == role::free) free_pages(number, n.key, value, in);
  }

  /// A big value lies in pages of its own, one behind the other, of which the first has a head.
  /// They may be more than it needs, where a shorter value has taken the place of a longer one.
  bool overflow_pages(std::uint64_t first, std::uint64_t octets, place& in) {
    std::array<char, page_head> head{};
    if (first < 2 || first >= pages_in_file_ ||
        !file_.read(first * page_size_, head.data(), page_head)) {
      damage(first, in, "lies outside of the file, which has {} pages", pages_in_file_);
      return false;
    }
    const std::uint64_t count = read_at<std::uint32_t>(head.data() + 12);
    if (read_at<std::uint64_t>(head.data()) != first ||
        read_at<std::uint16_t>(head.data() + 10) != overflow ||
        count < (page_head - 1 + octets) / page_size_ + 1) {
      damage(first, in, "is not the big value it should be");
      return false;
    }
    in.counted.overflows += count;
    report_.pages += count;
    for (std::uint64_t i = 0; i < count; ++i)
      if (!claim(first + i, in)) return false;
    return true;
  }

  /// A list of free pages: their number, then the pages, descending.
  void free_pages(std::uint64_t number, std::string_view key, std::string_view value, place& in) {
    const auto word = [&](std::size_t i) { return read_at<std::uint64_t>(value.data() + 8 * i); };
    if (key.size() != 8 || value.size() < 8 || word(0) > value.size() / 8 - 1)
      return damage(number, in, "has a list that is cut off");
    for (std::size_t i = 1; i <= word(0); ++i) {
      if (i > 1 && word(i) >= word(i - 1)) return damage(number, in, "has a list out of order");
      if (!claim(word(i), in, true)) return;
    }
  }

  const file& file_;
  std::uint64_t page_size_;
  std::uint64_t last_page_;
  std::uint64_t pages_in_file_;
  std::uint64_t leaves_left_;
  std::vector<bool> used_;
  page_report& report_;
};

} // namespace

result<lmdb_header> read_header(const std::string& path) {
  auto f = file::open_for_reading(path);
  if (!f) return f.error();
  auto metas = read_metas(path, *f);
  if (!metas) return metas.error();
  return (*metas)[1].header;
}

result<page_report> check_pages(const std::string& path, std::uint64_t snapshot,
                                std::uint64_t leaf_octets) {
  auto f = file::open_for_reading(path);
  if (!f) return f.error();
  auto metas = read_metas(path, *f);
  if (!metas) return metas.error();
  const auto* chosen = &(*metas)[1];
  if (snapshot != 0 && chosen->header.transaction != snapshot) chosen = &(*metas)[0];
  if (snapshot != 0 && chosen->header.transaction != snapshot)
    return error{errc::unavailable, "The journal changed too fast to look at its pages.", {}};
  page_report report;
  walker(*f, *chosen, leaf_octets, report).walk(*chosen);
  return report;
}

error damage_error(const std::string& file, const page_report& report) {
  const auto more = report.damage.size() - 1;
  return broken(file, more == 0 ? report.damage.front()
                                : fmt::format("{}, and {} more", report.damage.front(), more));
}

} // namespace loa::store
