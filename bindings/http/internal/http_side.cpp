#include <bindings/http/internal/forwarding.hpp>
#include <bindings/http/internal/http_side.hpp>
#include <bindings/http/internal/stream_side.hpp>
#include <bindings/http/internal/worker.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace loa::http {

namespace beast_http = boost::beast::http;
using beast_http::field;

namespace {

/// An unwanted body up to this size is read and dropped, so that the connection can go on.
constexpr std::size_t most_unwanted = 64U << 10;

std::string_view view_of(boost::beast::string_view s) {
  return {s.data(), s.size()};
}

method method_of(beast_http::verb v) {
  switch (v) {
  case beast_http::verb::get:
    return method::get;
  case beast_http::verb::post:
    return method::post;
  case beast_http::verb::put:
    return method::put;
  case beast_http::verb::delete_:
    return method::erase;
  case beast_http::verb::head:
    return method::head;
  case beast_http::verb::options:
    return method::options;
  default:
    return method::other;
  }
}

/// The media type without its parameters, in lower case.
std::string media_type(std::string_view value) {
  value = value.substr(0, value.find(';'));
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  std::string type(value);
  std::ranges::transform(type, type.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return type;
}

} // namespace

http_side::http_side(connection& c) : connection_(c) {
  rest_until_next();
}

gateway& http_side::shared() const {
  return connection_.home().shared();
}

std::size_t http_side::most_body() const {
  return route_.found ? std::min(route_.found->most_body, shared().options.limits.body_octets) : 0;
}

void http_side::rest_until_next() {
  stage_ = stage::idle;
  const auto& limits = connection_.home().limits();
  connection_.set_deadline(pending_.empty() ? connection_.home().now() + limits.idle
                                            : steady_time::max());
}

bool http_side::wants_data() const {
  const auto& limits = connection_.home().limits();
  return !closing_ && pending_.size() < limits.requests_in_flight &&
         connection_.unsent().octets() < limits.unsent_octets;
}

// -- reading --------------------------------------------------------------------------------------

void http_side::on_data(std::string_view data) {
  parsing_ = true;
  if (in_.empty()) {
    parse(data);
    in_ = std::string(data);
  } else {
    in_ += data;
    std::string_view rest = in_;
    parse(rest);
    // What waits for more stays where it is: copied at each read, it would cost its square.
    if (rest.size() < in_.size()) in_ = std::string(rest);
  }
  if (closing_ && !opening_) in_ = {};
  parsing_ = false;
  send_ready();
}

void http_side::parse(std::string_view& data) {
  while (!data.empty() && wants_data()) {
    if (stage_ == stage::idle) {
      parser_.emplace();
      parser_->eager(false);
      parser_->body_limit(boost::none); // judged by the call, once the header is there
      parser_->header_limit(static_cast<std::uint32_t>(connection_.home().limits().header_octets));
      connection_.set_deadline(connection_.home().now() + connection_.home().limits().header);
      stage_ = stage::header;
      header_octets_ = 0;
      framing_ = chunk_framing(connection_.home().limits().header_octets);
      request_ = {};
      route_ = {};
    }
    boost::system::error_code failure;
    const auto before = parser_->get().body().size();
    const auto taken = parser_->put(boost::asio::buffer(data.data(), data.size()), failure);
    const bool is_data = parser_->get().body().size() > before;
    data.remove_prefix(taken);
    if (failure && failure != beast_http::error::need_more) return on_parse_error(failure);
    if (stage_ == stage::header) {
      // Beast holds its limit against what is put at once, not against what came before.
      header_octets_ += taken;
      if (header_octets_ > connection_.home().limits().header_octets)
        return on_parse_error(beast_http::error::header_limit);
      if (parser_->is_header_done()) on_header();
    } else if (!is_data && parser_->chunked()) {
      if (const auto wrong =
              failure ? framing_.waits(data) : framing_.took(taken, parser_->is_done(), before))
        return on_bad_framing(*wrong);
    }
    if (closing_) return;
    if (parser_->is_done()) {
      on_request(data);
      continue;
    }
    if (failure == beast_http::error::need_more) return;
  }
}

void http_side::on_parse_error(const boost::system::error_code& why) {
  shared().figures.bad_requests.add();
  if (why == beast_http::error::header_limit)
    return refuse(
        response::problem(431, {errc::too_large,
                                fmt::format("The header of a request may have at most {} octets.",
                                            connection_.home().limits().header_octets),
                                {}}));
  if (why == beast_http::error::body_limit) return refuse(response::problem(too_large()));
  refuse(response::problem(
      {errc::malformed, fmt::format("This is not a request in HTTP/1.1: {}.", why.message()), {}}));
}

void http_side::on_bad_framing(std::string_view why) {
  shared().figures.bad_requests.add();
  refuse(response::problem({errc::malformed, std::string(why), {}}));
}

void http_side::read_fields() {
  const auto& head = parser_->get();
  request_.verb = method_of(head.method());
  auto target = view_of(head.target());
  // The absolute form (RFC 9112, section 3.2.2) means the same here.
  if (const auto scheme = target.find("://");
      scheme != std::string_view::npos && target[0] != '/') {
    const auto slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  const auto question = std::min(target.find('?'), target.size());
  request_.path = target.substr(0, question);
  if (question < target.size()) request_.query = target.substr(question + 1);
  request_.type = media_type(view_of(head[field::content_type]));
  request_.idempotency_key = view_of(head["Idempotency-Key"]);
  request_.authorization = view_of(head[field::authorization]);
  request_.who.anonymous_citizens = shared().options.anonymous_citizens;
}

void http_side::on_header() {
  stage_ = stage::body;
  read_fields();
  connection_.set_deadline(connection_.home().now() + connection_.home().limits().body);
  if (auto wrong = judge_length()) {
    shared().figures.bad_requests.add();
    return refuse(*std::move(wrong));
  }
  verdict_ = judge();
  const auto& head = parser_->get();
  const auto length = parser_->content_length();
  const bool has_body = !parser_->is_done();
  const bool waits = has_body && head.count(field::expect) > 0;
  if (!verdict_ && has_body) {
    parser_->body_limit(most_body());
    if (waits && head.version() == 11) {
      static const auto go_on =
          std::make_shared<const std::string>("HTTP/1.1 100 Continue\r\n\r\n");
      if (pending_.empty()) connection_.send(go_on);
    }
    return;
  }
  if (!verdict_ || !has_body) return;
  // Whoever waits for a word, or has much to say, gets the answer before the body and then the end.
  if (waits || !length || *length > most_unwanted) return refuse(*std::exchange(verdict_, {}));
  parser_->body_limit(most_unwanted);
}

void http_side::on_request(std::string_view rest) {
  const bool without_body = request_.verb == method::head;
  const bool keep = parser_->get().keep_alive();
  if (!verdict_ && route_.found && route_.found->open) return open_stream(rest);
  const auto sequence = expect_answer(without_body);
  pending_.back().then = !keep                            ? then::close
                         : parser_->get().version() == 10 ? then::keep_alive
                                                          : then::go_on;
  if (!keep) closing_ = true;
  request_.body = std::move(parser_->get().body());
  parser_.reset();
  rest_until_next();
  if (verdict_) return answer(sequence, *std::exchange(verdict_, {}));
  if (shared().draining && route_.found->where != endpoint::unit_in::nowhere) {
    auto r = response::problem({errc::unavailable, "This node is about to stop.", {}});
    r.close = true;
    return answer(sequence, std::move(r));
  }
  exchange x{
      shared(), std::move(request_),
      responder(shared().mailboxes[worker_of(connection_.id())], connection_.id(), sequence)};
  if (!pass_on(x, *route_.found)) route_.found->serve(std::move(x));
}

void http_side::open_stream(std::string_view rest) {
  const auto& head = parser_->get();
  std::string accept;
  auto refusal = judge_upgrade(head, accept);
  if (!refusal && !pending_.empty())
    refusal = response::problem(
        {errc::malformed, "A stream cannot begin before earlier requests were answered.", {}});
  if (!refusal) refusal = directed_elsewhere(shared(), *route_.found, request_);
  std::unique_ptr<stream_session> session;
  if (!refusal) {
    refusal.emplace();
    session = route_.found->open(shared(), request_, *refusal);
  }
  if (!session) return refuse(*std::move(refusal));
  closing_ = true; // this side reads no further
  auto question = session->question();
  opening o{std::move(session), std::move(accept), std::move(request_.who.token)};
  if (!question) return switch_protocols(std::move(o), rest);
  const auto who = o.session->who();
  opening_ = std::move(o);
  shared().node->ask(who, *std::move(question),
                     [box = shared().mailboxes[worker_of(connection_.id())],
                      id = connection_.id()](const result<wire::value>& answer) {
                       const auto verdict = answer ? result<void>() : result<void>(answer.error());
                       box->push([id, verdict](worker& w) {
                         w.with(id, [&verdict](connection& c) {
                           if (auto* http = dynamic_cast<http_side*>(c.speaks()))
                             http->stream_judged(verdict);
                         });
                       });
                     });
}

void http_side::stream_judged(const result<void>& verdict) {
  auto o = std::exchange(opening_, std::nullopt);
  if (!o) return; // it took too long
  if (!verdict) return refuse(response::problem(verdict.error()));
  if (shared().draining)
    return refuse(response::problem({errc::unavailable, "This node is about to stop.", {}}));
  // What the client sent meanwhile has been kept, or was not read yet.
  switch_protocols(*std::move(o), std::exchange(in_, {}));
}

void http_side::switch_protocols(opening o, std::string_view rest) {
  shared().figures.count(101);
  connection_.send(std::make_shared<const std::string>(fmt::format(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: {}\r\n\r\n",
      o.accept)));
  connection_.become(std::make_unique<stream_side>(connection_, std::move(o.session), o.token),
                     rest);
}

void http_side::on_end() {
  closing_ = true;
  if (stage_ != stage::idle) shared().figures.bad_requests.add();
  if (pending_.empty()) return connection_.finish();
  pending_.back().then = then::close; // answers still go out to who only stopped talking
}

void http_side::on_deadline(steady_time) {
  if (stage_ == stage::idle) {
    if (pending_.empty()) {
      closing_ = true;
      connection_.finish();
    }
    return;
  }
  if (std::exchange(opening_, std::nullopt)) {
    refuse(response::problem({errc::timeout, "The node did not answer in time; try again.", {}}));
    return send_ready();
  }
  shared().figures.bad_requests.add();
  refuse(response::problem(408, {errc::timeout, "The request did not come in time.", {}}));
  send_ready();
}

void http_side::on_drain() {
  if (stage_ != stage::idle) return; // it gets its answer, which ends the connection
  closing_ = true;
  if (pending_.empty()) return connection_.finish();
  pending_.back().then = then::close;
}

// -- answering ------------------------------------------------------------------------------------

std::uint32_t http_side::expect_answer(bool without_body) {
  pending_.push_back({std::nullopt, connection_.home().now(), without_body, then::go_on});
  return first_ + static_cast<std::uint32_t>(pending_.size() - 1);
}

void http_side::refuse(response r) {
  r.close = true;
  closing_ = true;
  parser_.reset();
  stage_ = stage::idle;
  const auto sequence = expect_answer(request_.verb == method::head);
  connection_.set_deadline(steady_time::max());
  answer(sequence, std::move(r));
}

void http_side::answer(std::uint32_t sequence, response r) {
  const auto at = sequence - first_;
  if (at >= pending_.size() || pending_[at].ready) return;
  pending_[at].ready = std::move(r);
  if (!parsing_) send_ready();
}

void http_side::send_ready() {
  std::string out;
  bool close = false;
  const auto now = connection_.home().now();
  while (!close && !pending_.empty() && pending_.front().ready) {
    auto& p = pending_.front();
    if (p.ready->close || shared().draining) p.then = then::close;
    close = p.then == then::close;
    append(out, *p.ready, connection_.home().date(), p.without_body, p.then);
    shared().figures.count(p.ready->status);
    shared().figures.seconds.observe(std::chrono::duration<double>(now - p.since).count());
    pending_.pop_front();
    ++first_;
  }
  if (out.empty()) return;
  connection_.send(std::make_shared<const std::string>(std::move(out)));
  if (close) {
    closing_ = true;
    pending_.clear();
    return connection_.finish();
  }
  if (stage_ == stage::idle) rest_until_next();
  on_sent();
}

void http_side::on_sent() {
  if (closing_ || parsing_ || !wants_data()) return;
  if (!in_.empty()) {
    // Pipelined requests that had to wait.
    on_data(std::exchange(in_, {}));
    if (closing_ || !wants_data()) return;
  }
  connection_.resume();
}

} // namespace loa::http
