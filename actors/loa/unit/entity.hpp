#pragma once

#include <loa/node/entity.hpp>
#include <loa/unit/bulletin_book.hpp>
#include <loa/unit/report_desk.hpp>

namespace loa::unit {

/// An administrative unit (đơn vị hành chính), `unit/PATH`: publishes bulletins into its feed,
/// passes on what comes from the unit above, registers devices, takes reports, and keeps the
/// figures of all that.
///
/// It counts its own followers only; merging a subtree is gather.hpp's. Bulletins are relayed once
/// each, with the same body; what is not for anybody here or below is not. Everything it keeps is
/// bounded by `limits`, by what is in force, and by `configure::retention`.
class entity {
public:
  static constexpr std::string_view kind = "unit";
  using command = unit::command;
  using reply = unit::reply;
  using fact = unit::fact;
  using decision = node::decision<fact>;

  /// Figures are merged across nodes; whoever wants more goes through the unit's own gateway.
  [[nodiscard]] static bool open_to_nodes(const command& c);
  [[nodiscard]] decision decide(const command& c, const node::context& ctx) const;
  [[nodiscard]] decision on_entry(const node::feed_entry_ptr& entry,
                                  const node::context& ctx) const;
  [[nodiscard]] decision on_reminder(const std::string& id, const node::context& ctx) const;
  [[nodiscard]] std::vector<node::effect> on_wake(const node::context& ctx) const;
  void apply(const fact& f);

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("unit", self.unit_);
    f.optional("settings", self.settings_);
    f.optional("bulletins", self.bulletins_);
    f.optional("devices", self.devices_);
    f.optional("reports", self.reports_);
    f.optional("figures", self.figures_);
  }
  bool operator==(const entity&) const = default;

private:
  decision on(const configure& c, const node::context& ctx) const;
  decision on(const get_unit& c, const node::context& ctx) const;

  decision on(const publish_bulletin& c, const node::context& ctx) const;
  decision on(const list_bulletins& c, const node::context& ctx) const;
  decision on(const get_bulletin& c, const node::context& ctx) const;
  decision on(const get_frame& c, const node::context& ctx) const;
  decision on(const get_delivery& c, const node::context& ctx) const;
  decision on(const bulletin_played& c, const node::context& ctx) const;
  decision on(const get_figures& c, const node::context& ctx) const;
  [[nodiscard]] std::optional<error> why_not(const model::bulletin& b,
                                             const node::context& ctx) const;
  [[nodiscard]] std::optional<decision> repetition(const model::bulletin& b,
                                                   const node::context& ctx) const;
  [[nodiscard]] node::effect next_closing(const frame_head& added) const;
  decision close_expired(const node::context& ctx) const;

  decision on(const register_device& c, const node::context& ctx) const;
  decision on(const remove_device& c, const node::context& ctx) const;
  decision on(const list_devices& c, const node::context& ctx) const;

  decision on(const submit_report& c, const node::context& ctx) const;
  decision on(const report_changed& c, const node::context& ctx) const;
  decision on(const responsibility& c, const node::context& ctx) const;
  decision on(const list_reports& c, const node::context& ctx) const;

  path unit_; ///< Empty until it is configured.
  configure settings_;
  bulletin_book bulletins_;
  std::map<std::string, device_info> devices_; ///< By id.
  report_desk reports_;
  period_ledger figures_;
};

} // namespace loa::unit
