#pragma once

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

namespace loa::bench {

/// "--name value" pairs and "--flag" words of a measuring program. What is wrong with them ends the
/// program with exit code 2 and the usage.
class options {
public:
  /// `known` lists the names, with their default each; a default of "no" makes a flag.
  options(int argc, char** argv, std::string usage, std::map<std::string, std::string> known)
      : usage_(std::move(usage)),
        values_(std::move(known)) {
    for (int i = 1; i < argc; ++i) {
      std::string word = argv[i];
      if (!word.starts_with("--")) {
        if (!verb_.empty()) refuse("one word too many: " + word);
        verb_ = word;
        continue;
      }
      auto found = values_.find(word.substr(2));
      if (found == values_.end()) refuse("there is no option " + word);
      if (found->second == "no")
        found->second = "yes";
      else if (++i < argc)
        found->second = argv[i];
      else
        refuse(word + " needs a value");
    }
  }

  /// The word that is no option.
  [[nodiscard]] const std::string& verb() const { return verb_; }
  [[nodiscard]] const std::string& text(const std::string& name) const { return values_.at(name); }
  [[nodiscard]] bool flag(const std::string& name) const { return values_.at(name) == "yes"; }
  [[nodiscard]] long number(const std::string& name) const {
    const auto& value = values_.at(name);
    char* end = nullptr;
    long n = std::strtol(value.c_str(), &end, 10);
    if (value.empty() || *end != '\0' || n < 0) refuse("--" + name + " is not a number: " + value);
    return n;
  }
  /// A text that must be given.
  [[nodiscard]] const std::string& needed(const std::string& name) const {
    if (values_.at(name).empty()) refuse("--" + name + " is needed");
    return values_.at(name);
  }

  [[noreturn]] void refuse(const std::string& why) const {
    std::fprintf(stderr, "%s\n\n%s", why.c_str(), usage_.c_str());
    std::exit(2);
  }

private:
  std::string usage_;
  std::string verb_;
  std::map<std::string, std::string> values_;
};

} // namespace loa::bench
