#include <loa/wire/document.hpp>
#include <loa/wire/internal/shorten.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace loa::wire {

namespace {

constexpr std::size_t most_quoted = 64;
constexpr std::size_t most_sentence = 300;

/// Builds the tree while it watches depth: the library's own CBOR reader recurses as deep as its
/// input says, and its builder reserves what a length field claims.
class tree_builder : public nlohmann::json_sax<json> {
public:
  tree_builder(json& root, const parse_limits& limits)
      : root_(root),
        most_depth_(limits.depth),
        most_values_(limits.values) {}

  bool null() override { return put(nullptr); }
  bool boolean(bool v) override { return put(v); }
  bool number_integer(number_integer_t v) override { return put(v); }
  bool number_unsigned(number_unsigned_t v) override { return put(v); }
  bool number_float(number_float_t v, const string_t&) override { return put(v); }
  bool string(string_t& v) override { return put(std::move(v)); }
  bool binary(binary_t& v) override { return put(json::binary(std::move(v))); }
  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& v) override {
    auto& object = *open_.back();
    if (object.contains(v))
      return fail(
          fmt::format("The key \"{}\" stands twice in one object.", shorten(v, most_quoted)));
    key_ = &object[v];
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& e) override {
    position_ = position;
    return fail(e.what());
  }

  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] std::size_t position() const { return position_; }

private:
  bool fail(std::string why) {
    if (failure_.empty()) failure_ = std::move(why);
    return false;
  }

  json* place(json&& v) {
    if (open_.empty()) {
      root_ = std::move(v);
      return &root_;
    }
    if (open_.back()->is_array()) {
      open_.back()->push_back(std::move(v));
      return &open_.back()->back();
    }
    *key_ = std::move(v);
    return key_;
  }

  bool count() {
    return ++values_ <= most_values_ ||
           fail(fmt::format("It holds more than {} values.", most_values_));
  }

  bool put(json v) {
    if (!count()) return false;
    place(std::move(v));
    return true;
  }

  bool open(json container) {
    if (open_.size() >= most_depth_)
      return fail(fmt::format("It is nested deeper than {} levels.", most_depth_));
    if (!count()) return false;
    open_.push_back(place(std::move(container)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  json& root_;
  std::size_t most_depth_;
  std::size_t most_values_;
  std::size_t values_ = 0;
  std::vector<json*> open_;
  json* key_ = nullptr;
  std::string failure_;
  std::size_t position_ = 0;
};

/// What is wrong with the heads of CBOR's items that the library's reader would not notice; empty
/// if nothing is. Heads follow each other without gaps, so one pass over them without a stack is
/// enough; what else is wrong is left to the reader, which stops there.
///
/// - A text or octet string of unknown length may not have another such string among its chunks
///   (RFC 8949, section 3.2.3); the reader would recurse once for each.
/// - A length claims more than there is, since every element has an octet at least; the reader
/// takes
///   the highest of all lengths for an unknown one.
/// - Below the lowest number of 64 bits the reader would wrap around.
std::string_view unnoticed_mistake(bytes_view cbor) {
  constexpr unsigned negative = 1;
  constexpr unsigned octets = 2;
  constexpr unsigned text = 3;
  constexpr unsigned array = 4;
  constexpr unsigned map = 5;
  constexpr unsigned unknown_length = 31;
  constexpr unsigned char end_of_chunks = 0xff;
  bool in_chunks = false;
  while (!cbor.empty()) {
    const auto head = static_cast<unsigned char>(cbor.front());
    cbor.remove_prefix(1);
    const unsigned major = head >> 5;
    const unsigned info = head & 31;
    if (head == end_of_chunks) in_chunks = false;
    const bool is_string = major == octets || major == text;
    if (info == unknown_length && is_string && std::exchange(in_chunks, true))
      return "a string's chunks must not be chunked themselves.";
    if (info > 27) continue;
    auto argument = std::uint64_t{info};
    if (info > 23) {
      const std::size_t width = std::size_t{1} << (info - 24);
      if (cbor.size() < width) return {};
      argument = from_big_endian(bytes(8 - width, '\0').append(cbor.substr(0, width)));
      cbor.remove_prefix(width);
    }
    if (major == negative && !std::in_range<std::int64_t>(argument))
      return "a negative number is beyond 64 bits.";
    const auto room = major == map ? cbor.size() / 2 : cbor.size();
    if ((is_string || major == array || major == map) && argument > room)
      return "a length is beyond the end.";
    if (is_string) cbor.remove_prefix(argument);
  }
  return {};
}

/// Where in a text an octet stands, as people count.
std::string place(std::string_view text, std::size_t octet) {
  const auto before = text.substr(0, octet);
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto column = before.size() - (before.rfind('\n') + 1) + 1;
  return fmt::format("line {}, column {}", line, column);
}

result<document> parse(bytes_view input, json::input_format_t format, const parse_limits& limits) {
  if (input.size() > limits.octets)
    return error{errc::too_large,
                 fmt::format("It has {} octets; the limit is {}.", input.size(), limits.octets),
                 {}};
  document out;
  tree_builder builder(out.root(), limits);
  const bool is_text = format == json::input_format_t::json;
  const bool done =
      json::sax_parse(input.begin(), input.end(), &builder, format, true, limits.comments);
  if (done) return out;
  auto why = builder.failure();
  if (const auto colon = why.find("] "); colon != std::string::npos && why.starts_with("["))
    why = why.substr(colon + 2);
  if (why.starts_with("parse error at ")) why = why.substr(why.find(": ") + 2);
  if (builder.position() > 0)
    why = (is_text ? place(input, builder.position() - 1)
                   : fmt::format("octet {}", builder.position())) +
          ": " + why;
  return error{errc::malformed,
               (is_text ? "This is not valid JSON: " : "This is not valid CBOR: ") +
                   shorten(why, most_sentence),
               {}};
}

} // namespace

document::document() : root_(std::make_unique<json>()) {}
document::document(document&&) noexcept = default;
document& document::operator=(document&&) noexcept = default;
document::~document() = default;

result<document> document::from_json(bytes_view text, const parse_limits& limits) {
  // The library's reader takes a zero octet for the end and would not look at what follows.
  if (const auto zero = text.find('\0'); zero != text.npos && text.size() <= limits.octets)
    return error{
        errc::malformed,
        fmt::format("This is not valid JSON: there is a zero octet at {}.", place(text, zero)),
        {}};
  return parse(text, json::input_format_t::json, limits);
}

result<document> document::from_cbor(bytes_view data, const parse_limits& limits) {
  if (data.size() <= limits.octets)
    if (const auto mistake = unnoticed_mistake(data); !mistake.empty())
      return error{errc::malformed, fmt::format("This is not valid CBOR: {}", mistake), {}};
  return parse(data, json::input_format_t::cbor, limits);
}

std::string document::to_json(int indent) const {
  return root_->dump(indent, ' ', false, json::error_handler_t::replace);
}

bytes document::to_cbor() const {
  bytes out;
  json::to_cbor(*root_, out);
  return out;
}

} // namespace loa::wire
