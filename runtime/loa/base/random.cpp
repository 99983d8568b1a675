#include <loa/base/random.hpp>

#include <sys/random.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace loa {

namespace {

class kernel_random : public random_source {
public:
  [[nodiscard]] std::uint64_t next() override {
    // One system call for many numbers: an id is asked for with every report that comes in.
    thread_local std::uint64_t pool[32];
    thread_local std::size_t left = 0;
    if (left == 0) {
      refill(pool, sizeof pool);
      left = std::size(pool);
    }
    const auto value = pool[--left];
    pool[left] = 0;
    return value;
  }

private:
  static void refill(void* to, std::size_t size) {
    // Up to 256 octets come whole and without interruption once the generator is seeded
    // (getrandom(2)).
    while (::getrandom(to, size, 0) != static_cast<ssize_t>(size)) {
      if (errno == EINTR) continue;
      std::fputs("loa: the kernel's random generator is not available\n", stderr);
      std::abort();
    }
  }
};

} // namespace

random_source& system_random() {
  static kernel_random the_source;
  return the_source;
}

std::uint64_t seeded_random::next() {
  auto z = state_ += 0x9e3779b97f4a7c15ULL;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
  return z ^ z >> 31;
}

std::uint64_t seeded_random::below(std::uint64_t bound) {
  // The first 2^64 mod bound numbers are drawn again; otherwise some remainders had one more.
  const auto surplus = (0 - bound) % bound;
  auto n = next();
  while (n < surplus) n = next();
  return n % bound;
}

bool seeded_random::chance(double probability) {
  return static_cast<double>(next() >> 11) * 0x1.0p-53 < probability;
}

std::string random_id(random_source& source, std::size_t characters) {
  static constexpr char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string id(characters, '0');
  std::uint64_t bits = 0;
  int left = 0;
  for (auto& c : id) {
    if (left < 5) {
      bits = source.next();
      left = 64;
    }
    c = digits[bits & 31];
    bits >>= 5;
    left -= 5;
  }
  return id;
}

} // namespace loa
