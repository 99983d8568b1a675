#include <bench/plan/stage.hpp>

#include <fmt/format.h>

#include <cmath>

namespace loa::bench {

namespace {

constexpr std::size_t frame_octets = 2000;

std::string address_of(std::size_t n) {
  return fmt::format("node-{}:1", n);
}

} // namespace

class stage::member final : public net::transport_events {
public:
  member(stage& all, std::size_t number) : all_(all), number_(number) {}
  void on_accepted(net::line_id) override {}
  void on_connected(net::line_id) override {}
  void on_received(net::line_id, bytes) override { all_.arrived_(number_); }
  void on_closed(net::line_id, const std::string&) override {}
  void on_time() override {}

  std::unique_ptr<net::transport> transport;

private:
  stage& all_;
  std::size_t number_;
};

stage::stage(std::size_t nodes, std::uint64_t seed, double loss, arrival arrived)
    : world_(seed),
      arrived_(std::move(arrived)) {
  sim::way usual;
  usual.loss = loss;
  world_.network().set_all(usual);
  for (std::size_t n = 0; n < nodes; ++n) {
    sim::machine_plan plan;
    plan.name = fmt::format("node-{}", n);
    plan.kinds = [] { return std::vector<node::entity_kind>(); };
    auto& machine = world_.add(std::move(plan));
    (void)machine.start(); // the network carries nothing for a machine that is off
    members_.push_back(std::make_unique<member>(*this, n));
    auto& transport = members_.back()->transport;
    transport = world_.network().plug_in(machine, address_of(n), steady_clock());
    (void)transport->start(*members_.back());
  }
}

stage::~stage() {
  for (auto& m : members_) m->transport->stop();
}

net::line_id stage::connect(std::size_t from, std::size_t to) {
  return members_[from]->transport->connect(address_of(to));
}

void stage::settle() {
  world_.run_until(world_.now() + std::chrono::seconds(5));
}

void stage::send(std::size_t from, net::line_id line) {
  members_[from]->transport->send(line, bytes(frame_octets, 'x'));
}

void stage::after(double mean_ms, std::function<void()> what) {
  const auto u = (static_cast<double>(world_.random().next() >> 11) + 1) / 9007199254740993.0;
  world_.after(micros(std::llround(1000 * mean_ms * (0.5 - 0.5 * std::log(u)))), std::move(what));
}

void stage::run_until(const std::function<bool()>& holds) {
  for (int i = 0; i < 100'000 && !holds(); ++i)
    world_.run_until(world_.now() + std::chrono::milliseconds(10));
}

} // namespace loa::bench
