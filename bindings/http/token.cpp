#include <bindings/http/token.hpp>
#include <loa/wire/base64.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace loa::http {

namespace {

using nlohmann::json;

constexpr std::size_t signature_octets = 64;

error refused(std::string why) {
  return {errc::unauthenticated, std::move(why), {}};
}

std::int64_t seconds_of(instant t) {
  return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
}

bool visible(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

std::optional<json> object_of(std::string_view part) {
  auto text = wire::base64url_decode(part);
  if (!text) return std::nullopt;
  auto tree = wire::document::from_json(*text, {.octets = most_token_octets, .depth = 4});
  if (!tree || !tree->root().is_object()) return std::nullopt;
  return std::move(tree->root());
}

std::optional<std::string> text_member(const json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || !at->is_string()) return std::nullopt;
  return at->get<std::string>();
}

/// A NumericDate (RFC 7519, section 2) within the years that times may have here.
std::optional<instant> date_member(const json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || !at->is_number()) return std::nullopt;
  const auto seconds = at->get<double>();
  if (!(seconds >= 0 && seconds < 253'402'300'800.0)) return std::nullopt;
  return from_millis(static_cast<std::int64_t>(seconds) * 1000);
}

result<claims> read_claims(const json& body, instant now) {
  claims c;
  const auto id = text_member(body, "jti");
  const auto role_name = text_member(body, "role");
  const auto unit = text_member(body, "unit");
  const auto issued = date_member(body, "iat");
  if (!id || !visible(*id, 64)) return refused("The token has no \"jti\".");
  if (!role_name || !unit || !issued)
    return refused("The token lacks one of \"role\", \"unit\" and \"iat\".");
  const auto known = wire::enum_value<role>(*role_name);
  if (!known) return refused("The token's role is not one that this version knows.");
  auto where = path::parse(*unit);
  if (!where) return refused("The token's unit is not a path of codes.");
  c.id = *id;
  c.role = *known;
  c.unit = *std::move(where);
  c.issued = *issued;
  if (body.contains("sub")) {
    const auto subject = text_member(body, "sub");
    if (!subject || subject->size() > 128)
      return refused("The token's \"sub\" is not a short text.");
    c.subject = *subject;
  }
  if (body.contains("exp")) {
    c.expires = date_member(body, "exp");
    if (!c.expires) return refused("The token's \"exp\" is not a time.");
    if (*c.expires + token_skew <= now) return refused("The token has expired.");
  }
  if (body.contains("nbf")) {
    const auto not_before = date_member(body, "nbf");
    if (!not_before || *not_before > now + token_skew)
      return refused("The token is not valid yet.");
  }
  if (c.issued > now + token_skew)
    return refused("The token was issued in the future; check the clocks.");
  return c;
}

} // namespace

result<std::string> token_key::sign(const claims& c) const {
  if (c.unit.empty()) return error{errc::malformed, "A token names a unit.", "/unit"};
  if (!visible(c.id, 64))
    return error{errc::malformed, "A token's id has 1 to 64 visible characters.", "/jti"};
  if (c.subject.size() > 128)
    return error{errc::malformed, "A token's subject has at most 128 octets.", "/sub"};
  json body{{"jti", c.id},
            {"role", wire::enum_name(c.role)},
            {"unit", c.unit.str()},
            {"iat", seconds_of(c.issued)}};
  if (!c.subject.empty()) body["sub"] = c.subject;
  if (c.expires) body["exp"] = seconds_of(*c.expires);
  auto text = wire::base64url_encode(R"({"alg":"EdDSA","typ":"JWT"})");
  text += '.';
  text += wire::base64url_encode(body.dump(-1, ' ', false, json::error_handler_t::replace));

  std::array<unsigned char, signature_octets> signature{};
  auto length = signature.size();
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  const auto* octets = reinterpret_cast<const unsigned char*>(text.data());
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &length, octets, text.size()) != 1)
    return error{errc::internal, "OpenSSL could not sign the token.", {}};
  text += '.';
  text += wire::base64url_encode({reinterpret_cast<const char*>(signature.data()), length});
  return text;
}

result<claims> token_key::verify(std::string_view token, instant now) const {
  if (token.size() > most_token_octets)
    return refused(fmt::format("A token has at most {} characters.", most_token_octets));
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string_view::npos || last == first || std::ranges::count(token, '.') != 2)
    return refused("The token is not a JWT: three parts, separated by points, are expected.");

  const auto header = object_of(token.substr(0, first));
  if (!header) return refused("The token's header cannot be read.");
  if (text_member(*header, "alg") != "EdDSA")
    return refused("The token is not signed with EdDSA, the only algorithm accepted here.");
  if (header->contains("crit")) return refused("The token demands an extension (\"crit\").");

  const auto signature = wire::base64url_decode(token.substr(last + 1));
  const auto text = token.substr(0, last);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  if (!signature || signature->size() != signature_octets || !context ||
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature->data()),
                       signature->size(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size()) != 1)
    return refused("The token's signature does not fit: it was changed, or another key signed it.");

  const auto body = object_of(token.substr(first + 1, last - first - 1));
  if (!body) return refused("The token's claims cannot be read.");
  return read_claims(*body, now);
}

} // namespace loa::http
