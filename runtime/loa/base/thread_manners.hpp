#pragma once

namespace loa {

/// How the threads of a process share its cores. Both are hints to Linux about the calling thread;
/// where they cannot be given everything works the same, only less promptly.
///
/// A cascade keeps every core busy for tens of milliseconds. Without these hints an answer that is
/// ready waits for a core behind it.

/// For threads that have much to do: those that bring results out go first. On a machine with other
/// work it costs them some of their share.
void let_others_first() noexcept;

/// For threads that do little at a time while somebody waits for it: the journal's writer, and
/// whoever writes to sockets. They get a core sooner, and for a shorter while.
void take_short_turns() noexcept;

} // namespace loa
