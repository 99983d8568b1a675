#include <loa/net/internal/tls_errors.hpp>

#include <openssl/err.h>
#include <openssl/sslerr.h>

namespace loa::net {

std::string take_tls_error() {
  const auto oldest = ERR_peek_error();
  ERR_clear_error();
  if (oldest == 0) return "The other side vanished.";
  if (ERR_GET_LIB(oldest) == ERR_LIB_SSL) switch (ERR_GET_REASON(oldest)) {
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
      return "The other side refuses our certificate: it was not issued by its cluster's "
             "authority.";
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
      return "The other side refuses our certificate: it has expired; issue a new one.";
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
      return "The other side refuses our certificate; its log says why.";
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return "The other side wants a certificate of us.";
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return "The other side shows no certificate.";
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_UNKNOWN_PROTOCOL:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_UNEXPECTED_MESSAGE:
    case SSL_R_RECORD_LENGTH_MISMATCH:
    case SSL_R_BAD_LENGTH:
      return "The other side does not speak TLS.";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return "The other side does not speak TLS 1.3.";
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
      return "The other side vanished.";
    default:
      break;
    }
  const auto* text = ERR_reason_error_string(oldest);
  return std::string("TLS failed: ") + (text != nullptr ? text : "unknown error") + ".";
}

} // namespace loa::net
