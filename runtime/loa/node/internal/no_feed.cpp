#include <loa/node/internal/no_feed.hpp>

namespace loa::node {

namespace {

class nothing final : public feed_view {
public:
  [[nodiscard]] std::uint64_t head() const override { return 0; }
  [[nodiscard]] std::uint64_t epoch() const override { return 0; }
  [[nodiscard]] std::vector<link::entry> entries(std::uint64_t, std::size_t) const override {
    return {};
  }
  [[nodiscard]] std::vector<link::channel_figures> figures(std::uint64_t) const override {
    return {};
  }
  [[nodiscard]] link::slot_ledger::absentees missing(std::uint64_t, std::size_t) const override {
    return {};
  }
  [[nodiscard]] std::vector<follower> followers(std::uint8_t, std::size_t) const override {
    return {};
  }
};

} // namespace

const feed_view& no_feed() {
  static const nothing the_view;
  return the_view;
}

} // namespace loa::node
