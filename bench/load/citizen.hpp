#pragma once

#include <bench/load/protocol.hpp>

#include <string>
#include <vector>

namespace loa::bench {

/// Citizens of a Loa node, each following one unit over WebSocket; and subscribers of the floor,
/// which speaks the same.
class citizens final : public subscriber_protocol {
public:
  /// Citizen n is called prefix + n and follows `units[n % units.size()]`, which may be several
  /// with commas between.
  citizens(std::string prefix, std::vector<std::string> units, bool acknowledge);
  [[nodiscard]] std::string hello(std::size_t n) const override;
  std::size_t take(std::string_view in, bool subscribed, subscriber_events& to) const override;

private:
  std::string prefix_;
  std::vector<std::string> units_;
  bool acknowledge_;
};

/// Posts something to the target that its number falls to, in turn, and waits for 202 or 201.
class poster : public publisher_protocol {
public:
  poster(std::vector<std::string> targets, std::string type, std::string token)
      : targets_(std::move(targets)),
        type_(std::move(type)),
        token_(std::move(token)) {}
  [[nodiscard]] std::string publish(const std::string& identifier) override;
  std::size_t take(std::string_view in, publisher_events& to) override;

protected:
  [[nodiscard]] virtual std::string body(const std::string& identifier) = 0;

private:
  std::vector<std::string> targets_;
  std::string type_;
  std::string token_;
};

/// Posts a CAP alert for a unit, each time as if it were issued now under another identifier.
class alert_poster final : public poster {
public:
  alert_poster(const std::string& unit, std::string token, std::string alert);

private:
  std::string body(const std::string& identifier) override;
  std::string alert_;
};

/// Posts a bulletin with a text of so many octets to units in turn, each time with another
/// headline, in force for an hour.
class bulletin_poster final : public poster {
public:
  bulletin_poster(const std::vector<std::string>& units, std::string token, std::size_t octets);

private:
  std::string body(const std::string& identifier) override;
  std::string text_;
};

/// The same alert as if it were issued now under another identifier, for an hour.
[[nodiscard]] std::string reissued(std::string alert, std::string_view identifier);

} // namespace loa::bench
