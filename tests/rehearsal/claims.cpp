#include "claims.hpp"

#include "tricks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace loa::odd {

using namespace std::chrono_literals;

namespace {

/// How often each thing is in a list.
template <class T>
std::map<T, int> count(const std::vector<T>& all) {
  std::map<T, int> out;
  for (const auto& x : all) ++out[x];
  return out;
}

struct counted {
  std::map<std::uint64_t, int> got;
  std::map<std::uint64_t, int> told;
  std::map<std::string, int> heard;
  std::map<std::string, int> rang;
};

class comparison {
public:
  comparison(sim::stage& s, const books& all) : stage_(s), all_(all) {
    for (const auto& [who, b] : all)
      counted_[who] = {count(b.got), count(b.told), count(b.heard), count(b.rang)};
  }

  void run() {
    for (const auto& [who, b] : all_) {
      for (const auto& p : b.sent) post(who, p);
      for (const auto& f : b.founded) found(who, f);
      for (const auto& a : b.alarms) alarm_of(who, a);
      if (std::ranges::find(cast(), who) != cast().end())
        for (const auto& id : b.published) published(who, id);
    }
    for (const auto& [who, c] : counted_)
      for (const auto& [mark, times] : c.got)
        if (!sent_.contains({mark, who}))
          stage_.broken(who, fmt::format("has got the post {}, which nobody sent.", mark));
  }

private:
  template <class K>
  static int times(const std::map<K, int>& in, const K& what) {
    const auto at = in.find(what);
    return at == in.end() ? 0 : at->second;
  }

  void post(const std::string& from, const sent_post& p) {
    sent_.insert({p.mark, p.to});
    const auto receiver = counted_.find(p.to);
    const int got = receiver == counted_.end() ? 0 : times(receiver->second.got, p.mark);
    const int told = times(counted_[from].told, p.mark);
    if (got + told != 1)
      stage_.broken(from, fmt::format("has sent the post {} to \"{}\", which took it {} times; {} "
                                      "times it was told that it was refused.",
                                      p.mark, p.to, got, told));
  }

  void found(const std::string& by, const birth& f) {
    const auto child = all_.find(f.who);
    if (child == all_.end() || child->second.born != f.mark)
      stage_.broken(
          by, fmt::format("has founded \"{}\", which is not there with its first fact.", f.who));
  }

  void alarm_of(const std::string& who, const alarm& a) {
    if (a.due + 1min > stage_.world().time()) return;
    if (const int rang = times(counted_[who].rang, a.id); rang != 1)
      stage_.broken(who, fmt::format("was to be reminded of {} and was, {} times.", a.id, rang));
  }

  void published(const std::string& who, const std::string& id) {
    if (const int heard = times(counted_[std::string(listener)].heard, id); heard != 1)
      stage_.broken(
          who, fmt::format("has published {}, which came to the listener {} times.", id, heard));
  }

  sim::stage& stage_;
  const books& all_;
  std::map<std::string, counted> counted_;
  std::set<std::pair<std::uint64_t, std::string>> sent_;
};

} // namespace

void compare(sim::stage& s, const books& all) {
  comparison(s, all).run();
}

} // namespace loa::odd
