#include <loa/sim/internal/process.hpp>
#include <loa/sim/machine.hpp>
#include <loa/sim/world.hpp>

#include <algorithm>

namespace loa::sim {

namespace {

/// Between a client and the node that it speaks to.
constexpr micros least_way{50};
constexpr std::uint64_t most_more_way = 450;

error no_process() {
  return {errc::unavailable, "Nobody answers there.", {}};
}
error lost_process() {
  return {errc::unavailable, "The connection broke before there was an answer.", {}};
}

/// Puts a node's log into the trace.
class trace_log final : public log_sink {
public:
  trace_log(world& of, const std::string& who) : of_(of), who_(who) {}
  void write(log_level level, std::string_view component, std::string_view message,
             std::initializer_list<log_field> fields) override {
    if (level == log_level::debug) return;
    std::string text(component);
    text.append(": ").append(message);
    for (const auto& f : fields) text.append(" ").append(f.key).append("=").append(f.value);
    of_.say(who_, std::move(text));
  }

private:
  world& of_;
  const std::string& who_;
};

} // namespace

class machine::impl {
public:
  impl(machine& self, world& of, machine_plan plan, std::uint64_t seed)
      : self_(self),
        of_(of),
        plan_(std::move(plan)),
        random_(seed),
        disk_(random_.next()),
        wall_(of.now(), of.begins()),
        monotonic_(of.now(), from_millis(1 + static_cast<std::int64_t>(random_.below(1U << 30)))),
        log_(of, plan_.name) {}

  ~impl() { drop_process(); }

  result<void> start() {
    if (process_) return {};
    ++starts_;
    of_.say(plan_.name, "starts");
    process_ = std::make_shared<process>(process::surroundings{
        disk_, wall_, monotonic_, of_.now(), log_,
        [this](micros delay, std::function<void()> what) { after(delay, std::move(what)); },
        random_.next(), [this] { return of_.network().plug_in(self_, plan_.address, monotonic_); },
        [this] { return of_.network().hurry(self_); }});
    if (auto started = process_->start(plan_); !started) {
      of_.say(plan_.name, "does not start: " + started.error().detail);
      drop_process();
      return started;
    }
    if (plan_.started) plan_.started(self_);
    return {};
  }

  void kill() {
    if (!process_ || killing_) return;
    if (working_) { // nobody can saw off the branch that he sits on
      killing_ = true;
      return;
    }
    of_.say(plan_.name, "is killed");
    drop_process();
  }

  bool stop() {
    if (!process_) return true;
    if (working_) return of_.after(micros(0), [this] { stop(); }), false;
    if (frozen_) thaw();
    of_.say(plan_.name, "stops");
    const bool clean = process_->stop();
    if (!clean) of_.say(plan_.name, "left something undone");
    drop_process();
    return clean;
  }

  void freeze() {
    if (!process_ || frozen_) return;
    of_.say(plan_.name, "freezes");
    frozen_ = true;
  }

  void thaw() {
    if (!process_ || !frozen_) return;
    of_.say(plan_.name, "thaws");
    frozen_ = false;
    catch_up();
  }

  void after(micros delay, std::function<void()> what) {
    of_.after(delay, [this, p = std::weak_ptr(process_), what = std::move(what)]() mutable {
      const auto alive = p.lock();
      if (!alive || !alive->alive()) return;
      if (frozen_ || !alive->frozen_work.empty()) // no connection's octets overtake one another
        alive->frozen_work.push_back(std::move(what));
      else
        work(what);
    });
  }

  void ask(const loa::name& to, wire::value command, node::reply_handler then,
           node::ask_options options) {
    // Whatever becomes of the process, the client hears of it.
    struct request {
      request(impl& i, node::reply_handler t) : at(i), then(std::move(t)) {}
      request(const request&) = delete;
      request& operator=(const request&) = delete;
      ~request() { answer(lost_process()); }
      impl& at;
      node::reply_handler then;
      bool answered = false;
      void answer(result<wire::value> r) {
        if (std::exchange(answered, true)) return;
        at.of_.after(at.way(), [then = std::move(then), r = std::move(r)] { then(r); });
      }
    };
    auto r = std::make_shared<request>(*this, std::move(then));
    if (!process_) return r->answer(no_process());
    after(way(),
          [this, to, command = std::move(command), options = std::move(options), r]() mutable {
            process_->node()->ask(
                to, std::move(command),
                [r, p = process_.get()](result<wire::value> got) {
                  r->answer(p->alive() ? std::move(got) : lost_process());
                },
                std::move(options));
          });
  }

  void tell(const loa::name& to, wire::value command) {
    if (process_)
      after(way(), [this, to, command = std::move(command)]() mutable {
        process_->node()->tell(to, std::move(command));
      });
  }

  [[nodiscard]] bool ready() const {
    return process_ && !frozen_ && process_->engine().ready() > 0 && busy_until_ <= of_.now();
  }

  [[nodiscard]] std::optional<micros> next() const {
    if (!process_ || frozen_) return std::nullopt;
    auto first = process_->engine().next_timer();
    if (process_->engine().ready() > 0 && (!first || busy_until_ < *first)) first = busy_until_;
    return first;
  }

  void step() {
    work([this] { process_->engine().step(); });
    busy_until_ = of_.now() + each_step_;
  }

  void wake() {
    work([this] { process_->engine().fire_timers(); });
  }

  machine& self_;
  world& of_;
  machine_plan plan_;
  seeded_random random_;
  sim::disk disk_;
  machine_clock wall_;
  machine_clock monotonic_;
  trace_log log_;
  std::shared_ptr<process> process_;
  metric_registry no_metrics_;
  std::uint64_t starts_ = 0;
  bool frozen_ = false;
  bool working_ = false;
  bool killing_ = false;
  micros each_step_{0};
  micros busy_until_{0};

private:
  [[nodiscard]] micros way() { return least_way + micros(random_.below(most_more_way + 1)); }

  /// What came while it was frozen, one thing after the other.
  void catch_up() {
    if (process_->frozen_work.empty()) return;
    of_.after(micros(0), [this, p = std::weak_ptr(process_)] {
      const auto alive = p.lock();
      if (!alive || !alive->alive() || frozen_ || alive->frozen_work.empty()) return;
      const auto what = std::move(alive->frozen_work.front());
      alive->frozen_work.pop_front();
      work(what);
      if (process_ == alive) catch_up();
    });
  }

  template <class F>
  void work(F&& f) {
    process_->engine().set_time(of_.now());
    working_ = true;
    f();
    working_ = false;
    if (std::exchange(killing_, false)) kill();
  }

  void drop_process() {
    if (!process_) return;
    frozen_ = false;
    killing_ = false;
    of_.network().drop(self_);
    process_->die();
    process_.reset();
  }
};

machine::machine(world& of, machine_plan plan, std::uint64_t seed)
    : impl_(std::make_unique<impl>(*this, of, std::move(plan), seed)) {}
machine::~machine() = default;

const std::string& machine::name() const noexcept {
  return impl_->plan_.name;
}
machine::state machine::is() const noexcept {
  if (!impl_->process_) return state::off;
  return impl_->frozen_ ? state::frozen : state::on;
}
std::uint64_t machine::starts() const noexcept {
  return impl_->starts_;
}
result<void> machine::start() {
  return impl_->start();
}
void machine::kill() {
  impl_->kill();
}
bool machine::stop() {
  return impl_->stop();
}
void machine::freeze() {
  impl_->freeze();
}
void machine::thaw() {
  impl_->thaw();
}
void machine::crash(const loa::name& who) {
  impl_->of_.say(name(), "crashes " + who.str());
  if (is() == state::on) impl_->process_->node()->kill(who);
}
void machine::slow_down(micros each_step) {
  impl_->each_step_ = each_step;
}
disk& machine::disk() noexcept {
  return impl_->disk_;
}
const disk& machine::disk() const noexcept {
  return impl_->disk_;
}
machine_clock& machine::wall() noexcept {
  return impl_->wall_;
}
void machine::ask(const loa::name& to, wire::value command, node::reply_handler then,
                  node::ask_options options) {
  impl_->ask(to, std::move(command), std::move(then), std::move(options));
}
void machine::tell(const loa::name& to, wire::value command) {
  impl_->tell(to, std::move(command));
}
node::runtime* machine::node() noexcept {
  return impl_->process_ ? impl_->process_->node() : nullptr;
}
metric_registry& machine::metrics() noexcept {
  return impl_->process_ ? impl_->process_->metrics() : impl_->no_metrics_;
}
void machine::after(micros delay, std::function<void()> what) {
  impl_->after(delay, std::move(what));
}
bool machine::ready() const {
  return impl_->ready();
}
std::optional<micros> machine::next() const {
  return impl_->next();
}
void machine::step() {
  impl_->step();
}
void machine::wake() {
  impl_->wake();
}

} // namespace loa::sim
