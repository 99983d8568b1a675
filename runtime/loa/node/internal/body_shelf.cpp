#include <loa/node/internal/body_shelf.hpp>

#include <map>

namespace loa::node {

using limits = body_shelf_limits;

carried_body body_writer::put(const link::shared_body& body) {
  if (!body) return {};
  if (const auto known = numbers_.find(body.get()); known != numbers_.end())
    return {known->second, std::nullopt};
  const auto number = next_++;
  octets_ += body->size();
  numbers_.emplace(body.get(), number);
  shelf_.push_back({number, body});
  while (limits::max_bodies.exceeded_by(shelf_.size()) || limits::max_bytes.exceeded_by(octets_)) {
    octets_ -= shelf_.front().body->size();
    const auto known = numbers_.find(shelf_.front().body.get());
    if (known != numbers_.end() && known->second == shelf_.front().number) numbers_.erase(known);
    shelf_.pop_front();
  }
  return {number, wire::octets{*body}};
}

void body_writer::unsent(std::uint64_t number) {
  std::erase_if(numbers_, [&](const auto& known) { return known.second == number; });
}

result<link::shared_body> body_reader::take(carried_body carried) {
  if (carried.number == 0) return link::shared_body{};
  if (!carried.content) {
    const auto known = shelf_.find(carried.number);
    if (known == shelf_.end())
      return error{errc::malformed, "A body is named that is not known.", "/bodies"};
    return known->second;
  }
  if (carried.number <= last_)
    return error{errc::malformed, "A new body has the number of an earlier one.", "/bodies"};
  last_ = carried.number;
  auto body = std::make_shared<const bytes>(std::move(carried.content->data));
  octets_ += body->size();
  shelf_.emplace(last_, body);
  while (limits::max_bodies.exceeded_by(shelf_.size()) || limits::max_bytes.exceeded_by(octets_)) {
    octets_ -= shelf_.begin()->second->size();
    shelf_.erase(shelf_.begin());
  }
  return link::shared_body(std::move(body));
}

} // namespace loa::node
