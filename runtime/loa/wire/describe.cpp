#include <loa/wire/base64.hpp>
#include <loa/wire/describe.hpp>
#include <loa/wire/internal/shorten.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace loa::wire {

namespace {
constexpr std::size_t most_errors = 100;
constexpr std::size_t most_quoted = 64;
constexpr std::size_t most_in_step = 128;
} // namespace

void read_context::push(std::string_view key) {
  std::string escaped;
  for (char ch : shorten(key, most_in_step)) {
    if (ch == '~')
      escaped += "~0";
    else if (ch == '/')
      escaped += "~1";
    else
      escaped += ch;
  }
  where_.push_back(std::move(escaped));
}

void read_context::push(std::size_t index) {
  where_.push_back(std::to_string(index));
}

bool read_context::full() const noexcept {
  return errors_.size() >= most_errors;
}

void read_context::fail(std::string what, errc code) {
  if (full()) return;
  std::string pointer;
  for (const auto& step : where_) pointer.append("/").append(step);
  errors_.push_back({code, std::move(what), std::move(pointer)});
}

namespace detail {

void put(json& to, bool v) {
  to = v;
}
void put(json& to, std::int64_t v) {
  to = v;
}
void put(json& to, std::uint64_t v) {
  to = v;
}
void put(json& to, double v) {
  to = v;
}
void put(json& to, std::string_view v) {
  to = v;
}

void put_octets(json& to, const bytes& v, form as) {
  if (as == form::text)
    to = base64_encode(v);
  else
    to = json::binary(std::vector<std::uint8_t>(v.begin(), v.end()));
}

void put_instant(json& to, instant v, form as) {
  if (as == form::text)
    to = format_rfc3339(v);
  else
    to = to_millis(v);
}

void make_object(json& to) {
  to = json::object();
}

void make_array(json& to, std::size_t reserve) {
  to = json::array();
  to.get_ref<json::array_t&>().reserve(reserve);
}

json& member(json& object, std::string_view key) {
  return object[std::string(key)];
}

json& append(json& array) {
  array.push_back(nullptr);
  return array.back();
}

bool take(const json& from, bool& v, read_context& c) {
  if (!from.is_boolean()) return c.fail("This must be true or false."), false;
  v = from.get<bool>();
  return true;
}

bool take(const json& from, std::int64_t& v, read_context& c) {
  if (!from.is_number_integer()) return c.fail("This must be a whole number."), false;
  if (from.is_number_unsigned() && !std::in_range<std::int64_t>(from.get<std::uint64_t>()))
    return c.fail("This number is out of range."), false;
  v = from.get<std::int64_t>();
  return true;
}

bool take(const json& from, std::uint64_t& v, read_context& c) {
  if (!from.is_number_integer()) return c.fail("This must be a whole number."), false;
  if (!from.is_number_unsigned() && from.get<std::int64_t>() < 0)
    return c.fail("This number must not be negative."), false;
  v = from.get<std::uint64_t>();
  return true;
}

bool take(const json& from, double& v, read_context& c) {
  if (!from.is_number()) return c.fail("This must be a number."), false;
  v = from.get<double>();
  return true;
}

bool take(const json& from, std::string& v, read_context& c) {
  if (!from.is_string()) return c.fail("This must be a text."), false;
  v = from.get_ref<const std::string&>();
  return true;
}

bool take_octets(const json& from, bytes& v, read_context& c) {
  if (from.is_binary()) {
    const auto& b = from.get_binary();
    v.assign(b.begin(), b.end());
    return true;
  }
  if (from.is_string()) {
    if (auto decoded = base64_decode(from.get_ref<const std::string&>())) {
      v = *std::move(decoded);
      return true;
    }
  }
  return c.fail("This must be base64 text."), false;
}

bool take_instant(const json& from, instant& v, read_context& c) {
  if (c.as() == form::binary) {
    std::int64_t ms = 0;
    if (!take(from, ms, c)) return false;
    v = from_millis(ms);
    return true;
  }
  std::string text;
  if (!take(from, text, c)) return false;
  auto t = parse_rfc3339(text);
  if (!t) return c.fail(t.error().detail), false;
  v = *t;
  return true;
}

bool is_null(const json& from) {
  return from.is_null();
}

bool expect_object(const json& from, read_context& c) {
  if (from.is_object()) return true;
  return c.fail("This must be an object."), false;
}

bool expect_array(const json& from, read_context& c) {
  if (from.is_array()) return true;
  return c.fail("This must be a list."), false;
}

std::size_t size(const json& from) {
  return from.size();
}

const json* find(const json& object, std::string_view key) {
  const auto at = object.find(std::string(key));
  return at == object.end() ? nullptr : &*at;
}

std::string quoted(std::string_view text) {
  return "\"" + shorten(text, most_quoted) + "\"";
}

const json& element(const json& array, std::size_t i) {
  return array[i];
}

void each_member(const json& object, void* to, void (*f)(void*, const std::string&, const json&)) {
  for (const auto& [key, value] : object.items()) f(to, key, value);
}

void refuse_unknown(const json& object, const std::vector<std::string_view>& known,
                    read_context& c) {
  for (const auto& entry : object.items()) {
    if (std::ranges::find(known, std::string_view(entry.key())) != known.end()) continue;
    std::string all;
    for (auto k : known) all.append(all.empty() ? "" : ", ").append(k);
    c.push(entry.key());
    c.fail("This field is not known here; known are: " + all + ".");
    c.pop();
  }
}

} // namespace detail

} // namespace loa::wire
