#include <bench/harness/process_tree.hpp>
#include <bench/peers/served.hpp>

#include <fmt/format.h>

namespace loa::bench {

namespace {

class served_server final : public running_server {
public:
  explicit served_server(served_parts p) : parts_(std::move(p)) {}
  std::uint16_t port() const override { return parts_.port; }
  std::vector<int> processes() const override { return process_tree(parts_.process.id()); }
  std::unique_ptr<subscriber_protocol> subscribers() const override { return parts_.subscribers(); }
  std::unique_ptr<publisher_protocol> publisher() const override {
    return parts_.publisher(publishers_++);
  }
  std::unique_ptr<publisher_protocol> publisher_beside() const override {
    return parts_.publisher_beside ? parts_.publisher_beside(publishers_++) : nullptr;
  }

private:
  served_parts parts_;
  mutable std::size_t publishers_ = 0;
};

} // namespace

std::unique_ptr<running_server> served(served_parts parts) {
  return std::make_unique<served_server>(std::move(parts));
}

result<std::string> version_of(const std::string& program, const std::string& option,
                               const std::string& package) {
  const auto path = find_program(program);
  if (path.empty())
    return error{
        errc::not_found,
        fmt::format("{} is not installed; on Debian: apt-get install {}.", program, package),
        {}};
  return first_line_of(fmt::format("'{}' {}", path.string(), option));
}

result<void> set_up(std::uint16_t port, const publishing::make_protocol& make, const conductor& c) {
  auto done = publishing::open(0x7f000001, port, 1, make, std::chrono::seconds(20), c.stopping());
  if (!done) return done.error();
  return {};
}

} // namespace loa::bench
