#include <loa/net/handshake.hpp>
#include <loa/net/internal/conversation.hpp>

#include <fmt/format.h>

namespace loa::net {

namespace {

enum class awaiting : std::uint8_t { start, call, answer, proof, verdict, nothing };

message_kind awaited_kind(awaiting a) {
  switch (a) {
  case awaiting::call:
    return message_kind::call;
  case awaiting::answer:
    return message_kind::answer;
  case awaiting::proof:
    return message_kind::proof;
  default:
    return message_kind::verdict;
  }
}

} // namespace

class handshake::machine {
public:
  machine(handshake_role role, handshake_settings settings, random_source& random)
      : role_(role),
        settings_(std::move(settings)),
        talk_(std::make_unique<conversation>(role, settings_, random)) {}

  result<bytes> start();
  result<handshake_step> take(bytes_view message, instant now);
  [[nodiscard]] const bytes& refusal_to_send() const noexcept { return refusal_to_send_; }
  [[nodiscard]] bool over() const noexcept { return awaiting_ == awaiting::nothing; }

private:
  result<handshake_step> answer_call(bytes_view rest);
  result<handshake_step> take_answer(bytes_view rest, instant now);
  result<handshake_step> take_proof(bytes_view rest, instant now);
  result<handshake_step> take_verdict(bytes_view rest);
  result<handshake_step> turn(const raw_message& m, instant now);
  void tell(refusal why);
  /// Wipes what is left of the conversation.
  void end() {
    awaiting_ = awaiting::nothing;
    talk_.reset();
  }

  handshake_role role_;
  handshake_settings settings_;
  std::unique_ptr<conversation> talk_;
  awaiting awaiting_ = awaiting::start;
  bool had_hint_ = false;
  bool peer_refused_ = false;
  bytes refusal_to_send_;
};

result<bytes> handshake::machine::start() {
  if (awaiting_ != awaiting::start) return refuse(refusal::out_of_order);
  if (auto good = talk_->prepare(); !good) {
    end();
    return good.error();
  }
  const bool first = role_ == handshake_role::initiator;
  awaiting_ = first ? awaiting::answer : awaiting::call;
  return first ? write_message(message_kind::call, talk_->own_hello()) : bytes();
}

result<handshake_step> handshake::machine::take(bytes_view message, instant now) {
  if (awaiting_ == awaiting::start || over())
    return refuse(refusal::out_of_order,
                  over() ? "The handshake is over." : "The handshake has not begun.");
  auto next = [&]() -> result<handshake_step> {
    const auto m = read_message(message);
    if (!m) return m.error();
    return turn(*m, now);
  }();
  if (!next) {
    if (!peer_refused_) tell(refusal_of(next.error()));
    end();
  } else if (next->terms) {
    end();
  }
  return next;
}

result<handshake_step> handshake::machine::turn(const raw_message& m, instant now) {
  if (m.kind == message_kind::refusal && !had_hint_) {
    const auto heard = read_refusal(m.rest);
    if (!heard) return heard.error();
    had_hint_ = true;
    handshake_step out;
    out.hint = *heard;
    return out;
  }
  if (m.kind != awaited_kind(awaiting_)) return refuse(refusal::out_of_order);
  switch (awaiting_) {
  case awaiting::call:
    return answer_call(m.rest);
  case awaiting::answer:
    return take_answer(m.rest, now);
  case awaiting::proof:
    return take_proof(m.rest, now);
  default:
    return take_verdict(m.rest);
  }
}

result<handshake_step> handshake::machine::answer_call(bytes_view rest) {
  if (auto good = talk_->agree(rest); !good) return good.error();
  const auto proof = talk_->prove();
  if (!proof) return proof.error();
  awaiting_ = awaiting::proof;
  handshake_step out;
  out.send = write_message(message_kind::answer, talk_->own_hello() + *proof);
  return out;
}

result<handshake_step> handshake::machine::take_answer(bytes_view rest, instant now) {
  if (rest.size() < hello_octets) return refuse(refusal::malformed);
  if (auto good = talk_->agree(rest.substr(0, hello_octets)); !good) return good.error();
  if (auto good = talk_->check_proof(rest.substr(hello_octets), now); !good) return good.error();
  const auto proof = talk_->prove();
  if (!proof) return proof.error();
  awaiting_ = awaiting::verdict;
  handshake_step out;
  out.send = write_message(message_kind::proof, *proof);
  return out;
}

result<handshake_step> handshake::machine::take_proof(bytes_view rest, instant now) {
  if (auto good = talk_->check_proof(rest, now); !good) return good.error();
  auto terms = talk_->terms();
  if (!terms) return terms.error();
  const auto verdict = talk_->write_verdict({});
  if (!verdict) return verdict.error();
  handshake_step out;
  out.send = write_message(message_kind::verdict, *verdict);
  out.terms = *std::move(terms);
  return out;
}

result<handshake_step> handshake::machine::take_verdict(bytes_view rest) {
  const auto verdict = talk_->read_verdict(rest);
  if (!verdict) return verdict.error();
  if (const auto& heard = *verdict) {
    peer_refused_ = true;
    return refuse(heard->reason, fmt::format("Node {} refuses us: {}", talk_->peer().node,
                                             describe(heard->reason)));
  }
  auto terms = talk_->terms();
  if (!terms) return terms.error();
  handshake_step out;
  out.terms = *std::move(terms);
  return out;
}

void handshake::machine::tell(refusal why) {
  // Once both have keys the responder says it under them, so that an initiator knows it is true.
  if (awaiting_ == awaiting::proof) {
    if (const auto sealed = talk_->write_verdict(why)) {
      refusal_to_send_ = write_message(message_kind::verdict, *sealed);
      return;
    }
  }
  refusal_to_send_ = write_message(message_kind::refusal, write_refusal({why, settings_.versions}));
}

handshake::handshake(handshake_role role, handshake_settings settings, random_source& random)
    : machine_(std::make_unique<machine>(role, std::move(settings), random)) {}

handshake::handshake(handshake&&) noexcept = default;
handshake& handshake::operator=(handshake&&) noexcept = default;
handshake::~handshake() = default;

result<bytes> handshake::start() {
  return machine_->start();
}

result<handshake_step> handshake::take(bytes_view message, instant now) {
  return machine_->take(message, now);
}

const bytes& handshake::refusal_to_send() const noexcept {
  return machine_->refusal_to_send();
}

bool handshake::over() const noexcept {
  return machine_->over();
}

} // namespace loa::net
