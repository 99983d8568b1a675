#include <bench/report/markup.hpp>

namespace loa::bench {

namespace {

std::string opening(std::string_view name, std::initializer_list<attribute> with) {
  std::string out = "<";
  out += name;
  for (const auto& a : with) {
    if (a.value.empty()) continue;
    out += ' ';
    out += a.name;
    out += "=\"" + escaped(a.value) + '"';
  }
  return out;
}

} // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else if ((octet < 0x20 && c != '\n' && c != '\t') || octet == 0x7f)
      out += "\xef\xbf\xbd";
    else
      out += c;
  }
  return out;
}

std::string element(std::string_view name, std::initializer_list<attribute> with,
                    std::string_view inside) {
  auto out = opening(name, with);
  out += '>';
  out += inside;
  out += "</";
  out += name;
  out += '>';
  return out;
}

std::string element(std::string_view name, std::string_view inside) {
  return element(name, {}, inside);
}

std::string empty_element(std::string_view name, std::initializer_list<attribute> with) {
  return opening(name, with) + "/>";
}

} // namespace loa::bench
