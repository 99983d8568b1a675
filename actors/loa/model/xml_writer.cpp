#include <loa/model/internal/xml_writer.hpp>

namespace loa::model::xml {

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\r':
      out += "&#13;";
      break;
    default:
      if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
    }
  }
  return out;
}

} // namespace

void writer::tag(std::string_view name, const attributes& with) {
  out_.append(2 * open_.size(), ' ').append("<").append(name);
  for (const auto& [key, value] : with)
    out_.append(" ").append(key).append("=\"").append(escaped(value)).append("\"");
}

void writer::open(std::string_view name, const attributes& with) {
  tag(name, with);
  out_ += ">\n";
  open_.emplace_back(name);
}

void writer::close() {
  const auto name = std::move(open_.back());
  open_.pop_back();
  out_.append(2 * open_.size(), ' ').append("</").append(name).append(">\n");
}

void writer::leaf(std::string_view name, std::string_view text, const attributes& with) {
  tag(name, with);
  out_.append(">").append(escaped(text)).append("</").append(name).append(">\n");
}

void writer::empty(std::string_view name, const attributes& with) {
  tag(name, with);
  out_ += "/>\n";
}

std::string writer::take() && {
  return std::move(out_);
}

} // namespace loa::model::xml
