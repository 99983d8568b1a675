#include <loa/model/effectiveness.hpp>
#include <loa/model/report_rules.hpp>

#include <algorithm>

namespace loa::model {

namespace {
constexpr int satisfied_from = 4;
} // namespace

delivery_count& delivery_count::operator+=(const delivery_count& o) noexcept {
  targeted += o.targeted;
  delivered += o.delivered;
  left += o.left;
  late += o.late;
  return *this;
}

device_delivery_count& device_delivery_count::operator+=(const device_delivery_count& o) noexcept {
  targeted += o.targeted;
  delivered += o.delivered;
  left += o.left;
  late += o.late;
  played += o.played;
  return *this;
}

delivery_figures& delivery_figures::operator+=(const delivery_figures& o) noexcept {
  citizens += o.citizens;
  devices += o.devices;
  return *this;
}

void bulletin_counts::add(model::priority p) noexcept {
  ++published;
  switch (p) {
  case model::priority::emergency:
    ++emergency;
    break;
  case model::priority::priority:
    ++priority;
    break;
  case model::priority::routine:
    ++routine;
    break;
  }
}

bulletin_counts& bulletin_counts::operator+=(const bulletin_counts& o) noexcept {
  published += o.published;
  emergency += o.emergency;
  priority += o.priority;
  routine += o.routine;
  replaced += o.replaced;
  return *this;
}

void report_counts::add(const report& r, instant now) noexcept {
  ++received;
  ++(is_processed(r.state) ? processed : in_progress);
  if (r.due && *r.due < now) ++overdue;
  if (r.rating) {
    ++rated;
    if (*r.rating >= satisfied_from) ++satisfied;
  }
}

report_counts& report_counts::operator+=(const report_counts& o) noexcept {
  received += o.received;
  processed += o.processed;
  in_progress += o.in_progress;
  overdue += o.overdue;
  rated += o.rated;
  satisfied += o.satisfied;
  return *this;
}

figures& figures::operator+=(const figures& o) noexcept {
  bulletins += o.bulletins;
  delivery += o.delivery;
  reports += o.reports;
  return *this;
}

void effectiveness::add_child(const path& child, const figures& its, instant its_as_of) {
  bulletins += its.bulletins;
  delivery += its.delivery;
  reports += its.reports;
  as_of = std::min(as_of, its_as_of);
  children.push_back({child, its_as_of, its.bulletins, its.delivery, its.reports});
}

} // namespace loa::model
