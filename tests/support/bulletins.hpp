#pragma once

#include <loa/model/channels.hpp>
#include <loa/node/effect.hpp>

namespace loa::test {

inline path unit_path(std::string_view text) {
  return *path::parse(text);
}

/// A valid bulletin of a unit for the whole unit, on all channels, in force for a day.
inline model::bulletin make_bulletin(const path& unit, std::string_view local, instant now,
                                     model::priority p = model::priority::routine) {
  model::bulletin b;
  b.id = unit.str() + "-" + std::string(local);
  b.unit = unit;
  b.author = "bien-tap-vien";
  b.priority = p;
  b.target = {unit};
  b.channels = {model::channel::loudspeaker, model::channel::board, model::channel::app};
  b.headline = {{"vi", "Lịch tiêm vắc-xin tại phường"}};
  b.text = {{"vi", "Trạm y tế mở cửa từ 7 giờ 30."}};
  b.sent = b.effective = now;
  b.expires = now + std::chrono::hours(24);
  return b;
}

/// Makes a CAP alert of it.
inline model::bulletin as_alert(model::bulletin b, std::string identifier, std::string type,
                                std::vector<std::string> references = {}) {
  b.priority = model::priority::emergency;
  b.category = model::category::emergency;
  b.cap = model::cap_info{std::move(identifier), "pctt@hcm.gov.vn", format_rfc3339(b.sent),
                          std::move(type),       "Actual",          std::move(references)};
  b.cap_xml.data = "<alert>" + b.cap->identifier + "</alert>";
  return b;
}

/// How a later alert refers to this one.
inline std::string reference_to(const model::bulletin& b) {
  return b.cap->sender + "," + b.cap->identifier + "," + b.cap->sent;
}

/// The entry that a unit's feed holds for a bulletin.
inline link::entry entry_of(const model::bulletin& b, std::uint64_t position) {
  return {position,
          b.priority == model::priority::emergency ? link::lane::emergency : link::lane::ordinary,
          b.target,
          b.expires,
          model::slot_mask(b),
          b.id,
          std::make_shared<const bytes>(model::frame_body(b))};
}

/// Twelve digits of an id out of a number.
inline std::string local_id(std::uint64_t n) {
  auto digits = std::to_string(n);
  return std::string(12 - digits.size(), '0') + digits;
}

} // namespace loa::test
