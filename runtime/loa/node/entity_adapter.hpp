#pragma once

// Included by entity.hpp: the bridge from a typed entity to `entity_object`.

namespace loa::node::detail {

/// The type names of a variant's alternatives.
template <class Variant>
constexpr auto names_of_alternatives() {
  return []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array{std::variant_alternative_t<I, Variant>::tag.name...};
  }
  (std::make_index_sequence<std::variant_size_v<Variant>>{});
}

template <class Variant>
consteval bool are_distinct() {
  const auto names = names_of_alternatives<Variant>();
  for (std::size_t i = 0; i < names.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (names[i] == names[k]) return false;
  return true;
}

template <class Variant>
consteval bool any_reserved() {
  for (const auto n : names_of_alternatives<Variant>())
    if (n.starts_with("loa.node.") || n.starts_with("loa.link.")) return true;
  return false;
}

template <class Variant>
std::vector<std::string_view> tag_names() {
  const auto names = names_of_alternatives<Variant>();
  return {names.begin(), names.end()};
}

template <class T>
inline constexpr bool is_durable = [] {
  if constexpr (requires { T::durable; })
    return static_cast<bool>(T::durable);
  else
    return true;
}();

template <class T>
inline constexpr bool has_on_entry = requires(const T& x, const feed_entry_ptr& e,
                                              const context& c) {
  x.on_entry(e, c);
};

template <class T>
inline constexpr bool has_on_refused = requires(const T& x, const post& p, const error& e,
                                                const context& c) {
  x.on_refused(p, e, c);
};

/// The alternative of `Variant` that `v` holds, or nothing.
template <class Variant, std::size_t I = 0>
std::optional<Variant> narrow(const wire::value& v) {
  if constexpr (I == std::variant_size_v<Variant>) {
    return std::nullopt;
  } else {
    using A = std::variant_alternative_t<I, Variant>;
    if (const auto* x = v.get<A>()) return Variant(std::in_place_index<I>, *x);
    return narrow<Variant, I + 1>(v);
  }
}

template <class T>
class adapter final : public entity_object {
public:
  erased_decision handle(const wire::value& command, const context& ctx) override {
    auto c = narrow<typename T::command>(command);
    if (!c)
      return refuse({errc::unsupported,
                     "\"" + std::string(T::kind) + "\" does not know the command \"" +
                         std::string(command.tag().name) + "\".",
                     {}});
    return settle(entity_.decide(*c, ctx));
  }

  erased_decision handle_entry(const feed_entry_ptr& entry, const context& ctx) override {
    if constexpr (has_on_entry<T>)
      return settle(entity_.on_entry(entry, ctx));
    else
      return {};
  }

  erased_decision handle_reminder(const std::string& id, const context& ctx) override {
    if constexpr (requires { entity_.on_reminder(id, ctx); })
      return settle(std::as_const(entity_).on_reminder(id, ctx));
    else
      return {};
  }

  erased_decision handle_refused(const post& what, const error& why, const context& ctx) override {
    if constexpr (has_on_refused<T>)
      return settle(std::as_const(entity_).on_refused(what, why, ctx));
    else
      return {};
  }

  void accept() override {
    for (const auto& f : pending_) entity_.apply(f);
    pending_.clear();
  }

  std::vector<effect> wake(const context& ctx) override {
    if constexpr (requires { entity_.on_wake(ctx); })
      return std::as_const(entity_).on_wake(ctx);
    else
      return {};
  }

  result<void> replay(bytes_view fact) override {
    auto f = wire::decode_record<typename T::fact>(fact, wire::journal_limits);
    if (!f) return f.error();
    entity_.apply(*f);
    return {};
  }

  result<std::optional<bytes>> snapshot() const override {
    if constexpr (wire::described<T>) {
      if (auto fine = wire::check_readable(entity_); !fine) return fine.error();
      return std::optional(wire::to_cbor(entity_));
    } else {
      return std::optional<bytes>{};
    }
  }

  result<void> restore([[maybe_unused]] bytes_view snapshot) override {
    if constexpr (wire::described<T>) {
      auto state = wire::from_cbor<T>(snapshot, wire::journal_limits);
      if (!state) return state.error();
      entity_ = *std::move(state);
      return {};
    } else {
      return error{errc::internal, "A snapshot of a kind that takes none.", {}};
    }
  }

  bool busy() const override {
    if constexpr (requires { entity_.busy(); })
      return entity_.busy();
    else
      return false;
  }

private:
  /// A decision that cannot be kept is a defect of the entity, whatever the caller has sent.
  static error defect(error why) {
    why.code = errc::internal;
    return why;
  }

  static erased_decision refuse(error why) {
    erased_decision d;
    d.refusal = std::move(why);
    return d;
  }

  erased_decision settle(decision<typename T::fact> typed) {
    erased_decision d;
    pending_.clear();
    d.refusal = std::move(typed.refusal);
    if (d.refusal) return d;
    d.reply = std::move(typed.reply);
    d.effects = std::move(typed.effects);
    if constexpr (is_durable<T>) {
      d.facts.reserve(typed.facts.size());
      for (const auto& f : typed.facts) {
        if (auto fine = std::visit([](const auto& x) { return wire::check_record(x); }, f); !fine)
          return refuse(defect(fine.error()));
        d.facts.push_back(wire::encode_alternative(f));
      }
      for (const auto& e : d.effects) {
        const auto* p = std::get_if<post>(&e);
        if (!p) continue;
        if (auto fine = p->message.check(); !fine) return refuse(defect(fine.error()));
        d.posts.push_back(p->message.encode());
      }
    }
    pending_ = std::move(typed.facts);
    return d;
  }

  T entity_;
  std::vector<typename T::fact> pending_; ///< Decided and not yet accepted.
};

} // namespace loa::node::detail
