#include <loa/model/atom.hpp>
#include <loa/model/internal/xml_writer.hpp>

namespace loa::model::atom {

std::string write(const feed& f) {
  xml::writer w;
  w.open("feed", {{"xmlns", "http://www.w3.org/2005/Atom"}});
  w.leaf("id", f.id);
  w.leaf("title", f.title);
  w.leaf("updated", format_rfc3339(f.updated));
  w.open("author");
  w.leaf("name", f.author);
  w.close();
  w.empty("link", {{"rel", "self"}, {"type", "application/atom+xml"}, {"href", f.self}});
  for (const auto& e : f.entries) {
    w.open("entry");
    w.leaf("id", e.id);
    w.leaf("title", e.title);
    w.leaf("updated", format_rfc3339(e.updated));
    w.leaf_if("summary", e.summary);
    w.empty("link", {{"rel", "alternate"}, {"type", "application/cap+xml"}, {"href", e.link}});
    w.close();
  }
  w.close();
  return std::move(w).take();
}

} // namespace loa::model::atom
