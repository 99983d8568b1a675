#include "support.hpp"

#include <loa/model/table.hpp>
#include <loa/model/text.hpp>

using namespace loa;
using namespace loa::model;

TEST_CASE("text that is not UTF-8 is refused") {
  CHECK(valid_utf8("Phường Bến Nghé"));
  CHECK_FALSE(valid_utf8("\xc0\xaf"));         // overlong
  CHECK_FALSE(valid_utf8("\xed\xa0\x80"));     // a surrogate
  CHECK_FALSE(valid_utf8("\xf4\x90\x80\x80")); // beyond U+10FFFF
  CHECK_FALSE(valid_utf8("B\xe1\xba"));        // truncated
  CHECK(clean_text("\xff").error().code == errc::malformed);
}

TEST_CASE("three ways to write a Vietnamese letter become one") {
  const std::string composed = "\u1ec7";
  CHECK(*clean_text("e\u0302\u0323") == composed);
  CHECK(*clean_text("\u00ea\u0323") == composed);
  CHECK(*clean_text("\u1eb9\u0302") == composed);
  CHECK(to_nfc("x\xff"
               "e\u0323\u0302") == "x\ufffd" + composed);
}

TEST_CASE("control characters and noncharacters are not text") {
  CHECK(clean_text("a\x1b[31m").error().code == errc::rule);
  CHECK(clean_text("a\u0085").error().code == errc::rule);
  CHECK(clean_text("a\ufffe").error().code == errc::rule);
  CHECK(clean_text(std::string("a\0b", 3)).error().code == errc::rule);
  CHECK(clean_text("a\nb").error().code == errc::rule);
  CHECK(*clean_text("a\r\nb\rc\td", {0, 100, true}) == "a\nb\nc\td");
}

TEST_CASE("a limit on a text counts octets after normalisation") {
  CHECK(clean_text("e\u0302\u0323", {0, 3}));
  CHECK(clean_text("abcd", {0, 3}).error().code == errc::too_large);
  CHECK(clean_text(std::string(100, 'x'), {0, 3}).error().code == errc::too_large);
  CHECK(clean_text("", {1, 3}).error().code == errc::rule);
}

TEST_CASE("terminal columns are counted by what is seen") {
  CHECK(columns("Quận 1") == 6);
  CHECK(columns("Qua\u0323\u0302n 1") == 6);
  CHECK(columns("日本") == 4);
  CHECK(fit("Quận", 6) == "Quận  ");
  CHECK(fit("Quận", 6, align::right) == "  Quận");
  CHECK(fit("Bình Thạnh", 6) == "Bình …");
  CHECK(fit("日本語", 4) == "日… ");
  CHECK(fit("a\nb", 3) == "a b");
  CHECK(fit("abc", 0).empty());
}

TEST_CASE("language tags have the shape that BCP 47 gives them") {
  for (const auto* good : {"vi", "en-US", "zh-Hant-TW", "de-1996", "es-419", "x-loa", "vi-x-nam",
                           "en-a-bbb-x-a", "zh-yue"})
    CHECK(is_language_tag(good));
  for (const auto* wrong : {"", "v", "vi_VN", "vi-", "-vi", "en--US", "englishlanguage", "vi-x",
                            "12", "en-a", "ti\xe1\xba\xbfng"})
    CHECK_FALSE(is_language_tag(wrong));
  CHECK(canonical_language("VI-vn") == "vi-VN");
  CHECK(canonical_language("ZH-hANT-tw") == "zh-Hant-TW");
  CHECK(canonical_language("EN-X-US") == "en-x-us");
}

TEST_CASE("a table lines up names with marks on their letters") {
  table t({{"Quận"}, {"Đến", align::right, 8}});
  t.add({"Gò Vấp", "12"});
  t.add({"Bình Chánh", "1345"});
  t.add({"Ba"});
  CHECK(t.str() == "Quận         Đến\n"
                   "----------  ----\n"
                   "Gò Vấp        12\n"
                   "Bình Chánh  1345\n"
                   "Ba\n");
}
