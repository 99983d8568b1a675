#include <loa/net/secret.hpp>

#include <openssl/crypto.h>

#include <algorithm>

namespace loa::net {

secret::secret(bytes_view octets) noexcept {
  std::copy_n(octets.begin(), std::min(octets.size(), size), octets_.begin());
}

secret::secret(secret&& other) noexcept : octets_(other.octets_) {
  other.wipe();
}

secret& secret::operator=(secret&& other) noexcept {
  if (this != &other) {
    octets_ = other.octets_;
    other.wipe();
  }
  return *this;
}

secret::~secret() {
  wipe();
}

bytes_view secret::view() const noexcept {
  return {reinterpret_cast<const char*>(octets_.data()), size};
}

void secret::wipe() noexcept {
  OPENSSL_cleanse(octets_.data(), octets_.size());
}

bool secret::same_as(const secret& other) const noexcept {
  return same_octets(view(), other.view());
}

bool same_octets(bytes_view a, bytes_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace loa::net
