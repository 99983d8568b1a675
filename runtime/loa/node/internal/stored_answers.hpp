#pragma once

#include <loa/node/internal/draft.hpp>
#include <loa/node/internal/durable_facts.hpp>

#include <optional>

/// \file
/// The first answers to commands with a key, in the table `answers`. There a key goes by its
/// digest.
namespace loa::node {

/// What stands for a key that a client chose: 32 bytes.
[[nodiscard]] bytes digest_of_key(const name& who, std::string_view key);

/// The answer that an entity has stored under a digest, over or not; an error if it cannot be read.
[[nodiscard]] result<std::optional<stored_answer>> read_answer(const store::journal& journal,
                                                               const name& who, bytes_view digest);

void write_answer(const name& who, bytes_view digest, const stored_answer& a, draft& d);

} // namespace loa::node
