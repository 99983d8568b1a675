#pragma once

#include <caf/intrusive/inbox_result.hpp>
#include <caf/intrusive/lifo_inbox.hpp>
#include <caf/intrusive/singly_linked.hpp>

#include <memory>

namespace loa::node {

/// What lies in a mailbox: a letter, or a feed's entry.
class envelope : public caf::intrusive::singly_linked<envelope> {
public:
  enum class content : unsigned char { letter, entry };

  explicit envelope(content what) noexcept : what_(what) {}
  envelope(const envelope&) = delete;
  envelope& operator=(const envelope&) = delete;
  virtual ~envelope() = default;

  [[nodiscard]] content what() const noexcept { return what_; }
  /// Whoever has it is done with it. Those of a fan-out lie in memory that they share.
  virtual void dispose() noexcept { delete this; }

  struct disposer {
    void operator()(envelope* e) const noexcept { e->dispose(); }
  };

private:
  content what_;
};

using mail = std::unique_ptr<envelope, envelope::disposer>;

/// A mailbox with any number of writers and one reader, in the order of arrival. Two words: a
/// million of these are there at once.
class mailbox {
public:
  enum class pushed {
    behind_others, ///< The reader is at work, or will be.
    first,         ///< The reader was waiting: whoever pushed has to see that it runs.
    refused,       ///< The mailbox is closed; the mail is disposed of.
  };

  mailbox() noexcept { inbox_.try_block(); }
  mailbox(const mailbox&) = delete;
  mailbox& operator=(const mailbox&) = delete;
  ~mailbox() { drop_batch(); }

  /// Any thread.
  pushed push(mail m) noexcept {
    switch (inbox_.push_front(m.release())) {
    case caf::intrusive::inbox_result::unblocked_reader:
      return pushed::first;
    case caf::intrusive::inbox_result::success:
      return pushed::behind_others;
    default:
      return pushed::refused;
    }
  }

  /// The oldest, or nothing. Reader only.
  [[nodiscard]] mail next() noexcept {
    if (!batch_) fetch();
    auto* e = batch_;
    if (e) batch_ = static_cast<envelope*>(e->next);
    return mail(e);
  }

  /// True if there is nothing, and then the next push says `first`: from here on the reader may
  /// be running again elsewhere. Reader only, after `next` gave nothing.
  [[nodiscard]] bool try_block() noexcept { return inbox_.try_block(); }

  /// Disposes of what is there and refuses what comes. Reader only.
  void close() noexcept {
    drop_batch();
    inbox_.close();
  }

private:
  struct policy {
    using mapped_type = envelope;
    using unique_pointer = mail;
  };

  // What came since the last look lies there in reverse.
  void fetch() noexcept {
    caf::intrusive::singly_linked<envelope>* newest = inbox_.take_head();
    while (newest) {
      auto* e = static_cast<envelope*>(newest);
      newest = e->next;
      e->next = batch_;
      batch_ = e;
    }
  }

  void drop_batch() noexcept {
    while (batch_) {
      mail e(batch_);
      batch_ = static_cast<envelope*>(e->next);
    }
  }

  caf::intrusive::lifo_inbox<policy> inbox_;
  envelope* batch_ = nullptr; ///< Oldest first.
};

} // namespace loa::node
