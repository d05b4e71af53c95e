// What speaks against the treatment, and common statements answered from the result.

#include <set>
#include <string>

#include <fmt/format.h>

#include "curves.h"
#include "page.h"
#include "percuta/study/bibliography.h"
#include "percuta/study/claims.h"
#include "svg.h"

namespace percuta::report {
namespace {

/// The colour of an answer or of a level.
std::string badge(const std::string& text, const char* colour) {
  return fmt::format("<span class=\"badge\" style=\"background: {}\">{}</span>", colour,
                     escape_html(text));
}

const char* colour_of(study::Verdict v) {
  return v == study::Verdict::supported       ? "#00735a"
         : v == study::Verdict::mixed         ? "#7d6200"
         : v == study::Verdict::not_supported ? "#a33f00"
                                              : "#56606a";
}

const char* colour_of(const std::string& known) {
  return known == "supported"           ? "#00735a"
         : known == "supported in part" ? "#7d6200"
         : known == "not supported"     ? "#a33f00"
                                        : "#56606a";
}

const char* colour_of(protocol::Level level) {
  return level == protocol::Level::block  ? "#a33f00"
         : level == protocol::Level::warn ? "#7d6200"
                                          : "#56606a";
}

/// Keys of the bibliography, each with its citation on hover.
std::string keys(const std::vector<std::string>& sources) {
  std::string out;
  for (const auto& key : sources) {
    const auto found = study::references().find(key);
    out += fmt::format("{}{}", out.empty() ? "" : ", ",
                       found == study::references().end()
                           ? escape_html(key)
                           : fmt::format("<abbr title=\"{}\">{}</abbr>",
                                         escape_html(found->second.citation), escape_html(key)));
  }
  return out.empty() ? "" : " [" + out + "]";
}

std::string claim_html(const study::Answer& a) {
  return fmt::format(
      "<div class=\"claim\"><h3>{}</h3><p>In this run {} {}</p><p>Evidence {} {} "
      "<span class=\"small\">({}){}</span></p></div>",
      escape_html(a.statement), badge(study::name(a.run), colour_of(a.run)),
      escape_html(a.run_words), badge(a.known, colour_of(a.known)), escape_html(a.known_words),
      escape_html(a.evidence), keys(a.sources));
}

}  // namespace

std::string safety_chapter(const study::Result& r) {
  std::string out = "<h2>Person and protocol</h2>";
  if (r.safety.empty()) return out + "<p>No rule speaks against this treatment.</p>";
  out += "<ul class=\"plain\">";
  for (const auto& f : r.safety)
    out += fmt::format("<li>{} {} <span class=\"small\">{}: rule {} ({}){}</span>{}</li>",
                       badge(protocol::name(f.level), colour_of(f.level)), escape_html(f.message),
                       escape_html(f.because), escape_html(f.rule), escape_html(f.evidence),
                       keys(study::words_of(f.source)),
                       f.overridden ? " <strong>Overridden by protocol.override.</strong>" : "");
  return out +
         "</ul><p class=\"small\">BLOCK: advised against. WARN: care. INFO: to know. Rules come "
         "from labels, reviews and lists of clinics, and replace no doctor.</p>";
}

std::string claims_chapter(const io::Document& d) {
  std::string out =
      "<h2>Common statements</h2><p class=\"small\">What is often said of derma rolling, answered "
      "twice: by the figures of this run, whose models are not validated for it, and by what is "
      "published.</p><div class=\"claims\">";
  std::set<std::string> cited;
  for (const auto& a : study::answers(d)) {
    out += claim_html(a);
    cited.insert(a.sources.begin(), a.sources.end());
  }
  out += "</div><details><summary>Sources of these answers</summary><ul class=\"small\">";
  for (const auto& key : cited)
    if (const auto found = study::references().find(key); found != study::references().end())
      out += fmt::format("<li>[{}] {}</li>", key, escape_html(found->second.citation));
  return out + "</ul></details>";
}

}  // namespace percuta::report
