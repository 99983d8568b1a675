#pragma once

#include <loa/model/text.hpp>
#include <loa/wire/describe.hpp>

namespace loa::model {

/// Reads a JSON body strictly. What is no JSON at all stays `malformed`; what is JSON of another
/// shape than asked for is against a rule, so that HTTP can tell 400 from 422.
template <class T>
[[nodiscard]] result<T> read_body(bytes_view text, std::size_t most_octets) {
  wire::parse_limits limits;
  limits.octets = most_octets;
  limits.depth = 8;
  auto parsed = wire::document::from_json(text, limits);
  if (!parsed) return parsed.error();
  auto body = wire::from_document<T>(*parsed, wire::form::text, true);
  if (body) return body;
  auto wrong = body.error();
  if (wrong.code == errc::malformed) wrong.code = errc::rule;
  return wrong;
}

/// Replaces `text` by its clean form; the error if it has none, with that pointer.
[[nodiscard]] inline result<void> clean_in_place(std::string& text, const text_rule& rule,
                                                 std::string pointer) {
  auto clean = clean_text(text, rule);
  if (!clean) return error{clean.error().code, clean.error().detail, std::move(pointer)};
  text = *std::move(clean);
  return {};
}

} // namespace loa::model
