#pragma once

#include <loa/supervision/spec.hpp>

#include <map>
#include <string>
#include <vector>

namespace loa::supervision::test {

/// One thing done to a supervisor, "exit c error b:1", and what Erlang/OTP's did in answer, in
/// the form "start a, stop b | ok | a=running".
struct operation {
  std::string verb; ///< "begin" stands for the start of the supervisor itself.
  std::string child;
  std::string reason;                  ///< Of an exit.
  child_spec spec;                     ///< Of a start.
  std::map<std::string, int> failures; ///< How many of a child's next starts fail from here on.
  std::string line;                    ///< As recorded.
  std::string expected;
};

struct scenario {
  supervisor_spec spec;
  std::vector<child_spec> children;
  std::vector<operation> operations;
};

/// What record_otp.erl recorded.
[[nodiscard]] std::vector<scenario> recorded_scenarios();

/// A supervisor that a scenario is played to, with children that do and record what they are told.
class subject {
public:
  virtual ~subject() = default;
  /// Carries out one operation and gives what followed, in the form of the recording.
  std::string play(const scenario& whole, const operation& next);

  /// The start of a child, called by the subject: notes it and tells if it shall fail.
  bool start_fails(const std::string& child);
  void note(const std::string& event) { events_.push_back(event); }

protected:
  /// The reply as recorded, "ok", "not_found" and so on.
  virtual std::string carry_out(const scenario& whole, const operation& next) = 0;
  virtual bool ended() = 0;
  virtual std::map<std::string, std::string> states() = 0;

private:
  std::map<std::string, int> failures_;
  std::vector<std::string> events_;
};

} // namespace loa::supervision::test
