#include <bindings/http/token.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace loa::http {

namespace {

constexpr std::size_t most_key_file = 16U << 10;

using key_pointer = std::shared_ptr<evp_pkey_st>;
using bio_pointer = std::unique_ptr<BIO, decltype(&BIO_free)>;

class descriptor {
public:
  explicit descriptor(int fd) : fd_(fd) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const noexcept { return fd_; }

private:
  int fd_;
};

error failed(const std::filesystem::path& file, std::string_view what) {
  return {
      errc::storage, fmt::format("{}: {} ({}).", file.string(), what, std::strerror(errno)), {}};
}

result<bytes> pem_of(const key_pointer& key) {
  const bio_pointer out(BIO_new(BIO_s_mem()), BIO_free);
  if (!out || PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                            nullptr) != 1)
    return error{errc::internal, "OpenSSL could not write the key.", {}};
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  return bytes(data, static_cast<std::size_t>(size));
}

key_pointer key_from(bytes_view pem) {
  const bio_pointer in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  // An encrypted key must not make OpenSSL ask on the terminal: give it an empty pass phrase.
  char none[] = "";
  auto* key = in ? PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, none) : nullptr;
  return {key, EVP_PKEY_free};
}

/// Writes a file beside `file` and links it to its name, which fails if the name is taken: whoever
/// sees the name sees a whole key.
result<bool> write_exclusively(const std::filesystem::path& file, bytes_view content) {
  auto beside = file.string() + ".XXXXXX";
  const descriptor fd(::mkostemp(beside.data(), O_CLOEXEC)); // mode 0600
  if (fd.get() < 0) return failed(file, "a new key cannot be written beside it");
  const auto written = ::write(fd.get(), content.data(), content.size());
  const bool synced = written == static_cast<ssize_t>(content.size()) && ::fsync(fd.get()) == 0;
  const bool linked = synced && ::link(beside.c_str(), file.c_str()) == 0;
  const auto why = errno;
  ::unlink(beside.c_str());
  errno = why;
  if (!linked && !(synced && why == EEXIST)) return failed(file, "the new key cannot be written");
  return linked;
}

} // namespace

result<token_key> token_key::generate() {
  key_pointer key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
  if (!key) return error{errc::internal, "OpenSSL could not make an Ed25519 key.", {}};
  return token_key(std::move(key));
}

result<token_key> token_key::load(const std::filesystem::path& file) {
  const descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) {
    auto why = failed(file, "the token key cannot be opened");
    if (errno == ENOENT) why.code = errc::not_found;
    return why;
  }
  struct stat about {};
  if (::fstat(fd.get(), &about) != 0) return failed(file, "the token key cannot be read");
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return error{errc::forbidden,
                 fmt::format("{}: others may read this token key; take that away (chmod 600).",
                             file.string()),
                 {}};
  std::array<char, most_key_file> pem{};
  const auto size = ::read(fd.get(), pem.data(), pem.size());
  if (size < 0) return failed(file, "the token key cannot be read");
  auto key = key_from({pem.data(), static_cast<std::size_t>(size)});
  if (!key || EVP_PKEY_is_a(key.get(), "ED25519") != 1)
    return error{errc::malformed,
                 fmt::format("{}: this is not an Ed25519 private key in PEM.", file.string()),
                 {}};
  return token_key(std::move(key));
}

result<token_key> token_key::load_or_create(const std::filesystem::path& file) {
  auto there = load(file);
  if (there || there.error().code != errc::not_found) return there;
  auto made = generate();
  if (!made) return made;
  auto pem = pem_of(made->key_);
  if (!pem) return pem.error();
  if (auto written = write_exclusively(file, *pem); !written) return written.error();
  return load(file);
}

result<bytes> token_key::derive(std::string_view purpose) const {
  std::array<unsigned char, 32> secret{};
  auto size = secret.size();
  const error failure{errc::internal, "OpenSSL could not derive a key.", {}};
  if (EVP_PKEY_get_raw_private_key(key_.get(), secret.data(), &size) != 1) return failure;
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(
      EVP_KDF_fetch(nullptr, "HKDF", nullptr), EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(
      EVP_KDF_CTX_new(kdf.get()), EVP_KDF_CTX_free);
  char digest[] = "SHA256";
  auto info = std::string(purpose);
  const std::array parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret.data(), size),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end()};
  bytes out(32, '\0');
  if (!context || EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(out.data()),
                                 out.size(), parameters.data()) != 1)
    return failure;
  return out;
}

std::string token_key::fingerprint() const {
  std::array<unsigned char, 32> shown{};
  auto size = shown.size();
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  if (EVP_PKEY_get_raw_public_key(key_.get(), shown.data(), &size) != 1 ||
      EVP_Digest(shown.data(), size, hash.data(), nullptr, EVP_sha256(), nullptr) != 1)
    return {};
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) text += fmt::format("{:02x}", hash[i]);
  return text;
}

} // namespace loa::http
