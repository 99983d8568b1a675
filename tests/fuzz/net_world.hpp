#pragma once

#include <loa/net/document.hpp>
#include <loa/net/envelope.hpp>
#include <loa/net/handshake.hpp>
#include <loa/net/issuing.hpp>

namespace loa::fuzz {

/// Two nodes of one cluster that are the same in every run, so that a seed of the corpus is a
/// message that they understand.
class net_world {
public:
  static inline const instant now = from_millis(1'780'000'000'000);

  net_world() : a(settings("a", 11)), b(settings("b", 12)) {}

  /// The four messages of their handshake and what came of it.
  struct talk {
    std::vector<bytes> messages;
    std::optional<net::session_terms> terms_of_a;
    std::optional<net::session_terms> terms_of_b;
  };
  [[nodiscard]] talk honest() const {
    seeded_random dice_a(21), dice_b(22);
    net::handshake first(net::handshake_role::initiator, a, dice_a);
    net::handshake second(net::handshake_role::responder, b, dice_b);
    (void)second.start();
    talk out;
    out.messages.push_back(*first.start());
    for (int i = 0; i < 3; ++i) {
      auto& end = i % 2 == 0 ? second : first;
      auto step = end.take(out.messages.back(), now);
      out.messages.push_back(step->send);
      if (step->terms) out.terms_of_b = std::move(step->terms);
    }
    out.terms_of_a = std::move(first.take(out.messages.back(), now)->terms);
    return out;
  }

  /// The one document of their cluster.
  [[nodiscard]] net::signed_document document() const {
    return *net::sign_document({&authority_, 1}, "hcmc", net::document_kind::hierarchy, 3,
                               "{\n \"a\": 1\n}\n");
  }

  /// The key of the streams of envelopes.
  static net::secret stream_key() { return net::secret(bytes(32, 'k')); }

private:
  seeded_random dice_{1};
  net::issued authority_ = *net::make_authority("hcmc", {now, std::chrono::hours(48)}, dice_);

  net::handshake_settings settings(const char* node, std::uint64_t incarnation) {
    const auto made = *net::issue(authority_, {"hcmc", node}, {now, std::chrono::hours(24)}, dice_);
    net::handshake_settings s{
        *net::identity::load(made.certificate_pem, made.key_pem, authority_.certificate_pem)};
    s.incarnation = incarnation;
    s.documents = {{1, incarnation, bytes(32, 'd')}};
    return s;
  }

public:
  net::handshake_settings a;
  net::handshake_settings b;
};

} // namespace loa::fuzz
