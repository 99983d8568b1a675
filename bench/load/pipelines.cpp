#include <bench/load/http_messages.hpp>
#include <bench/load/pipelines.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <deque>

namespace loa::bench {

using namespace std::chrono_literals;

struct pipelines::line {
  descriptor socket;
  std::string in;
  std::string out;
  struct waiting {
    std::size_t n;
    steady::time_point due;
  };
  std::deque<waiting> under_way;
};

/// One row on its way.
class pipelines::run {
public:
  run(pipelines& on, const row& r) : on_(on), row_(r), began_(steady::now()), heard_(began_) {
    if (r.rate > 0) every_ = std::chrono::nanoseconds(std::llround(1e9 / r.rate));
  }

  result<outcome> carry(std::chrono::seconds patience, const std::function<bool()>& stopped) {
    auto said = began_;
    while (answered_ < row_.count) {
      const auto next = send_due();
      if (auto good = turn(next); !good) return good.error();
      const auto now = steady::now();
      if (stopped()) return error{errc::unavailable, "Stopped.", {}};
      if (now > heard_ + patience && under_way() > 0)
        return error{errc::timeout, "The server did not answer in time.", {}};
      if (row_.progress && now > said + 1s) {
        said = now;
        row_.progress(answered_);
      }
    }
    out_.lasted = heard_ - began_;
    return std::move(out_);
  }

private:
  [[nodiscard]] steady::time_point due(std::size_t n, steady::time_point now) const {
    return every_ > 0ns ? began_ + every_ * static_cast<std::int64_t>(n) : now;
  }
  [[nodiscard]] std::size_t under_way() const { return sent_ - answered_; }

  /// Sends what is due and has room; until when nothing more is to be sent.
  steady::time_point send_due() {
    const auto now = steady::now();
    const auto all = on_.lines_.size();
    for (std::size_t full = 0; full < all && sent_ < row_.count; ++next_line_) {
      auto& l = *on_.lines_[next_line_ % all];
      if (l.under_way.size() >= on_.depth_) {
        ++full;
        continue;
      }
      full = 0;
      const auto at = due(sent_, now);
      if (at > now) return at;
      out_.latest = std::max(out_.latest, std::chrono::nanoseconds(now - at));
      l.under_way.push_back({sent_, at});
      l.out += row_.request(sent_++);
    }
    return now + 20ms;
  }

  result<void> turn(steady::time_point until) {
    std::vector<pollfd> all;
    for (auto& l : on_.lines_) {
      if (!l->out.empty()) {
        const auto sent = send_some(l->socket, l->out);
        if (!sent) return sent.error();
        l->out.erase(0, *sent);
      }
      all.push_back(
          {l->socket.get(), static_cast<short>(POLLIN | (l->out.empty() ? 0 : POLLOUT)), 0});
    }
    const auto left = std::clamp<std::chrono::nanoseconds>(until - steady::now(), 0ns, 20ms);
    const timespec wait{0, left.count()};
    if (::ppoll(all.data(), all.size(), &wait, nullptr) <= 0) return {};
    for (std::size_t i = 0; i < all.size(); ++i)
      if ((all[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
        if (auto good = read(*on_.lines_[i]); !good) return good;
    return {};
  }

  result<void> read(line& l) {
    std::array<char, 65'536> buffer;
    const auto n = ::recv(l.socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return {};
    if (n <= 0) return error{errc::unavailable, "The server ended the connection.", {}};
    l.in.append(buffer.data(), static_cast<std::size_t>(n));
    heard_ = steady::now();
    std::size_t taken = 0;
    while (const auto m = whole_message(std::string_view(l.in).substr(taken))) {
      if (l.under_way.empty())
        return error{errc::malformed, "The server answered what nobody asked.", {}};
      const auto [number, due] = l.under_way.front();
      l.under_way.pop_front();
      ++answered_;
      const auto waited = std::chrono::nanoseconds(heard_ - due).count();
      out_.answers.record(static_cast<std::uint64_t>(std::max<std::int64_t>(0, waited)));
      if (row_.answer) row_.answer(number, m->status, m->body);
      taken += m->octets;
    }
    l.in.erase(0, taken);
    return {};
  }

  pipelines& on_;
  const row& row_;
  std::chrono::nanoseconds every_{0};
  steady::time_point began_;
  steady::time_point heard_;
  std::size_t sent_ = 0;
  std::size_t answered_ = 0;
  std::size_t next_line_ = 0;
  outcome out_;
};

pipelines::pipelines() = default;
pipelines::pipelines(pipelines&&) noexcept = default;
pipelines::~pipelines() = default;

result<pipelines> pipelines::open(std::uint32_t host, std::uint16_t port, std::size_t connections,
                                  std::size_t depth) {
  pipelines out;
  out.depth_ = depth;
  for (std::size_t i = 0; i < connections; ++i) {
    auto socket = begin_connect(host, port, 1);
    if (!socket) return socket.error();
    pollfd p{socket->get(), POLLOUT, 0};
    if (::poll(&p, 1, 5'000) <= 0 || (p.revents & (POLLERR | POLLHUP)) != 0)
      return error{errc::unavailable, "The server does not take a connection.", {}};
    out.lines_.push_back(std::make_unique<line>());
    out.lines_.back()->socket = *std::move(socket);
  }
  return out;
}

result<pipelines::outcome> pipelines::carry(const row& r, std::chrono::seconds patience,
                                            const std::function<bool()>& stopped) {
  return run(*this, r).carry(patience, stopped);
}

} // namespace loa::bench
