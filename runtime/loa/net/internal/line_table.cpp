#include <loa/net/internal/line_table.hpp>

#include <fmt/format.h>

namespace loa::net {

namespace {

constexpr std::string_view component = "transport";

} // namespace

line_table::line_table(event_loop& loop, const caf_transport_options& options,
                       current_context context, transport_events& events)
    : loop_(loop),
      options_(options),
      context_(std::move(context)),
      events_(&events),
      resolver_([&loop](std::function<void()> task) { loop.run(std::move(task)); }) {}

// -- what whoever uses us asks for ----------------------------------------------------------------

line_id line_table::connect(std::string_view address) {
  const auto line = ++last_;
  auto& e = lines_[line];
  e.ours = e.told = true;
  e.address = address;
  e.until = event_loop::now() + options_.call_patience;
  set_timer(line, e, e.until);
  loop_.defer([this, line] { call(line); });
  return line;
}

void line_table::send(line_id line, bytes_view chunk) {
  const auto found = lines_.find(line);
  if (found != lines_.end() && found->second.line) found->second.line->send(chunk);
}

void line_table::close(line_id line) {
  const auto found = lines_.find(line);
  if (found == lines_.end() || !found->second.told) return;
  auto& e = found->second;
  if (!e.line || e.line->now() != tls_line::phase::open) {
    forget(line);
    return;
  }
  e.told = false;
  e.line->close();
  e.until = event_loop::now() + options_.close_patience;
  set_timer(line, e, e.until);
}

void line_table::wake_at(instant at) {
  alarm_ = at;
  loop_.wake_by(at);
}

// -- calling --------------------------------------------------------------------------------------

void line_table::call(line_id line) {
  const auto found = lines_.find(line);
  if (found == lines_.end()) return;
  auto where = parse_endpoint(found->second.address);
  if (!where) return end(line, where.error().detail);
  if (auto numbers = addresses_of(*where, lookup::numbers_only))
    return call(line, *std::move(numbers));
  resolver_.ask(*std::move(where), [this, line](result<std::vector<socket_address>> all) {
    if (!lines_.contains(line)) return;
    if (!all) return end(line, all.error().detail);
    call(line, *std::move(all));
  });
}

void line_table::call(line_id line, std::vector<socket_address> to) {
  auto& e = lines_.at(line);
  e.call = std::make_shared<tcp_call>(loop_, std::move(to), e.until,
                                      [this, line](result<std::shared_ptr<watch>> socket) {
                                        if (!socket) return end(line, socket.error().detail);
                                        auto& there = lines_.at(line);
                                        loop_.bury(std::exchange(there.call, nullptr));
                                        begin_tls(line, there, *std::move(socket), tls_role::calls);
                                      });
  const auto call = e.call;
  call->begin();
  if (lines_.contains(line) && e.call) set_timer(line, e, std::min(e.until, call->attempt_ends()));
}

// -- being called ---------------------------------------------------------------------------------

void line_table::listen(descriptor socket) {
  listener_ = std::make_shared<listener>(
      loop_, std::move(socket),
      [this](std::shared_ptr<watch> s, const socket_address& from) {
        take_caller(std::move(s), from);
      },
      [this](const std::string& why) {
        if (log_limit_.allows("", event_loop::now()))
          options_.log.write(log_level::error, component,
                             "No caller can be taken for a while; are there too many open files?",
                             {{"why", why}});
      });
  listener_->begin();
}

void line_table::take_caller(std::shared_ptr<watch> socket, const socket_address& from) {
  if (accepted_ >= options_.most_accepted) {
    socket->leave();
    loop_.bury(std::move(socket));
    return log_stranger(from.host(), "Too many lines are open already.");
  }
  while (!strangers_.empty() && strangers_.size() >= options_.most_handshakes)
    end(*strangers_.begin(), "Too many others called before it had proved itself.");
  const auto line = ++last_;
  auto& e = lines_[line];
  e.address = from.host();
  e.until = event_loop::now() + options_.handshake_patience;
  strangers_.insert(line);
  begin_tls(line, e, std::move(socket), tls_role::is_called);
}

void line_table::begin_tls(line_id line, entry& e, std::shared_ptr<watch> socket, tls_role role) {
  e.line = std::make_shared<tls_line>(loop_, std::move(socket), context_(), role, line, *this,
                                      options_.most_unsent_octets);
  set_timer(line, e, e.until);
  const auto begun = e.line; // the entry may be gone at the end
  begun->begin();
}

// -- what happens on lines ------------------------------------------------------------------------

void line_table::on_line_open(line_id line) {
  auto& e = lines_.at(line);
  set_timer(line, e, std::nullopt);
  if (e.ours) {
    if (events_ != nullptr) events_->on_connected(line);
    return;
  }
  strangers_.erase(line);
  ++accepted_;
  e.told = true;
  if (events_ != nullptr) events_->on_accepted(line);
}

void line_table::on_line_chunk(line_id line, bytes chunk) {
  if (events_ != nullptr) events_->on_received(line, std::move(chunk));
}

void line_table::on_line_over(line_id line, const std::string& why) {
  end(line, why);
}

void line_table::end(line_id line, const std::string& why) {
  const bool stranger = strangers_.contains(line);
  const auto e = forget(line);
  if (stranger) log_stranger(e.address, why);
  if (!e.told || events_ == nullptr) return;
  events_->on_closed(line, e.ours ? fmt::format("{}: {}", e.address, why) : why);
}

line_table::entry line_table::forget(line_id line) {
  const auto found = lines_.find(line);
  if (found == lines_.end()) return {};
  auto& e = found->second;
  set_timer(line, e, std::nullopt);
  if (e.call) {
    e.call->leave();
    loop_.bury(e.call);
  }
  if (e.line) {
    e.line->leave();
    loop_.bury(e.line);
    if (!e.ours && strangers_.erase(line) == 0) --accepted_;
  }
  auto gone = std::move(e);
  lines_.erase(found);
  if (lines_.empty() && events_ == nullptr) loop_.end();
  return gone;
}

void line_table::log_stranger(const std::string& address, std::string_view why) {
  if (!log_limit_.allows(address, event_loop::now())) return;
  options_.log.write(log_level::warning, component, "Somebody who called was not let in.",
                     {{"address", address},
                      {"why", why},
                      {"left_out_before", std::to_string(log_limit_.take_left_out())}});
}

// -- time -----------------------------------------------------------------------------------------

void line_table::set_timer(line_id line, entry& e, std::optional<instant> at) {
  if (e.timer) timers_.erase({*e.timer, line});
  e.timer = at;
  if (!at) return;
  timers_.emplace(*at, line);
  loop_.wake_by(*at);
}

void line_table::on_timer() {
  const auto now = event_loop::now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const auto line = timers_.begin()->second;
    on_deadline(line, lines_.at(line));
  }
  if (alarm_ && *alarm_ <= now) {
    alarm_.reset();
    if (events_ != nullptr) events_->on_time();
  }
  if (listener_ && listener_->pauses_until() && *listener_->pauses_until() <= now)
    listener_->begin();
  if (!timers_.empty()) loop_.wake_by(timers_.begin()->first);
  if (alarm_) loop_.wake_by(*alarm_);
  if (listener_ && listener_->pauses_until()) loop_.wake_by(*listener_->pauses_until());
}

void line_table::on_deadline(line_id line, entry& e) {
  if (e.until <= event_loop::now())
    return end(line, e.ours ? "It did not answer in time." : "It did not prove itself in time.");
  // One address of several.
  const auto call = e.call;
  if (call->attempt_ends() <= event_loop::now()) call->give_up_attempt();
  if (const auto there = lines_.find(line); there != lines_.end() && there->second.call)
    set_timer(line, there->second, std::min(there->second.until, call->attempt_ends()));
}

void line_table::wind_up() {
  events_ = nullptr;
  alarm_.reset();
  if (listener_) {
    listener_->leave();
    loop_.bury(std::exchange(listener_, nullptr));
  }
  const auto until = event_loop::now() + options_.stop_patience;
  std::vector<line_id> all;
  for (const auto& [line, e] : lines_) all.push_back(line);
  for (const auto line : all) {
    auto& e = lines_.at(line);
    if (e.told) close(line);
    if (const auto still = lines_.find(line); still == lines_.end()) continue;
    if (!e.line || e.line->now() != tls_line::phase::closing) {
      forget(line);
      continue;
    }
    e.until = std::min(e.until, until);
    set_timer(line, e, e.until);
  }
  if (lines_.empty()) loop_.end();
}

} // namespace loa::net
