#pragma once

#include <loa/wire/describe.hpp>

#include <functional>
#include <map>
#include <memory>

namespace loa::wire {

/// The error of a value that could not be read back, with the name of its type.
[[nodiscard]] error cannot_be_read(const type_tag& type, const error& why);

/// A record is a value with its type name and version, as CBOR: [name, version, value].
template <tagged T>
[[nodiscard]] bytes encode_record(const T& v) {
  document d;
  detail::make_array(d.root(), 3);
  detail::put(detail::append(d.root()), T::tag.name);
  detail::put(detail::append(d.root()), std::uint64_t{T::tag.version});
  write(detail::append(d.root()), v, form::binary);
  return d.to_cbor();
}

/// An error, which names the type, if the record of a value could not be read back.
template <tagged T>
[[nodiscard]] result<void> check_record(const T& v) {
  if (auto fine = check_readable(v, 1); !fine) return cannot_be_read(T::tag, fine.error());
  return {};
}

/// The three parts of a record.
struct record_view {
  std::string type;
  std::uint64_t version = 0;
  document tree; ///< The whole record.
  [[nodiscard]] const json& value() const { return detail::element(tree.root(), 2); }
};

/// Opens a record without knowing its type.
[[nodiscard]] result<record_view> open_record(bytes_view record, const parse_limits& limits = {});

/// Reads one of the alternatives of a std::variant of tagged types.
template <class Variant>
[[nodiscard]] result<Variant> decode_record(bytes_view record, const parse_limits& limits = {}) {
  auto opened = open_record(record, limits);
  if (!opened) return opened.error();
  read_context c(form::binary);
  Variant v{};
  detail::read_alternative(opened->type, opened->version, opened->value(), v, c);
  if (!c.errors().empty()) return c.errors().front();
  return v;
}

/// Encodes whichever alternative a variant holds.
template <class Variant>
[[nodiscard]] bytes encode_alternative(const Variant& v) {
  return std::visit([](const auto& x) { return encode_record(x); }, v);
}

/// An immutable value of some tagged type, shared by reference: what entities send each other.
/// Within a process it is never encoded; between processes it travels as its record. Any thread.
class value {
public:
  value() = default;

  template <tagged T>
  [[nodiscard]] static value of(T x) {
    value v;
    v.held_ = std::make_shared<holder<T>>(std::move(x));
    return v;
  }

  [[nodiscard]] bool empty() const noexcept { return !held_; }
  /// The type; an empty name if there is no value.
  [[nodiscard]] type_tag tag() const noexcept { return held_ ? held_->tag() : type_tag{}; }

  /// The value if it is a `T`, else null. Lives as long as this object or a copy of it.
  template <tagged T>
  [[nodiscard]] const T* get() const noexcept {
    return held_ && held_->type == type_key<T>() ? &static_cast<const holder<T>&>(*held_).content
                                                 : nullptr;
  }

  /// The record of the value; empty if there is none.
  [[nodiscard]] bytes encode() const { return held_ ? held_->encode() : bytes{}; }
  /// An error if its record could not be read back, see `check_record`.
  [[nodiscard]] result<void> check() const { return held_ ? held_->check() : result<void>{}; }
  /// The value, without its type, as JSON text.
  [[nodiscard]] std::string to_json(int indent = -1) const {
    return held_ ? held_->to_json(indent) : "null";
  }

private:
  friend class type_registry;

  template <class T>
  static const void* type_key() {
    static constexpr char key = 0;
    return &key;
  }
  struct base {
    explicit base(const void* t) : type(t) {}
    virtual ~base() = default;
    [[nodiscard]] virtual type_tag tag() const noexcept = 0;
    [[nodiscard]] virtual bytes encode() const = 0;
    [[nodiscard]] virtual result<void> check() const = 0;
    [[nodiscard]] virtual std::string to_json(int indent) const = 0;
    const void* type;
  };
  template <class T>
  struct holder final : base {
    explicit holder(T x) : base(type_key<T>()), content(std::move(x)) {}
    [[nodiscard]] type_tag tag() const noexcept override { return T::tag; }
    [[nodiscard]] bytes encode() const override { return encode_record(content); }
    [[nodiscard]] result<void> check() const override { return check_record(content); }
    [[nodiscard]] std::string to_json(int indent) const override {
      return wire::to_json(content, indent);
    }
    T content;
  };
  std::shared_ptr<const base> held_;
};

/// The types that a program can read when they come as records. Filled before a node starts, then
/// only read, by any thread.
class type_registry {
public:
  /// Adding a type twice is harmless. Another type under the same name is a mistake that `conflict`
  /// tells of: a record could be read as either.
  template <tagged T>
  void add() {
    add(T::tag, value::type_key<T>(), [](const record_view& r) -> result<value> {
      read_context c(form::binary);
      T v{};
      detail::read_versioned(r.value(), r.version, v, c);
      if (!c.errors().empty()) return c.errors().front();
      return value::of(std::move(v));
    });
  }

  /// Adds every alternative of a variant.
  template <class Variant>
  void add_all() {
    add_each(static_cast<Variant*>(nullptr));
  }

  [[nodiscard]] result<value> decode(bytes_view record, const parse_limits& limits = {}) const;
  /// True if it reads records of this type.
  [[nodiscard]] bool knows(std::string_view type) const { return readers_.contains(type); }
  /// The first type name that two types were added under, or that is empty; nothing if all is well.
  [[nodiscard]] const std::optional<error>& conflict() const noexcept { return conflict_; }

private:
  using reader = std::function<result<value>(const record_view&)>;
  struct entry {
    const void* type;
    reader read;
  };

  void add(const type_tag& tag, const void* type, reader read);
  template <class... Ts>
  void add_each(std::variant<Ts...>*) {
    (add<Ts>(), ...);
  }
  std::map<std::string, entry, std::less<>> readers_;
  std::optional<error> conflict_;
};

} // namespace loa::wire
