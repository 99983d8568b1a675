#include "line.hpp"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace loa::system_test {

namespace {

constexpr const char* left_address = "10.79.0.1";
constexpr const char* right_address = "10.79.0.2";
constexpr const char* left_card = "02:00:00:00:00:01";
constexpr const char* right_card = "02:00:00:00:00:02";
/// Nobody has this one, so what is sent to it is thrown away where it arrives.
constexpr const char* no_card = "02:00:00:00:00:ff";

int this_network() {
  return ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

/// A new network, in which nobody is yet; -1 and errno where that is not allowed.
int make_network() {
  const int home = this_network();
  if (::unshare(CLONE_NEWNET) != 0) {
    const int why = errno;
    ::close(home);
    errno = why;
    return -1;
  }
  const int made = this_network();
  const bool back = ::setns(home, CLONE_NEWNET) == 0;
  ::close(home);
  REQUIRE(back);
  return made;
}

/// Runs the program ip in a network. Empty if it did what it should, otherwise what it said.
std::string ip(const network& in, const std::string& words) {
  const visit there(&in);
  auto* said = ::popen(("ip " + words + " 2>&1").c_str(), "re");
  if (said == nullptr) return std::strerror(errno);
  std::string all;
  std::array<char, 512> block{};
  while (const auto n = std::fread(block.data(), 1, block.size(), said))
    all.append(block.data(), n);
  if (::pclose(said) == 0) return {};
  return all.empty() ? "ip failed without a word" : all;
}

/// Says which card has the other end's address.
std::string point_to(const network& from, const network& to, const std::string& card) {
  return ip(from,
            fmt::format("neigh replace {} lladdr {} nud permanent dev line", to.address(), card));
}

sockaddr_in at(const network& n, std::uint16_t port) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  ::inet_pton(AF_INET, n.address().c_str(), &a.sin_addr);
  return a;
}

int datagrams_in(const network& n) {
  const visit there(&n);
  return ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

} // namespace

network::network(network&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      address_(std::move(other.address_)) {}

network& network::operator=(network&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(address_, other.address_);
  return *this;
}

network::~network() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

visit::visit(const network* there) {
  if (there == nullptr) return;
  home_ = this_network();
  REQUIRE(::setns(there->descriptor(), CLONE_NEWNET) == 0);
}

visit::~visit() {
  if (home_ < 0) return;
  // A thread that cannot go home would do everything else in the wrong place.
  if (::setns(home_, CLONE_NEWNET) != 0) std::abort();
  ::close(home_);
}

line::line() : refusal_(lay()) {}

std::string line::lay() {
  left_ = network(make_network(), left_address);
  if (left_.descriptor() < 0) return std::strerror(errno);
  right_ = network(make_network(), right_address);
  if (right_.descriptor() < 0) return std::strerror(errno);
  const auto far = fmt::format("/proc/{}/fd/{}", ::getpid(), right_.descriptor());
  if (auto why = ip(left_, fmt::format("link add line address {} type veth peer name line "
                                       "address {} netns {}",
                                       left_card, right_card, far));
      !why.empty())
    return why;
  for (const auto* end : {&left_, &right_})
    for (const auto& words :
         {std::string("link set lo up"), fmt::format("addr add {}/30 dev line", end->address()),
          std::string("link set line up")})
      if (auto why = ip(*end, words); !why.empty()) return why;
  if (auto why = point_to(left_, right_, right_card); !why.empty()) return why;
  return point_to(right_, left_, left_card);
}

void line::cut(const network& from) const {
  REQUIRE(point_to(from, other(from), no_card).empty());
}

void line::mend(const network& from) const {
  REQUIRE(point_to(from, other(from), &from == &left_ ? right_card : left_card).empty());
}

bool line::carries(const network& from) const {
  const auto& to = other(from);
  const int receiver = datagrams_in(to);
  const int sender = datagrams_in(from);
  auto where = at(to, 0);
  socklen_t size = sizeof where;
  auto* address = reinterpret_cast<sockaddr*>(&where);
  const timeval patience{0, 300'000};
  ::setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  char octet = 'x';
  const bool sent = ::bind(receiver, address, size) == 0 &&
                    ::getsockname(receiver, address, &size) == 0 &&
                    ::sendto(sender, &octet, 1, 0, address, size) == 1;
  const bool came = sent && ::recv(receiver, &octet, 1, 0) == 1;
  ::close(receiver);
  ::close(sender);
  REQUIRE(sent);
  return came;
}

} // namespace loa::system_test
