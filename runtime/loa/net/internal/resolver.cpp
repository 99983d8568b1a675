#include <loa/net/internal/resolver.hpp>

#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

namespace loa::net {

/// What the threads share; it lives as long as one of them.
struct resolver::office : std::enable_shared_from_this<resolver::office> {
  struct question {
    endpoint where;
    answer then;
  };

  std::mutex mutex;
  std::function<void(std::function<void()>)> run; ///< Empty when nobody wants to know any more.
  std::deque<question> waiting;
  std::size_t threads = 0;

  /// With the mutex held.
  void tell(const answer& then, result<std::vector<socket_address>> found) {
    if (run) run([then, found = std::move(found)] { then(found); });
  }

  void work() {
    std::unique_lock lock(mutex);
    while (!waiting.empty()) {
      auto next = std::move(waiting.front());
      waiting.pop_front();
      lock.unlock();
      auto found = addresses_of(next.where, lookup::names_too);
      lock.lock();
      tell(next.then, std::move(found));
    }
    --threads;
  }
};

resolver::resolver(std::function<void(std::function<void()>)> run)
    : office_(std::make_shared<office>()) {
  office_->run = std::move(run);
}

resolver::~resolver() {
  std::deque<office::question> dropped;
  std::lock_guard lock(office_->mutex);
  office_->run = nullptr;
  dropped.swap(office_->waiting);
}

void resolver::ask(endpoint where, answer then) {
  std::lock_guard lock(office_->mutex);
  const error too_busy{
      errc::too_many, "Too many names are being looked up; is the name server there?", {}};
  if (office_->waiting.size() >= most_waiting) return office_->tell(then, too_busy);
  office_->waiting.push_back({std::move(where), std::move(then)});
  if (office_->threads >= most_at_a_time) return;
  try {
    std::thread([o = office_] { o->work(); }).detach();
    ++office_->threads;
  } catch (const std::system_error&) {
    if (office_->threads > 0) return; // one of them takes it
    office_->tell(office_->waiting.back().then, too_busy);
    office_->waiting.pop_back();
  }
}

} // namespace loa::net
