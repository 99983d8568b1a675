#pragma once

namespace loa {

/// Threads that carry entities forward: those that run them, the journal's writer, a transport's.
/// An answer comes on one of them, so none of them may wait for an answer: with all of them waiting
/// nobody would be left to give one.

/// The calling thread is one of them from now on.
void become_runtime_thread() noexcept;

/// True on such a thread, of whichever node of the process.
[[nodiscard]] bool on_runtime_thread() noexcept;

/// Makes the calling thread one of them for a while, as a simulation does that runs everything in
/// one thread. May be nested.
class runtime_thread_scope {
public:
  runtime_thread_scope() noexcept;
  ~runtime_thread_scope();
  runtime_thread_scope(const runtime_thread_scope&) = delete;
  runtime_thread_scope& operator=(const runtime_thread_scope&) = delete;
};

} // namespace loa
