// Units that move from one node to another while the cluster runs.

#include <loa/base/probe.hpp>
#include <loa/node/internal/core.hpp>
#include <loa/node/internal/post_office.hpp>

#include <algorithm>

namespace loa::node {

namespace {

const net::node_place* host_in(const net::placement& p, const path& unit) {
  const auto place = p.host_of(unit);
  return place ? place->node : nullptr;
}

bool is(const net::node_place* place, std::string_view node) {
  return place && place->node == node;
}

/// A prefix without what is listed below it, which has hosts of its own.
store::unit_set moved_units(const net::placement& now, const net::placement& next,
                            const path& prefix) {
  auto all = now.prefixes();
  all.merge(next.prefixes());
  store::unit_set units{prefix, {}};
  for (const auto& p : all)
    if (p != prefix && prefix.contains(p)) units.without.push_back(p);
  return units;
}

} // namespace

// -- the node that gives --------------------------------------------------------------------------

void post_office::move(const path& prefix, bytes placement, outcome_handler begun,
                       outcome_handler ended) {
  transport_->run([this, prefix, placement = std::move(placement), begun = std::move(begun),
                   ended = std::move(ended)]() mutable {
    begun(begin_move(prefix, placement, std::move(ended)));
    finish_step();
  });
}

std::optional<move_status> post_office::moving() const {
  std::lock_guard lock(status_mutex_);
  return moving_;
}

void post_office::note_move() {
  std::lock_guard lock(status_mutex_);
  moving_ = giver_.status();
}

result<void> post_office::begin_move(const path& prefix, const bytes& placement,
                                     outcome_handler ended) {
  if (giver_.at_work())
    return error{errc::conflict, "Units are being moved already; wait until that has ended.", {}};
  auto order = order_of(placement);
  if (!order) return order.error();
  if (order->units.prefix != prefix)
    return error{errc::rule,
                 "The placement moves " + order->units.prefix.str() + " and not " + prefix.str() +
                     ".",
                 {}};
  if (auto* p = find(order->to)) reach(*p);
  giver_.begin(*std::move(order), core_.parts.random, std::move(ended));
  return {};
}

result<unit_giver::order> post_office::order_of(const bytes& placement) const {
  if (!documents_)
    return error{errc::unsupported, "This node exchanges no documents; it cannot move units.", {}};
  const auto document = documents_->examine(placement, "The move");
  if (!document) return document.error();
  if (document->kind() != net::document_kind::placement)
    return error{errc::rule, "Units move by a placement, and this is none.", {}};
  auto read = net::placement_in(*document);
  if (!read) return read.error();
  const auto now = routes_.placement();
  const auto next = std::make_shared<const net::placement>(*std::move(read));

  auto all = now->prefixes();
  all.merge(next->prefixes());
  std::optional<path> prefix;
  for (const auto& p : all) {
    const auto* before = host_in(*now, p);
    const auto* after = host_in(*next, p);
    if (before == after || (before && after && before->node == after->node)) continue;
    if (prefix)
      return error{errc::rule,
                   "The placement moves " + prefix->str() + " and " + p.str() +
                       "; a move takes one prefix and changes nothing else.",
                   {}};
    prefix = p;
  }
  if (!prefix)
    return error{errc::rule, "The placement moves no units; put it into force without a move.", {}};
  const auto place = next->host_of(*prefix);
  if (!is(host_in(*now, *prefix), routes_.own()) || !place)
    return error{errc::rule,
                 "The placement moves " + prefix->str() + ", which node \"" + routes_.own() +
                     "\" does not host; tell the node that does.",
                 {}};
  if (!routes_.here(*prefix))
    return error{errc::rule,
                 "Node \"" + routes_.own() + "\" does not serve " + prefix->str() +
                     " now, and has nothing to give.",
                 {}};
  if (place->prefix != *prefix)
    return error{errc::rule,
                 "The placement gives " + prefix->str() +
                     " away by taking it out; give it to its "
                     "new node by name, in a higher epoch.",
                 {}};
  if (!now->find(place->node->node))
    return error{errc::rule,
                 "The placement in force does not know node \"" + place->node->node +
                     "\"; sign one that only adds it first.",
                 {}};
  return unit_giver::order{moved_units(*now, *next, *prefix), place->node->node, place->epoch,
                           std::max(core_.epoch, routes_.feeds_of(*prefix)), placement};
}

void post_office::resume_moves() {
  resume_at_.reset();
  const auto all = store::read_released(core_.parts.journal);
  if (!all) {
    core_.parts.log.write(log_level::error, "move", "The released units cannot be read.",
                          {{"why", all.error().detail}});
    return;
  }
  for (const auto& r : *all) {
    if (r.move == 0 || giver_.at_work()) continue;
    if (routes_.adoption_of(r.prefix).epoch > r.epoch) continue; // they are here again
    if (auto* p = find(r.to)) reach(*p);
    giver_.resume(r, core_.parts.random);
  }
  finish_step();
}

void post_office::move_ended(bool failed) {
  constexpr duration pause = std::chrono::minutes(1);
  resume_at_ = transport_->now() + (failed ? pause : duration(0));
}

result<void> post_office::admits(bytes_view placement) const {
  if (!documents_) return error{errc::unsupported, "This node exchanges no documents.", {}};
  if (auto next = documents_->examine(placement, "The move"); !next) return next.error();
  return {};
}

// -- the desk -------------------------------------------------------------------------------------

bool post_office::send(const std::string& node, const move_message& m) {
  auto* p = find(node);
  if (!p) return false;
  if (!p->up) {
    LOA_PROBE("move: there is no way to the other node");
    reach(*p);
    return false;
  }
  auto& c = *conversations_.at(*p->up);
  c.touched = true;
  return c.session.send(net::envelope_lane::ordinary, move_mail, encode(m)).has_value();
}

void post_office::commit(store::transaction t, std::function<void(const result<void>&)> then) {
  store::submission s;
  s.generation = core_.parts.writer.generation();
  s.changes = std::move(t);
  s.done = [answers = answers_, then = std::move(then)](const result<void>& settled) {
    const std::lock_guard lock(answers->mutex);
    auto* office = answers->office;
    if (!office) return;
    office->transport_->run([office, then, settled] {
      then(settled);
      office->finish_step();
    });
  };
  core_.parts.writer.submit(std::move(s));
}

void post_office::hold(const store::unit_set& units) {
  const auto before = routes_.now();
  routes_.hold(units);
  release(before);
}

void post_office::let_go() {
  const auto before = routes_.now();
  routes_.let_go();
  release(before);
}

void post_office::released(const path& prefix, std::uint64_t epoch) {
  routes_.released(prefix, epoch);
}

result<void> post_office::put_in_force(bytes_view placement) {
  if (!documents_) return error{errc::unsupported, "This node exchanges no documents.", {}};
  auto kind = documents_->take(placement, "The move");
  if (!kind) return kind.error();
  if (*kind) took_over(**kind, "a move");
  return {};
}

// -- the node that takes --------------------------------------------------------------------------

void post_office::take_move(conversation& c, bytes_view record) {
  auto m = decode_move_message(record);
  if (!m) return distrust(c, m.error());
  if (const auto* a = std::get_if<move_answered>(&*m))
    giver_.on(c.with->node, *a);
  else
    taker_.on(c.with->node, *m);
}

result<store::unit_set> post_office::offered(const std::string& from, const path& prefix,
                                             bytes_view placement) const {
  if (!documents_)
    return error{errc::unsupported, "This node exchanges no documents; it takes no units.", {}};
  const auto document = documents_->examine(placement, "Node " + from);
  if (!document) return document.error();
  auto read = net::placement_in(*document);
  if (!read) return read.error();
  const auto now = routes_.placement();
  const auto next = std::make_shared<const net::placement>(*std::move(read));
  if (!is(host_in(*now, prefix), from) || !is(host_in(*next, prefix), routes_.own()))
    return error{errc::rule,
                 "Placement " + std::to_string(document->number()) + " does not move " +
                     prefix.str() + " from node \"" + from + "\" to node \"" + routes_.own() +
                     "\".",
                 {}};
  const auto place = next->host_of(prefix);
  if (place->prefix != prefix || routes_.adoption_of(prefix).epoch >= place->epoch)
    return error{errc::conflict,
                 "The placement does not give " + prefix.str() + " to node \"" + routes_.own() +
                     "\" anew; sign one with a higher epoch.",
                 {}};
  if (giver_.moves(prefix))
    return error{errc::unavailable,
                 "Node \"" + routes_.own() + "\" has not done with the last move of these units.",
                 {}};
  return moved_units(*now, *next, prefix);
}

unit_taker::judge post_office::judge_of_moves() {
  return {[this](const std::string& from, const path& prefix, bytes_view placement) {
            return offered(from, prefix, placement);
          },
          [this](const path& prefix, bytes_view placement) -> result<std::uint64_t> {
            if (!documents_)
              return error{errc::unsupported, "This node exchanges no documents.", {}};
            auto opened = documents_->open(placement);
            if (!opened) return opened.error();
            auto next = net::placement_in(*opened);
            if (!next) return next.error();
            // A newer one may be in force already; then that decides.
            const auto admitted = admits(placement);
            const auto now = routes_.placement();
            const auto place = (admitted ? *next : *now).host_of(prefix);
            if (!place || place->node->node != routes_.own() || place->prefix != prefix)
              return error{errc::rule,
                           "The placement in force does not give " + prefix.str() + " to node \"" +
                               routes_.own() +
                               "\", to which they were released; sign one that does.",
                           {}};
            return place->epoch;
          },
          [this](const path& prefix, const adoptions::adopted& how) {
            const auto before = routes_.now();
            routes_.adopted(prefix, how);
            release(before);
          },
          [this](const path& prefix) { return routes_.adoption_of(prefix); }};
}

} // namespace loa::node
