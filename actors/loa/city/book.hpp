#pragma once

#include <loa/link/feed.hpp>
#include <loa/model/bulletin.hpp>
#include <loa/model/report.hpp>
#include <loa/protocol/device.hpp>
#include <loa/sim/trace.hpp>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

/// \file
/// What the world outside of the nodes knows of a simulated city: what was asked and answered, who
/// was shown what, and when. It is written by the clients alone and shares nothing with the nodes,
/// so that their promises can be judged by it.
namespace loa::city {

using sim::micros;

/// A promise that was not kept.
struct broken {
  int promise = 0; ///< As ARCHITECTURE.md counts them.
  std::string who; ///< The entity that it concerns.
  std::string what;
  micros at{0};
  bool operator==(const broken&) const = default;
};

/// A bulletin that somebody wanted to publish.
struct published {
  model::bulletin bulletin;
  micros asked{0};
  std::optional<micros> answered; ///< When it was accepted.
  std::uint64_t position = 0;
  std::optional<error> refused;
  /// Somebody was shown it by a feed that could not store it: nobody counts it, and no order holds.
  bool unstored = false;

  [[nodiscard]] bool accepted() const noexcept { return answered.has_value(); }
};

/// An entry that came to somebody.
struct receipt {
  path feed;
  link::lane on = link::lane::ordinary;
  std::uint64_t position = 0; ///< 0: the feed could not store it.
  model::bulletin_id id;
  micros at{0};
};

struct citizen_record {
  name who;
  std::vector<path> units; ///< That he follows.
  std::map<model::bulletin_id, receipt> first;
  std::uint64_t frames = 0;
  std::optional<micros> online_since;
};

struct device_record {
  name who;
  path unit;
  device::device_kind kind = device::device_kind::loudspeaker;
  bool registered = false;
  std::map<model::bulletin_id, micros> told; ///< When it was first told to play it.
  std::uint64_t played = 0;
  std::string playing; ///< A bulletin's id, or empty.
  std::optional<micros> online_since;
};

struct report_record {
  model::report_code code;
  path home;
  micros asked{0};
  bool answered = false;
  std::string text; ///< Once it is answered: what the citizen wrote.
  /// The states that answered actions led to, in order.
  std::vector<model::report_state> steps;
  model::report last; ///< As the last answer showed it.
};

/// See the file's comment.
class book {
public:
  std::map<model::bulletin_id, published> bulletins;
  std::vector<citizen_record> citizens;
  std::vector<device_record> devices;
  std::map<model::report_code, report_record> reports;

  /// Promises that were broken for good; the first hundred.
  std::vector<broken> broken_for_good;
  void accuse(int promise, std::string who, std::string what, micros at) {
    if (broken_for_good.size() >= 100) return;
    broken_for_good.push_back({promise, std::move(who), std::move(what), at});
    if (listener_) listener_(broken_for_good.back());
  }
  /// Tells of each of them from now on.
  void listen(std::function<void(const broken&)> to) { listener_ = std::move(to); }

  /// True if somebody published something that takes this one's place, whether accepted or not.
  [[nodiscard]] bool superseded(const model::bulletin& b) const {
    for (const auto& [id, p] : bulletins)
      if (id != b.id && model::supersedes(p.bulletin, b)) return true;
    return false;
  }

private:
  std::function<void(const broken&)> listener_;
};

} // namespace loa::city
