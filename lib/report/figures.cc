// The table of figures: what matters most first, the rest in groups that follow from the paths.

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "page.h"
#include "svg.h"

namespace percuta::report {
namespace {

/// Those that stand first where they are given.
constexpr std::array kLeading{"insertion.share_pierced",
                              "insertion.pierced_depth",
                              "insertion.puncture_force",
                              "insertion.opening_load",
                              "insertion.tip_displacement",
                              "channels.density",
                              "channels.depth",
                              "channels.deepest_layer",
                              "channels.opening_radius",
                              "channels.covered_200um",
                              "channels.largest_untreated_circle",
                              "channels.bleeding_density",
                              "channel.depth",
                              "energy.work",
                              "delivery.delivered",
                              "delivery.enhancement",
                              "delivery.share_of_dose",
                              "delivery.in_epidermis",
                              "delivery.in_dermis",
                              "delivery.cleared",
                              "delivery.through",
                              "delivery.lag",
                              "healing.closure_epithelium",
                              "healing.closure_barrier",
                              "healing.erythema_gone",
                              "healing.collagen_peak",
                              "healing.collagen_peak_day"};

constexpr std::array kHeadings{std::pair{"insertion", "Needle and device"},
                               std::pair{"channel", "The cut that is left"},
                               std::pair{"channels", "Channels"},
                               std::pair{"evenness", "Evenness in other patterns"},
                               std::pair{"delivery", "What got in"},
                               std::pair{"healing", "Weeks after"},
                               std::pair{"safety", "Person and protocol"},
                               std::pair{"protocol", "Sessions and preparation"},
                               std::pair{"energy", "Energy"},
                               std::pair{"cost", "Cost"}};

std::string group_of(const std::string& path) { return path.substr(0, path.find('.')); }

/// Words for a group; of one that has none, its name.
std::string heading(const std::string& group) {
  for (const auto& [name, words] : kHeadings)
    if (group == name) return words;
  return group;
}

bool is_single_cost(const config::Output& o) {
  return group_of(o.path) == "cost" && o.form != config::Form::series;
}

struct Row {
  std::string group;
  std::string html;
  bool leading = false;
  bool equal = false;  ///< in every column
};

bool all_equal(const std::vector<std::string>& values) {
  return values.size() > 1 &&
         std::all_of(values.begin(), values.end(), [&](const auto& v) { return v == values[0]; });
}

Row row_of(const config::Output& o, const std::vector<const io::Document*>& documents) {
  Row row{group_of(o.path), "", false, false};
  row.leading = std::find(kLeading.begin(), kLeading.end(), o.path) != kLeading.end();
  std::vector<std::string> shown;
  std::string cells;
  for (const auto* d : documents) {
    const auto* v = io::find(*d, o.path);
    shown.push_back(v != nullptr ? config::for_people(*v, d->outputs) : "none");
    const bool number = v != nullptr && v->values.size() == 1 && std::isfinite(v->value());
    cells += fmt::format("<td class=\"number\"{}>{}</td>",
                         number ? fmt::format(" data-v=\"{:.7g}\"", v->value()) : "",
                         escape_html(shown.back()));
  }
  row.equal = all_equal(shown);
  const std::string where = o.where.empty() ? "" : ". Given where " + o.where;
  row.html = fmt::format(
      "<tr data-path=\"{0}\" data-unit=\"{1}\" title=\"{0}: {2}{3}.\"><td>{4}</td>{5}</tr>", o.path,
      escape_html(o.unit), escape_html(o.sentence), escape_html(where), explained(o.sentence),
      cells);
  return row;
}

Row row_of(const FigureRow& f) {
  Row row{group_of(f.path), "", f.leading, all_equal(f.values)};
  std::string cells;
  for (const auto& v : f.values)
    cells += fmt::format("<td class=\"number\">{}</td>", escape_html(v));
  row.html = fmt::format("<tr data-path=\"{}\" data-unit=\"\"><td>{}</td>{}</tr>",
                         escape_html(f.path), explained(f.sentence), cells);
  return row;
}

/// Rows under the headings of their columns; of several groups each under its own.
class Tables {
 public:
  explicit Tables(const std::vector<std::string>& labels) : columns_(labels.size()) {
    const bool several = columns_ > 1;
    open_ =
        fmt::format("<div class=\"scroll\"><table class=\"values{}\"{}>", several ? " wide" : "",
                    several ? fmt::format(" style=\"min-width:{}rem\"", 10 + 6 * columns_) : "");
    open_ += fmt::format("<colgroup><col style=\"width:{}\">", several ? "11rem" : "60%");
    for (std::size_t k = 0; k < columns_; ++k) open_ += "<col>";
    open_ += "</colgroup>";
    if (several) {
      open_ += "<thead><tr><th></th>";
      for (const auto& label : labels)
        open_ += fmt::format("<th class=\"number\">{}</th>", escape_html(label));
      open_ += "</tr></thead>";
    }
  }
  std::string table(const std::vector<const Row*>& rows, bool headed) const {
    std::string out = open_ + "<tbody>", last;
    for (const auto* row : rows) {
      if (headed && row->group != last)
        out += fmt::format("<tr><th class=\"part\" colspan=\"{}\">{}</th></tr>", columns_ + 1,
                           escape_html(heading(row->group)));
      last = row->group;
      out += row->html;
    }
    return out + "</tbody></table></div>";
  }
  std::string folded(const std::string& summary, const std::vector<const Row*>& rows,
                     bool headed) const {
    if (rows.empty()) return "";
    return fmt::format("<details><summary>{}</summary>{}</details>", escape_html(summary),
                       table(rows, headed));
  }

 private:
  std::size_t columns_;
  std::string open_;
};

/// Groups in the order in which they first come.
std::vector<std::string> groups_of(const std::vector<Row>& rows) {
  std::vector<std::string> out;
  for (const auto& row : rows)
    if (std::find(out.begin(), out.end(), row.group) == out.end()) out.push_back(row.group);
  return out;
}

}  // namespace

std::string figures(const std::vector<config::Output>& outputs,
                    const std::vector<const io::Document*>& documents,
                    const std::vector<std::string>& labels, const std::vector<FigureRow>& others) {
  std::vector<Row> rows;
  for (const auto& o : outputs)
    if (config::is_figure(o) || is_single_cost(o)) rows.push_back(row_of(o, documents));
  for (const auto& f : others) rows.push_back(row_of(f));
  const auto groups = groups_of(rows);
  const auto pick = [&](auto&& wanted) {
    std::vector<const Row*> out;
    for (const auto& group : groups)
      for (const auto& row : rows)
        if (row.group == group && wanted(row)) out.push_back(&row);
    return out;
  };
  const Tables tables(labels);
  std::string out = fmt::format("<div class=\"figures\" data-labels=\"{}\">",
                                escape_html(nlohmann::json(labels).dump(
                                    -1, ' ', false, nlohmann::json::error_handler_t::replace)));
  out += tables.table(pick([](const Row& r) { return r.leading && !r.equal; }), true);
  for (const auto& group : groups) {
    const auto rest =
        pick([&](const Row& r) { return r.group == group && !r.leading && !r.equal; });
    out += tables.folded(fmt::format("{}: {} more", heading(group), rest.size()), rest, false);
  }
  const auto equal = pick([](const Row& r) { return r.equal; });
  out += tables.folded(fmt::format("{} figures that are the same in every column", equal.size()),
                       equal, true);
  return out + "</div>";
}

}  // namespace percuta::report
