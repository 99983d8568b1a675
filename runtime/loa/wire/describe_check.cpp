#include <loa/wire/describe_check.hpp>

namespace loa::wire {

void write_check::fail(std::string_view what) {
  failed_ = true;
  what_ = what;
}

bool write_check::enter() {
  if (failed_) return false;
  if (depth_ == 0) return fail("This is nested too deep."), false;
  --depth_;
  return true;
}

error write_check::why() const {
  std::string pointer;
  for (auto step = where_.rbegin(); step != where_.rend(); ++step)
    pointer.append("/").append(*step);
  return {errc::rule, what_, std::move(pointer)};
}

} // namespace loa::wire
