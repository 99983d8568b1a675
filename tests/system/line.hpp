#pragma once

#include <string>

namespace loa::system_test {

/// A network of its own on this machine. It goes with the last process that is in it or holds it,
/// however that one ends.
class network {
public:
  network() = default;
  /// Takes over a descriptor of the network.
  network(int descriptor, std::string address)
      : descriptor_(descriptor),
        address_(std::move(address)) {}
  network(network&& other) noexcept;
  network& operator=(network&& other) noexcept;
  ~network();

  /// Where the other end of the line calls it; its own loopback is its own.
  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

private:
  int descriptor_ = -1;
  std::string address_;
};

/// While it lives this thread is in that network, and so is what it connects or starts. Without a
/// network it stays where it is.
class visit {
public:
  explicit visit(const network* there);
  visit(const visit&) = delete;
  visit& operator=(const visit&) = delete;
  ~visit();

private:
  int home_ = -1;
};

/// Two networks and one line between them, which may be cut in each direction by itself: what goes
/// that way is lost, and nobody is told.
class line {
public:
  line();

  /// Empty if there is a line; otherwise why this machine does not let us have one.
  [[nodiscard]] const std::string& refusal() const { return refusal_; }

  [[nodiscard]] const network& left() const { return left_; }
  [[nodiscard]] const network& right() const { return right_; }

  /// Everything that leaves that end is lost from now on.
  void cut(const network& from) const;
  void mend(const network& from) const;
  /// True if a datagram from that end comes out at the other one.
  [[nodiscard]] bool carries(const network& from) const;

private:
  [[nodiscard]] std::string lay();
  [[nodiscard]] const network& other(const network& end) const {
    return &end == &left_ ? right_ : left_;
  }

  network left_;
  network right_;
  std::string refusal_;
};

} // namespace loa::system_test
