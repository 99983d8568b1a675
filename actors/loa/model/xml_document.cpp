#include <loa/model/internal/xml_document.hpp>

#include <fmt/format.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include <climits>
#include <memory>
#include <mutex>
#include <optional>

namespace loa::model::xml {

namespace {

struct context_deleter {
  void operator()(xmlParserCtxt* c) const noexcept { xmlFreeParserCtxt(c); }
};

std::string text_of(const xmlChar* s) {
  return s ? std::string(reinterpret_cast<const char*>(s)) : std::string();
}

/// Builds the tree from the parser's events, and stops it at the first thing that is not allowed.
class builder {
public:
  builder(xmlParserCtxt* parser, const limits& within) : parser_(parser), limits_(within) {
    auto& on = *parser->sax;
    on = xmlSAXHandler{};
    on.initialized = XML_SAX2_MAGIC;
    on.internalSubset = [](void* self, const xmlChar*, const xmlChar*, const xmlChar*) {
      static_cast<builder*>(self)->stop(
          {errc::rule, "The document has a DOCTYPE; alerts with one are refused.", {}});
    };
    on.startElementNs = [](void* self, const xmlChar* name, const xmlChar*, const xmlChar* uri, int,
                           const xmlChar**, int count, int, const xmlChar** attributes) {
      static_cast<builder*>(self)->start(name, uri, count, attributes);
    };
    on.endElementNs = [](void* self, const xmlChar*, const xmlChar*, const xmlChar*) {
      auto& b = *static_cast<builder*>(self);
      if (!b.failure_) b.open_.pop_back();
    };
    on.characters = characters;
    on.ignorableWhitespace = characters;
    on.cdataBlock = characters;
    on.serror = [](void* self, xmlErrorPtr e) { static_cast<builder*>(self)->complaint(*e); };
    parser->userData = this;
  }

  [[nodiscard]] result<element> finish(bool well_formed) {
    if (failure_) return *failure_;
    if (!well_formed || !root_) return error{errc::malformed, "This is not an XML document.", {}};
    return *std::move(root_);
  }

private:
  static void characters(void* self, const xmlChar* text, int size) {
    auto& b = *static_cast<builder*>(self);
    if (!b.failure_ && !b.open_.empty())
      b.open_.back()->text.append(reinterpret_cast<const char*>(text),
                                  static_cast<std::size_t>(size));
  }

  [[nodiscard]] std::size_t line() const {
    return parser_->input && parser_->input->line > 0
               ? static_cast<std::size_t>(parser_->input->line)
               : 0;
  }

  void stop(error why) {
    if (!failure_) {
      why.detail = fmt::format("Line {}: {}", line(), why.detail);
      failure_ = std::move(why);
    }
    xmlStopParser(parser_);
  }

  void complaint(const xmlError& e) {
    // Warnings, among them a namespace name that is no absolute URI, do not make a document
    // unreadable.
    if (failure_ || e.level < XML_ERR_ERROR) return;
    std::string why = e.message ? e.message : "unreadable";
    while (!why.empty() && (why.back() == '\n' || why.back() == ' ')) why.pop_back();
    failure_ = error{
        errc::malformed, fmt::format("Line {}: This is not well-formed XML: {}.", e.line, why), {}};
    // A mistake in namespaces alone would not end the reading.
    xmlStopParser(parser_);
  }

  void start(const xmlChar* name, const xmlChar* uri, int count, const xmlChar** attributes) {
    if (failure_) return;
    if (open_.size() >= limits_.depth)
      return stop({errc::too_large,
                   fmt::format("Elements are nested deeper than {} levels.", limits_.depth),
                   {}});
    if (++elements_ > limits_.elements)
      return stop(
          {errc::too_large, fmt::format("There are more than {} elements.", limits_.elements), {}});
    element e;
    e.name = text_of(name);
    e.uri = text_of(uri);
    e.line = line();
    for (int i = 0; i < count; ++i) // each is name, prefix, namespace, begin and end of the value
      e.attributes.push_back({text_of(attributes[5 * i + 2]), text_of(attributes[5 * i])});
    if (open_.empty()) {
      root_ = std::move(e);
      open_.push_back(&*root_);
    } else {
      // Only the innermost element grows, so the pointers to those around it stay good.
      open_.push_back(&open_.back()->children.emplace_back(std::move(e)));
    }
  }

  xmlParserCtxt* parser_;
  limits limits_;
  std::optional<element> root_;
  std::vector<element*> open_;
  std::size_t elements_ = 0;
  std::optional<error> failure_;
};

} // namespace

namespace {
void say_nothing(void*, const char*, ...) {}
} // namespace

result<element> parse(bytes_view document, const limits& within) {
  static std::once_flag once;
  std::call_once(once, xmlInitParser);
  // Of each thread: what libxml2 has to say goes into the answer and not to the terminal.
  xmlSetGenericErrorFunc(nullptr, say_nothing);
  xmlSetStructuredErrorFunc(nullptr, [](void*, xmlErrorPtr) {});
  if (document.size() > within.octets || document.size() > INT_MAX)
    return error{
        errc::too_large,
        fmt::format("The document has {} octets; the limit is {}.", document.size(), within.octets),
        {}};
  if (document.empty()) return error{errc::malformed, "The document is empty.", {}};
  const std::unique_ptr<xmlParserCtxt, context_deleter> parser(
      xmlCreateMemoryParserCtxt(document.data(), static_cast<int>(document.size())));
  if (!parser) return error{errc::internal, "There is no memory for an XML parser.", {}};
  xmlCtxtUseOptions(parser.get(), XML_PARSE_NONET | XML_PARSE_NODICT);
  builder tree(parser.get(), within);
  xmlParseDocument(parser.get());
  return tree.finish(parser->wellFormed != 0);
}

} // namespace loa::model::xml
