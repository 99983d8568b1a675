#pragma once

#include <support/certificate_files.hpp>
#include <support/switchboard.hpp>
#include <support/transport_rig.hpp>

/// Every implementation of transports that the contract is held against: nodes that can call each
/// other.
class switchboard_subject {
public:
  std::unique_ptr<loa::net::transport> open(const std::string& node) {
    return board_.plug_in(node);
  }
  static std::string address(const std::string& node, const loa::net::transport&) { return node; }
  static std::string nowhere() { return "nowhere"; }

private:
  loa::test::switchboard board_;
};

class caf_subject {
public:
  std::unique_ptr<loa::net::transport> open(const std::string& node) {
    files_.issue(node);
    return loa::net::open_caf_transport(files_.options(node));
  }
  static std::string address(const std::string&, const loa::net::transport& t) {
    return "127.0.0.1:" + std::to_string(t.port());
  }
  /// Nobody listens on port 1, which only the system's own services may.
  static std::string nowhere() { return "127.0.0.1:1"; }

private:
  loa::test::certificate_files files_;
};

/// Two nodes and, if wanted, a line from the one to the other.
template <class Subject>
class two_nodes {
public:
  void start() {
    a.start();
    b.start();
  }
  void open_line() {
    at_a = a.connect(to_b());
    REQUIRE(a.comes([](const auto& t) { return t.connected.size() == 1; }));
    REQUIRE(b.comes([](const auto& t) { return t.accepted.size() == 1; }));
    REQUIRE(a.all().connected.front() == at_a);
    at_b = b.all().accepted.front();
  }
  [[nodiscard]] std::string to_b() const { return Subject::address("b", *b); }

  Subject subject;
  loa::test::transport_end a{subject.open("a")};
  loa::test::transport_end b{subject.open("b")};
  loa::net::line_id at_a = 0;
  loa::net::line_id at_b = 0;
};
