#include <bindings/http/internal/calls.hpp>
#include <loa/protocol/unit.hpp>

#include <fmt/format.h>

namespace loa::http {

namespace {
constexpr std::uint64_t usual_page = 100;
} // namespace

void post_bulletin(exchange x) {
  auto body = model::read_bulletin_request(x.request.body);
  if (!body) return x.respond(response::problem(body.error()));
  const auto unit = unit_of_path(x.request);
  auto made = model::to_bulletin(*std::move(body),
                                 {model::make_bulletin_id(unit, x.shared.random), unit,
                                  x.request.who.label(), x.shared.time.now()},
                                 *x.shared.tree);
  if (!made) return x.respond(response::problem(made.error()));
  auto options = keyed(x.request);
  if (made->priority == model::priority::emergency) options.urgency = store::urgency::emergency;
  ask<unit::accepted>(
      std::move(x), unit_entity(unit), wire::value::of(unit::publish_bulletin{*std::move(made)}),
      std::move(options),
      [](const unit::accepted& a) { return response::json(202, wire::to_json(a)); });
}

void list_bulletins(exchange x) {
  const auto after = number_parameter(x.request, "after", 0, ~std::uint64_t{0} >> 1);
  const auto most = number_parameter(x.request, "most", usual_page, unit::limits::page);
  if (!after) return x.respond(response::problem(after.error()));
  if (!most) return x.respond(response::problem(most.error()));
  const auto unit = unit_of_path(x.request);
  const unit::list_bulletins command{*after,
                                     static_cast<std::uint32_t>(std::max<std::uint64_t>(*most, 1))};
  ask<unit::bulletin_page>(
      std::move(x), unit_entity(unit), wire::value::of(command), {},
      [unit](const unit::bulletin_page& page) {
        // The frames are JSON already; they are not taken apart to be shown.
        auto text = fmt::format(R"({{"unit":"{}","bulletins":[)", unit.str());
        for (const auto& item : page.items)
          text.append(&item == page.items.data() ? "" : ",").append(item.frame);
        text += ']';
        if (page.next) text += fmt::format(R"(,"next":{})", *page.next);
        text += '}';
        return response::json(200, std::move(text));
      });
}

} // namespace loa::http
