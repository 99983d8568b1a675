#include <loa/net/internal/hmac.hpp>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <new>

namespace loa::net {

namespace {

void must(bool done) {
  if (!done) throw std::bad_alloc();
}

} // namespace

hmac_context::hmac_context(bytes_view key) {
  const quiet_errors quiet;
  const std::unique_ptr<EVP_MAC, freeing<EVP_MAC_free>> mac(
      EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr));
  must(mac != nullptr);
  context_.reset(EVP_MAC_CTX_new(mac.get()));
  char digest[] = "SHA256";
  const std::array params{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, static_cast<char*>(digest), 0),
      OSSL_PARAM_construct_end()};
  must(context_ && EVP_MAC_init(context_.get(), octets_of(key), key.size(), params.data()) == 1);
}

void hmac_context::add(bytes_view piece) {
  must(EVP_MAC_update(context_.get(), octets_of(piece), piece.size()) == 1);
}

std::array<char, 32> hmac_context::finish() {
  std::array<char, 32> out{};
  std::size_t size = 0;
  must(EVP_MAC_final(context_.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                     out.size()) == 1 &&
       size == out.size() && EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1);
  return out;
}

} // namespace loa::net
