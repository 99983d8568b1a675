#include <loa/city/checks.hpp>
#include <loa/protocol/report.hpp>

#include <algorithm>

namespace loa::city {

using namespace std::chrono_literals;

namespace {

class questioner {
public:
  questioner(surroundings& in, desk& d) : in_(in), desk_(d) {}

  testimony ask_all() {
    for (const auto& u : in_.places.tree->all()) ask_unit(u.unit);
    for (const auto& [id, p] : in_.notes.bulletins)
      if (in_force(in_, p))
        ask_bulletin(p);
      else if (p.accepted())
        ask_memory(p.bulletin);
    for (const auto& [code, r] : in_.notes.reports) ask_report(code);
    for (const auto& d : in_.notes.devices)
      if (d.registered) ask_device(d.who);
    const auto until = in_.now() + 60s;
    while (t_->open > 0 && in_.now() < until) in_.world.run_until(in_.now() + 50ms);
    t_->over = true;
    return std::move(t_->said);
  }

private:
  struct shared {
    testimony said;
    std::size_t open = 0;
    bool over = false; ///< Nothing more is asked.
  };

  /// `then` gets the answer if there is one.
  template <class T, class F>
  void ask(const name& to, wire::value command, F then) {
    ++t_->open;
    t_->said.silent.push_back(to.str());
    desk_.look(to, std::move(command), [t = t_, to, then](const result<wire::value>& got) {
      --t->open;
      const auto* answer = got ? got->template get<T>() : nullptr;
      const bool gone = !got && got.error().code == errc::not_found;
      if (!answer && !gone) return;
      t->said.silent.erase(std::ranges::find(t->said.silent, to.str()));
      then(t->said, answer);
    });
  }

  void ask_unit(const path& unit) {
    const auto who = name::of("unit", unit);
    ask<unit::own_figures>(who, wire::value::of(unit::get_figures{}),
                           [unit](testimony& t, const auto* f) {
                             if (f) t.figures[unit] = *f;
                           });
    ask<unit::report_list>(who, wire::value::of(unit::list_reports{500}),
                           [unit](testimony& t, const auto* l) {
                             if (l) t.work[unit] = *l;
                           });
    ask<unit::device_list>(who, wire::value::of(unit::list_devices{}),
                           [unit](testimony& t, const auto* l) {
                             if (!l) return;
                             for (const auto& d : l->items) t.devices[unit].insert(d.id);
                           });
    ask_list(unit, 0);
  }

  /// Page by page.
  void ask_list(const path& unit, std::uint64_t after) {
    unit::list_bulletins list;
    list.most = unit::limits::page;
    list.after = after;
    ask<unit::bulletin_page>(name::of("unit", unit), wire::value::of(list),
                             [this, s = t_, unit](testimony& t, const auto* page) {
                               if (!page || s->over) return;
                               for (const auto& i : page->items) t.listed[unit].push_back(i.id);
                               if (page->next) ask_list(unit, *page->next);
                             });
  }

  void ask_bulletin(const published& p) {
    const auto& b = p.bulletin;
    ask<unit::bulletin_reply>(name::of("unit", b.unit), wire::value::of(unit::get_bulletin{b.id}),
                              [id = b.id](testimony& t, const auto* r) {
                                if (r) t.bulletins[id] = *r;
                              });
    for (const auto& u : in_.places.tree->all())
      if (b.targets(u.unit))
        ask<unit::own_delivery>(name::of("unit", u.unit),
                                wire::value::of(unit::get_delivery{b.id, 10}),
                                [key = std::pair(u.unit, b.id)](testimony& t, const auto* d) {
                                  if (d) t.delivery[key] = *d;
                                });
  }

  void ask_memory(const model::bulletin& b) {
    ask<unit::own_delivery>(name::of("unit", b.unit), wire::value::of(unit::get_delivery{b.id, 1}),
                            [id = b.id](testimony& t, const auto* d) {
                              if (d) t.over[id] = *d;
                            });
  }

  void ask_device(const name& who) {
    ask<device::device_status>(who, wire::value::of(device::get_device{}),
                               [who](testimony& t, const auto* s) {
                                 if (!s) return;
                                 for (const auto& line : s->log) t.logged[who].insert(line.id);
                               });
  }

  void ask_report(const model::report_code& code) {
    ask<model::report>(*report::name_of(code), wire::value::of(report::get_report{}),
                       [code](testimony& t, const auto* r) {
                         t.reports[code] = r ? std::optional(*r) : std::nullopt;
                       });
  }

  surroundings& in_;
  desk& desk_;
  std::shared_ptr<shared> t_ = std::make_shared<shared>();
};

} // namespace

testimony question(surroundings& in, desk& d) {
  return questioner(in, d).ask_all();
}

} // namespace loa::city
