#pragma once

#include "cluster_rig.hpp"

#include <loa/net/document_shelf.hpp>

#include <catch2/catch.hpp>

namespace loa::net::test {

/// A hierarchy that no other number has.
inline signed_document hierarchy(const cluster& by, std::uint64_t number,
                                 const std::string& source = "a test",
                                 const std::string& cluster_name = "hcmc") {
  const auto content = "{\"source\": \"" + source + " " + std::to_string(number) + "\"}";
  auto made = sign_document({&by.ca(), 1}, cluster_name, document_kind::hierarchy, number, content);
  REQUIRE(made);
  return *std::move(made);
}

/// Unit 79 on one of the nodes a and b.
inline signed_document placing(const cluster& by, std::uint64_t number, const std::string& host,
                               std::uint64_t epoch) {
  placement_document d{{{"a", "a.example:7135", {}}, {"b", "b.example:7135", {}}}};
  d.nodes[host == "a" ? 0 : 1].hosts.push_back({*path::parse("79"), epoch});
  auto made =
      sign_document({&by.ca(), 1}, "hcmc", document_kind::placement, number, wire::to_json(d));
  REQUIRE(made);
  return *std::move(made);
}

inline authority authority_of(const cluster& c) {
  return *authority::load(c.ca().certificate_pem);
}

} // namespace loa::net::test
