#include <bindings/http/internal/calls.hpp>
#include <loa/model/atom.hpp>
#include <loa/protocol/unit.hpp>

#include <deque>

namespace loa::http {

namespace {

/// What of a bulletin frame an Atom entry shows.
struct frame_summary {
  std::string id;
  instant sent;
  model::texts headline;
  model::texts text;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
    f("sent", self.sent);
    f("headline", self.headline);
    f.optional("text", self.text);
  }
};

/// Vietnamese if there is any, else whatever there is.
std::string text_of(const model::texts& texts) {
  for (const auto& [language, text] : texts)
    if (language == "vi" || language.starts_with("vi-")) return text;
  return texts.empty() ? std::string() : texts.begin()->second;
}

/// A unit's emergencies in force, gathered page by page. However many there are, the latest are
/// shown.
class atom_call : public std::enable_shared_from_this<atom_call> {
public:
  explicit atom_call(exchange x)
      : shared_(x.shared),
        respond_(std::move(x.respond)),
        unit_(unit_of_path(x.request)) {}

  void ask(std::uint64_t after) {
    shared_.node->ask(unit_entity(unit_), wire::value::of(unit::list_bulletins{after, page, true}),
                      [me = shared_from_this()](const result<wire::value>& r) { me->take(r); }, {});
  }

private:
  static constexpr std::uint32_t page = unit::limits::page;
  static constexpr std::size_t most_octets = 2U << 20;

  void take(const result<wire::value>& answer) {
    if (!answer) return respond_(response::problem(answer.error()));
    const auto* page_of = answer->get<unit::bulletin_page>();
    if (!page_of) return respond_(response::problem(unexpected_answer()));
    for (const auto& item : page_of->items) add(item.frame);
    if (page_of->next) return ask(*page_of->next);
    respond_({200, "application/atom+xml; charset=utf-8", write(), {}, false});
  }

  void add(const std::string& frame) {
    const auto read = wire::from_json<frame_summary>(frame);
    if (!read) return;
    entries_.push_back({"urn:loa:" + read->id, text_of(read->headline), text_of(read->text),
                        base() + "/alerts/" + read->id, read->sent});
    octets_ += octets_of(entries_.back());
    while (octets_ > most_octets) {
      octets_ -= octets_of(entries_.front());
      entries_.pop_front();
    }
  }

  [[nodiscard]] std::string write() const {
    const auto* about = shared_.tree->find(unit_);
    const auto title = about ? about->name : unit_.str();
    model::atom::feed feed{
        "urn:loa:unit:" + unit_.str(), title, title,
        base() + "/cap.atom",          {},    {entries_.begin(), entries_.end()}};
    for (const auto& e : entries_) feed.updated = std::max(feed.updated, e.updated);
    if (entries_.empty()) feed.updated = shared_.time.now();
    return model::atom::write(feed);
  }

  [[nodiscard]] std::string base() const { return "/v1/units/" + unit_.str(); }
  static std::size_t octets_of(const model::atom::entry& e) {
    return e.title.size() + e.summary.size();
  }

  gateway& shared_;
  const responder respond_;
  const path unit_;
  std::deque<model::atom::entry> entries_;
  std::size_t octets_ = 0;
};

} // namespace

void get_atom(exchange x) {
  std::make_shared<atom_call>(std::move(x))->ask(0);
}

} // namespace loa::http
