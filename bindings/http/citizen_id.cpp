#include <bindings/http/citizen_id.hpp>

namespace loa::http {

result<name> citizen_name(std::string_view id) {
  const bool segment = id.find('.') == std::string_view::npos && path::parse(id);
  auto parsed = name::parse((segment ? "citizen/" : "citizen/-/") + std::string(id));
  const bool dots = id == "." || id == ".."; // which no path can carry
  if (!parsed || dots || id.find('/') != std::string_view::npos)
    return error{errc::malformed,
                 "A citizen's id has 1 to 96 letters, digits or any of . _ ~ @ : + and -.",
                 {}};
  return parsed;
}

std::string citizen_id(const name& citizen) {
  return std::string(citizen.local().empty() ? citizen.home_text() : citizen.local());
}

} // namespace loa::http
