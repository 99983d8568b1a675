#include <bindings/http/internal/http_side.hpp>
#include <bindings/http/internal/request.hpp>
#include <bindings/http/internal/worker.hpp>
#include <loa/model/text.hpp>

namespace loa::http {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

} // namespace

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const auto high = hex_digit(text[i + 1]);
      const auto low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high << 4 | low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (c == '\0') return std::nullopt;
    out += c;
  }
  if (!model::valid_utf8(out)) return std::nullopt;
  return out;
}

result<std::optional<std::string>> request::parameter(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const auto equals = pair.find('=');
    if (pair.substr(0, equals) != name) continue;
    const auto raw =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    // '+' stays what it is: offsets of times and positions have no blanks, and people forget to
    // encode it.
    auto value = percent_decoded(raw);
    if (!value)
      return error{errc::malformed,
                   "The query parameter \"" + std::string(name) +
                       "\" is not percent-encoded UTF-8.",
                   {}};
    return std::optional(std::move(*value));
  }
  return std::optional<std::string>();
}

void responder::operator()(response r) const {
  if (elsewhere_) return (*elsewhere_)(std::move(r));
  if (auto* here = worker::current(); here && &here->box() == box_.get())
    return here->with(to_, [&](connection& c) {
      if (auto* http = dynamic_cast<http_side*>(c.speaks())) http->answer(sequence_, std::move(r));
    });
  box_->push(mailbox::answer{to_, sequence_, std::move(r)});
}

} // namespace loa::http
