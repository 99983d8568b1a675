#pragma once

#include <loa/wire/describe.hpp>

#include <memory>
#include <type_traits>

namespace loa::link {

/// Octets that many hold and nobody changes; encoded once, stored and forwarded as they are.
using shared_body = std::shared_ptr<const bytes>;

/// Describes a shared body as an optional field of octets: no body and an empty body are different.
template <class Body, class Fields>
void describe_body(std::string_view key, Body& body, Fields& f) {
  std::optional<wire::octets> content;
  if constexpr (std::is_const_v<Body>) {
    if (body) content = wire::octets{*body};
    f.optional(key, content);
  } else {
    f.optional(key, content);
    body = content ? std::make_shared<const bytes>(std::move(content->data)) : nullptr;
  }
}

} // namespace loa::link
