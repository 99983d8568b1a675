#include <loa/unit/gather.hpp>

#include <fmt/format.h>

#include <deque>
#include <mutex>

namespace loa::unit {

namespace {

/// The last answers, by what was asked of whom.
template <class Answer>
class last_answers {
public:
  explicit last_answers(std::size_t most) : most_(most) {}

  void keep(const std::string& key, const Answer& a) {
    if (const auto i = all_.find(key); i != all_.end()) {
      i->second = a;
      return;
    }
    if (order_.size() >= most_) {
      all_.erase(order_.front());
      order_.pop_front();
    }
    order_.push_back(key);
    all_.emplace(key, a);
  }
  [[nodiscard]] std::optional<Answer> find(const std::string& key) const {
    const auto i = all_.find(key);
    return i == all_.end() ? std::nullopt : std::optional(i->second);
  }

private:
  std::size_t most_;
  std::deque<std::string> order_;
  std::unordered_map<std::string, Answer> all_;
};

/// One question to many units, a window of them at a time, and one call at the end.
class round : public std::enable_shared_from_this<round> {
public:
  using answers = gatherer::answers;

  round(gatherer::asker ask, std::vector<name> whom, wire::value question, std::size_t at_once,
        std::function<void(answers)> then)
      : ask_(std::move(ask)),
        whom_(std::move(whom)),
        question_(std::move(question)),
        at_once_(at_once),
        then_(std::move(then)),
        answers_(whom_.size()) {}

  void go(const gatherer::timer& after, duration patience) {
    if (whom_.empty()) return finish();
    if (after) after(patience, [me = shared_from_this()] { me->finish(); });
    pump();
  }

private:
  void pump() {
    // An answer that comes while we ask finds somebody pumping and leaves the next question to him.
    std::unique_lock lock(mutex_);
    if (pumping_) return;
    pumping_ = true;
    while (!done_ && next_ < whom_.size() && under_way_ < at_once_) {
      const auto i = next_++;
      ++under_way_;
      lock.unlock();
      ask_(whom_[i], question_,
           [me = shared_from_this(), i](result<wire::value> r) { me->take(i, std::move(r)); });
      lock.lock();
    }
    pumping_ = false;
  }

  void take(std::size_t i, result<wire::value> r) {
    bool last = false;
    {
      const std::lock_guard lock(mutex_);
      --under_way_;
      if (done_) return;
      answers_[i] = std::move(r);
      last = ++came_ == whom_.size();
    }
    if (last)
      finish();
    else
      pump();
  }

  void finish() {
    {
      const std::lock_guard lock(mutex_);
      if (done_) return;
      done_ = true;
    }
    std::exchange(then_, {})(std::move(answers_));
  }

  gatherer::asker ask_;
  std::vector<name> whom_;
  wire::value question_;
  std::size_t at_once_;
  std::function<void(answers)> then_;
  std::mutex mutex_;
  answers answers_;
  std::size_t next_ = 0;
  std::size_t under_way_ = 0;
  std::size_t came_ = 0;
  bool pumping_ = false;
  bool done_ = false;
};

std::string key_of(std::optional<instant> from, std::optional<instant> to) {
  const auto text = [](std::optional<instant> t) {
    return t ? std::to_string(to_millis(*t)) : std::string("-");
  };
  return text(from) + " " + text(to);
}

/// What a unit answered, null if it did not.
template <class Answer>
const Answer* answer_in(const std::optional<result<wire::value>>& a) {
  return a && *a ? (*a)->get<Answer>() : nullptr;
}

error no_unit(const path& unit) {
  return {errc::not_found, fmt::format("There is no unit {}.", unit.str()), {}};
}

} // namespace

struct gatherer::shared {
  shared(asker a, timer t, std::shared_ptr<const model::unit_tree> units, gather_options o)
      : ask(std::move(a)),
        after(std::move(t)),
        tree(std::move(units)),
        options(o),
        deliveries(o.most_kept),
        figures(o.most_kept) {}

  void ask_each(std::vector<name> whom, wire::value question,
                std::function<void(round::answers)> then) {
    std::make_shared<round>(ask, std::move(whom), std::move(question), options.at_once,
                            std::move(then))
        ->go(after, options.patience);
  }

  /// Asks everybody in the subtree of `top`, in the order of the tree.
  void ask_all(const path& top, wire::value question, std::function<void(round::answers)> then) {
    std::vector<name> whom;
    for (const auto& u : tree->subtree(top)) whom.push_back(name::of("unit", u.unit));
    ask_each(std::move(whom), std::move(question), std::move(then));
  }

  /// Each unit's answer, or the last one it gave.
  std::vector<unit_delivery> deliveries_of(const model::bulletin_id& id, const path& top,
                                           const round::answers& answers) {
    const std::lock_guard lock(mutex);
    std::vector<unit_delivery> units;
    for (const auto& u : tree->subtree(top)) {
      const auto key = u.unit.str() + " " + id;
      if (const auto* own = answer_in<own_delivery>(answers[units.size()])) {
        if (own->known) deliveries.keep(key, *own);
        units.push_back({*own, true});
        continue;
      }
      auto last = deliveries.find(key).value_or(own_delivery{u.unit, id});
      last.missing.clear(); // who these are is not known any more, only how many they were
      last.more_missing = last.figures.citizens.missing() + last.figures.devices.missing();
      units.push_back({std::move(last), false});
    }
    return units;
  }

  std::vector<unit_figures> figures_of(const path& top, const std::string& period,
                                       const round::answers& answers) {
    const std::lock_guard lock(mutex);
    std::vector<unit_figures> units;
    for (const auto& u : tree->subtree(top)) {
      const auto key = u.unit.str() + " " + period;
      const auto* own = answer_in<own_figures>(answers[units.size()]);
      if (own) figures.keep(key, *own);
      units.push_back(
          {u.unit, own ? *own : figures.find(key).value_or(own_figures{u.unit}), own != nullptr});
    }
    return units;
  }

  asker ask;
  timer after;
  std::shared_ptr<const model::unit_tree> tree;
  gather_options options;
  std::mutex mutex;
  last_answers<own_delivery> deliveries;
  last_answers<own_figures> figures;
};

gatherer::gatherer(asker ask, timer after, std::shared_ptr<const model::unit_tree> tree,
                   gather_options options)
    : shared_(
          std::make_shared<shared>(std::move(ask), std::move(after), std::move(tree), options)) {}

gatherer::gatherer(node::runtime& node, timer after, std::shared_ptr<const model::unit_tree> tree,
                   gather_options options)
    : gatherer([&node](const name& to, wire::value v,
                       node::reply_handler then) { node.ask(to, std::move(v), std::move(then)); },
               std::move(after), std::move(tree), options) {}

gatherer::~gatherer() = default;

void gatherer::each(std::vector<name> whom, wire::value question,
                    std::function<void(answers)> then) {
  shared_->ask_each(std::move(whom), std::move(question), std::move(then));
}

void gatherer::delivery(const model::bulletin_id& id, const path& top, std::size_t missing_most,
                        std::function<void(result<model::delivery_report>)> then) {
  if (!shared_->tree->find(top)) return then(no_unit(top));
  const auto most = std::min(missing_most, model::delivery_report::most_missing);
  auto merge = [s = shared_, id, top, most, then = std::move(then)](const round::answers& got) {
    const auto units = s->deliveries_of(id, top, got);
    if (units.front().answered && !units.front().last.known)
      return then(error{errc::not_found, fmt::format("There is no bulletin {}.", id), {}});
    then(merge_delivery(id, top, units, most));
  };
  shared_->ask_all(top, wire::value::of(get_delivery{id, static_cast<std::uint32_t>(most)}),
                   std::move(merge));
}

void gatherer::effectiveness(const path& top, std::optional<instant> from,
                             std::optional<instant> to,
                             std::function<void(result<model::effectiveness>)> then) {
  if (!shared_->tree->find(top)) return then(no_unit(top));
  auto merge = [s = shared_, top, from, to, then = std::move(then)](const round::answers& got) {
    then(merge_figures(top, from, to, s->figures_of(top, key_of(from, to), got)));
  };
  shared_->ask_all(top, wire::value::of(get_figures{from, to}), std::move(merge));
}

} // namespace loa::unit
