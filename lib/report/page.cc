#include "page.h"

#include <cmath>

#include <fmt/format.h>

#include "percuta/core/quantity.h"
#include "svg.h"

namespace percuta::report {
namespace {

constexpr const char* kStyle = R"css(
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1d2327; background: #fff; margin: 0 auto; max-width: 1080px; padding: 1.5rem; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; } h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid #ddd; padding-bottom: .2rem; }
.answer { font-size: 1.15rem; background: #f3f7fa; border-left: 5px solid #0072b2; padding: .8rem 1rem; }
.warning { background: #fff6e5; border-left: 5px solid #d55e00; padding: .5rem 1rem; margin: .4rem 0; }
.row { display: flex; flex-wrap: wrap; gap: 1.2rem; align-items: flex-start; }
.chart { flex: 1 1 460px; min-width: 0; } .chart h3 { font-size: 1rem; margin: .2rem 0; font-weight: 600; }
svg.section { width: 100%; max-width: 640px; } svg.map { width: 100%; max-width: 400px; }
.label { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: #1d2327; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; } th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #e5e5e5; vertical-align: top; }
td:first-child { min-width: 11rem; } td.number, th.number { text-align: right; white-space: nowrap; } .small { color: #555; font-size: .85rem; } details summary { cursor: pointer; }
)css";

constexpr const char* kScript = R"js(
const palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#444444", "#8a6d3b"];
function draw(chart) {
  const host = document.getElementById(chart.id);
  const series = [{ label: chart.x_label }].concat(chart.series.map((s, i) => ({ label: s.label, stroke: palette[i % palette.length], width: 2, dash: s.dash || [], spanGaps: false,
    value: (u, v) => v == null ? "" : v.toPrecision(4) })));
  const axis = (label, size) => ({ label: label, labelSize: 22, size: size, font: "12px sans-serif", labelFont: "12px sans-serif" });
  new uPlot({ width: host.clientWidth, height: 290, scales: { x: { time: false } }, series: series,
    axes: [axis(chart.x_label, 40), axis(chart.y_label, 58)], legend: { live: true } }, [chart.x].concat(chart.series.map(s => s.y)), host);
  host.dataset.drawn = "yes";
}
for (const chart of charts) draw(chart);
)js";

}  // namespace

std::string output_row(const config::Output& output,
                       const std::vector<const io::Document*>& documents) {
  std::string out = fmt::format("<tr><td>{}</td>", escape_html(output.sentence));
  for (const auto* d : documents) {
    const auto* v = io::find(*d, output.path);
    out += fmt::format("<td class=\"number\">{}</td>",
                       v != nullptr ? escape_html(config::for_people(*v)) : "none");
  }
  return out + "</tr>";
}

std::string inputs_table(const std::vector<config::Used>& inputs) {
  std::string out =
      "<table><thead><tr><th>input</th><th>value</th><th>meaning</th><th>source</th><th>class</"
      "th><th>spread</th></tr></thead><tbody>";
  for (const auto& u : inputs)
    out +=
        fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                    escape_html(u.path), escape_html(u.value), escape_html(u.sentence),
                    escape_html(u.source.empty() ? (u.from == "default" ? "default"
                                                    : u.overridden      ? "command line"
                                                                        : "case file")
                                                 : u.source),
                    escape_html(u.evidence), escape_html(u.spread));
  return out + "</tbody></table>";
}

std::string Page::chart(const std::string& title, const std::string& x_label,
                        const std::string& y_label, nlohmann::json x, nlohmann::json series) {
  const std::string id = fmt::format("chart{}", list_.size());
  list_.push_back({{"id", id},
                   {"x_label", x_label},
                   {"y_label", y_label},
                   {"x", std::move(x)},
                   {"series", std::move(series)}});
  return fmt::format("<div class=\"chart\"><h3>{}</h3><div id=\"{}\"></div></div>", title, id);
}

std::string Page::html(const std::string& title, const std::string& body,
                       const std::string& charts_script, const std::string& charts_style,
                       const std::string& script) const {
  std::string data = list_.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  // Nothing in the data may end or open a script: no "<" is left in it.
  for (std::size_t at = data.find('<'); at != std::string::npos; at = data.find('<', at + 6))
    data.replace(at, 1, "\\u003c");
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><link rel=\"icon\" "
      "href=\"data:,\"><title>{} · "
      "Percuta</title><style>{}</style><style>{}</style></head>\n<body>{}\n<script>{}</"
      "script>\n<script>const charts = "
      "{};\n{}{}</script></body></html>\n",
      escape_html(title), charts_style, kStyle, body, charts_script, data, kScript, script);
}

}  // namespace percuta::report
