#include <bindings/cli/demo_plan.hpp>

#include <fmt/format.h>

namespace loa::cli {

namespace {
constexpr std::uint64_t most_clients = 5'000'000;
} // namespace

result<demo_plan> demo_plan::make(std::shared_ptr<const model::unit_tree> tree,
                                  std::uint64_t citizens, std::uint64_t loudspeakers_per_commune) {
  demo_plan p;
  p.tree_ = std::move(tree);
  p.citizens_ = citizens;
  p.per_commune_ = loudspeakers_per_commune;
  const auto& root = p.tree_->root().unit;
  for (const auto& u : p.tree_->all())
    if (p.tree_->children(u.unit).empty()) p.communes_.push_back(u.unit);
  for (const auto* d : p.tree_->children(root)) p.districts_.push_back(d->unit);
  if (p.districts_.empty()) p.districts_.push_back(root);
  if (p.clients() > most_clients)
    return error{errc::too_large,
                 fmt::format("{} citizens and loudspeakers are more than the {} of one demo.",
                             p.clients(), most_clients),
                 {}};
  return p;
}

std::string demo_plan::citizen_id(std::uint64_t number) {
  return fmt::format("demo-{:07}", number);
}

name demo_plan::loudspeaker(std::uint64_t number) const {
  return name::of("device", home_of_loudspeaker(number),
                  fmt::format("spk-{:04}", number % per_commune_ + 1));
}

std::string demo_plan::title_of_loudspeaker(std::uint64_t number) const {
  return fmt::format("Cụm loa số {}", number % per_commune_ + 1);
}

std::vector<std::size_t> demo_plan::groups() const {
  std::vector<std::size_t> of_commune(communes_.size());
  for (std::size_t i = 0; i < communes_.size(); ++i)
    for (std::size_t d = 0; d < districts_.size(); ++d)
      if (districts_[d].contains(communes_[i])) of_commune[i] = d;
  std::vector<std::size_t> all;
  all.reserve(clients());
  for (std::uint64_t i = 0; i < citizens_; ++i) all.push_back(of_commune[i % communes_.size()]);
  for (std::uint64_t i = 0; i < loudspeakers(); ++i) all.push_back(of_commune[i / per_commune_]);
  return all;
}

} // namespace loa::cli
