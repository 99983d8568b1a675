#pragma once

#include <loa/net/document_shelf.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loa::net {

/// What a node tells another whenever its documents have changed since the handshake.
struct documents_told {
  static constexpr wire::type_tag tag{"loa.documents", 1};
  struct one {
    std::uint16_t kind = 0;
    std::uint64_t number = 0;
    wire::octets sha256;
    static void describe(auto& self, auto& f) {
      f("kind", self.kind);
      f("number", self.number);
      f("sha256", self.sha256);
    }
  };
  std::vector<one> documents;
  bool again = false; ///< Whatever of yours is newer I lack, also if you have given it.
  static void describe(auto& self, auto& f) {
    f("documents", self.documents);
    f.optional("again", self.again);
  }
};

/// Two nodes have different issues of a kind of document. That is worth an alarm and never a cut.
struct document_difference {
  document_kind kind = document_kind::hierarchy;
  std::uint64_t own = 0; ///< 0: none.
  std::uint64_t theirs = 0;

  /// "Node district-769 has placement 3, this node 4; it is given the newer one."
  [[nodiscard]] std::string to_string(std::string_view peer) const;
  bool operator==(const document_difference&) const = default;
};

/// How two nodes come to have the same documents, seen from one of them, for as long as a session
/// between them lasts. Nobody need ask for anything: both know from the handshake what the other
/// has, and whoever has the newer issue gives it. Who takes one over tells all its peers. Who sees
/// otherwise that the other one has a newer issue asks for it, since it may have been lost on the
/// way to a full queue. Pure logic; one thread; the shelf outlives it.
///
///     payload of an envelope of kind document = the record of documents_told, or of a document
class document_exchange {
public:
  /// So many documents of one peer may be refused; with the next one it is not listened to any
  /// more.
  static constexpr int most_refused = 16;

  /// `told` is what this node said in the handshake, `heard` what the peer did.
  document_exchange(document_shelf& shelf, std::string peer, std::vector<document_number> told,
                    std::vector<document_number> heard);

  /// What is to be sent now: at the beginning, and whenever the shelf has changed, which is also
  /// after each `take` that says so. Each document is given once, and again when it is asked for.
  ///
  /// The refusal document_conflict, if both have the same number with other content: the session
  /// ends, and since the peer knows the same of us it comes to the same end.
  [[nodiscard]] result<std::vector<bytes>> proceed();

  /// What came of a payload.
  struct outcome {
    /// A newer document of this kind is in force now: store it, and tell all peers.
    std::optional<document_kind> changed;
    /// A document that the peer gave is refused, and why: an alarm. The session goes on.
    std::optional<error> refused;
    /// The peer asks for what it lacks: proceed.
    bool asked = false;
  };
  /// Takes a payload. Errors are refusals and end the session: document_conflict; malformed;
  /// bad_document for one document too many that is refused.
  [[nodiscard]] result<outcome> take(bytes_view payload);

  /// Asks for what the peer has newer. Nothing where it has given what is refused here: that would
  /// only come again.
  [[nodiscard]] std::optional<bytes> ask() const;

  /// Where the two differ now, by what the peer has told.
  [[nodiscard]] std::vector<document_difference> differences() const;

private:
  [[nodiscard]] result<outcome> hear(bytes_view payload);
  [[nodiscard]] result<outcome> receive(bytes_view payload);
  [[nodiscard]] result<void> agree() const;

  document_shelf& shelf_;
  std::string peer_;
  std::vector<document_number> told_;
  std::vector<document_number> heard_;
  std::vector<document_number> given_;
  int refused_ = 0;
};

} // namespace loa::net
