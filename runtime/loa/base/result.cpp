#include <loa/base/result.hpp>

namespace loa::detail {

void throw_no_value(const error& why) {
  throw bad_result(why.to_string() + " [" + std::string(to_string(why.code)) + "]");
}

void throw_no_error() {
  throw bad_result("There is no error: it was done.");
}

} // namespace loa::detail
