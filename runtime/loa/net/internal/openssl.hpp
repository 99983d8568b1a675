#pragma once

#include <loa/base/bytes.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace loa::net {

/// Frees what OpenSSL allocated, with the function given.
template <auto Free>
struct freeing {
  template <class T>
  void operator()(T* p) const noexcept {
    Free(p);
  }
};

inline void free_certificates(STACK_OF(X509) * s) noexcept {
  sk_X509_pop_free(s, X509_free);
}

using bio_ptr = std::unique_ptr<BIO, freeing<BIO_free_all>>;
using pkey_ptr = std::unique_ptr<EVP_PKEY, freeing<EVP_PKEY_free>>;
using pkey_context_ptr = std::unique_ptr<EVP_PKEY_CTX, freeing<EVP_PKEY_CTX_free>>;
using digest_context_ptr = std::unique_ptr<EVP_MD_CTX, freeing<EVP_MD_CTX_free>>;
using x509_ptr = std::unique_ptr<X509, freeing<X509_free>>;
using certificates_ptr = std::unique_ptr<STACK_OF(X509), freeing<free_certificates>>;
using store_ptr = std::unique_ptr<X509_STORE, freeing<X509_STORE_free>>;
using store_context_ptr = std::unique_ptr<X509_STORE_CTX, freeing<X509_STORE_CTX_free>>;

inline const unsigned char* octets_of(bytes_view b) noexcept {
  return reinterpret_cast<const unsigned char*>(b.data());
}

inline unsigned char* octets_of(bytes& b) noexcept {
  return reinterpret_cast<unsigned char*>(b.data());
}

/// Leaves OpenSSL's queue of errors, which belongs to the thread, as it was found.
class quiet_errors {
public:
  quiet_errors() noexcept { ERR_set_mark(); }
  ~quiet_errors() { ERR_pop_to_mark(); }
  quiet_errors(const quiet_errors&) = delete;
  quiet_errors& operator=(const quiet_errors&) = delete;
};

} // namespace loa::net
