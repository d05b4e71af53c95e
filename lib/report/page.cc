#include "page.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "percuta/core/quantity.h"
#include "svg.h"

namespace percuta::report {
namespace {

constexpr const char* kStyle = R"css(
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1d2327; background: #fff; margin: 0 auto; max-width: 1120px; padding: 1.5rem; overflow-wrap: break-word; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .3rem; } h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid #ddd; padding-bottom: .2rem; }
.answer { font-size: 1.15rem; background: #f3f7fa; border-left: 5px solid #0072b2; padding: .8rem 1rem; }
.warning { background: #fff6e5; border-left: 5px solid #b84a00; padding: .5rem 1rem; margin: .4rem 0; }
.row { display: flex; flex-wrap: wrap; gap: 1.2rem; align-items: flex-start; margin: .6rem 0; } .row > * { min-width: 0; }
.chart { flex: 1 1 460px; margin: 0; max-width: min(100%, 760px); } .panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(235px, 100%), 1fr)); gap: 1rem 1.2rem; margin: .6rem 0; align-items: end; } .panels > * { min-width: 0; }
.chart h3 { font-size: 1rem; margin: .2rem 0; font-weight: 600; } .chart.panel h3 { font-size: .9rem; }
.plot { width: 100%; overflow: hidden; } .at { font-weight: 400; color: #555; font-size: .85rem; margin-left: .8em; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; font-size: .85rem; padding-left: .5rem; } .legend svg { width: 26px; height: 10px; margin-right: .35em; }
.legend .value { display: inline-block; min-width: 4.2em; padding-left: .4em; font-variant-numeric: tabular-nums; font-weight: 600; }
svg.section { width: 100%; max-width: 640px; height: auto; } svg.needle { max-width: 500px; } svg.map { width: 100%; max-width: 440px; height: auto; }
.beside { flex: 1 1 280px; } .drawing { flex: 1 1 400px; max-width: 640px; margin: 0; }
.label { font: 13px system-ui, "DejaVu Sans", sans-serif; fill: #1d2327; } .halo { paint-order: stroke; stroke: #fff; stroke-width: 3px; stroke-opacity: .8; }
.choice { display: flex; flex-wrap: wrap; gap: .3rem; align-items: center; margin-bottom: .3rem; font-size: .9rem; }
button, .button { font: inherit; font-size: .9rem; color: #1d2327; background: #fff; border: 1px solid #75808a; border-radius: 4px; padding: .15rem .6rem; cursor: pointer; text-decoration: none; }
button[aria-pressed=true] { background: #0b4f7d; border-color: #0b4f7d; color: #fff; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; } th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #e5e5e5; vertical-align: top; }
td:first-child { min-width: 9rem; } td.number, th.number { text-align: right; } td.number { white-space: nowrap; } table.narrow td:first-child { min-width: 0; }
table.values { table-layout: fixed; } table.values td, table.values th { overflow-wrap: break-word; } table.values th.part { padding-top: .7rem; color: #0b4f7d; }
table.wide td.number { white-space: normal; } table.wide td:first-child, table.wide th:first-child { position: sticky; left: 0; background: #fff; }
.small { color: #555; font-size: .85rem; } details summary { cursor: pointer; padding: .25rem 0; } pre { overflow-x: auto; }
.claims { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(430px, 100%), 1fr)); gap: .4rem 2rem; } .claim { min-width: 0; } .claim h3 { font-size: 1rem; margin: .5rem 0 .2rem; } .claim p { margin: .2rem 0; }
.badge { display: inline-block; color: #fff; border-radius: 3px; padding: 0 .4rem; font-size: .82rem; font-weight: 600; } ul.plain { list-style: none; padding: 0; } ul.plain li { margin: .35rem 0; }
abbr[title] { text-decoration: underline dotted #75808a; text-underline-offset: .2em; cursor: help; } dt { font-weight: 600; } dd { margin: 0 0 .4rem; }
@media (max-width: 560px) { body { padding: 1rem .9rem; font-size: 15px; } .answer { font-size: 1.05rem; } .chart, .drawing, .beside { flex-basis: 100%; } svg.broad .label { font-size: 17px; } }
@media print {
  @page { margin: 15mm; }
  body { max-width: none; padding: 0; font-size: 10pt; } .chart, .drawing, tr, .answer, .warning { break-inside: avoid; } h2, h3, summary { break-after: avoid; }
  button, .button, input, .choice, summary::marker { display: none; } .scroll { overflow: visible; } abbr[title] { text-decoration: none; }
  .claim { break-inside: avoid; } .answer, .warning, .badge, svg, .legend, canvas { -webkit-print-color-adjust: exact; print-color-adjust: exact; } table { font-size: 8.5pt; }
}
)css";

constexpr const char* kScript = R"js(
const palette = ["#0072b2", "#b84a00", "#00735a", "#a3407f", "#7d6200", "#444444", "#5b4bb5", "#c0265a"];
const dashes = [[], [7, 4], [2, 3]];
const ink = "#1d2327", font = "12px system-ui, 'DejaVu Sans', sans-serif";
const figure = v => v == null ? "" : v != 0 && (Math.abs(v) < 1e-3 || Math.abs(v) >= 1e6) ? v.toExponential(2) : String(Number(v.toPrecision(4)));
const tick = v => v == null ? "" : v != 0 && (Math.abs(v) < 1e-4 || Math.abs(v) >= 1e7) ? String(Number(v.toPrecision(4)).toExponential()) : String(Number(v.toPrecision(6)));
const cut = text => text.length > 14 ? text.slice(0, 13) + "…" : text;
const wide = (u, text) => { u.ctx.save(); u.ctx.font = font; const w = u.ctx.measureText(text).width; u.ctx.restore(); return w; };
const longest = texts => (texts || []).reduce((a, t) => t && t.length > a.length ? t : a, "");

function key(legend, s, colour, dash) {
  const item = document.createElement("span");
  item.innerHTML = `<svg viewBox="0 0 26 10" aria-hidden="true">${s.low ? `<rect width="26" height="10" fill="${colour}2e"/>` : ""}<path d="M0 5H26" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dash.join(" ")}"/></svg>`;
  const value = document.createElement("span");
  value.className = "value";
  item.append(s.label, value);
  legend.append(item);
  return value;
}

function axes(chart) {
  const common = { stroke: ink, font: font, labelFont: font, labelSize: 20, labelGap: 2, gap: 4, grid: { stroke: "#e3e7ea", width: 1 }, ticks: { stroke: "#b9c2c9", width: 1, size: 5 } };
  const x = { ...common, label: chart.x_label, size: 30, space: chart.small ? 36 : 50 }, y = { ...common, label: chart.y_label };
  x.values = y.values = (u, splits) => splits.map(tick);
  y.size = (u, values, index, cycle) => cycle > 1 ? u.axes[index]._size : Math.ceil(14 + wide(u, longest(values)));
  if (chart.categories) {
    const names = chart.categories.map(cut), need = names.reduce((a, t) => a + 7 * t.length + 12, 0);
    const crowded = u => need > u.width - 80;
    x.splits = () => names.map((_, i) => i);
    x.values = (u, splits) => splits.map(i => names[i]);
    x.rotate = u => crowded(u) ? 40 : 0;
    x.size = u => crowded(u) ? 22 + Math.ceil(0.65 * 7 * longest(names).length) : 30;
  }
  return [x, y];
}

function marks(chart, u) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = "#444"; ctx.lineWidth = devicePixelRatio; ctx.font = `${11 * devicePixelRatio}px sans-serif`; ctx.textAlign = "center";
  let free = -Infinity;
  for (const m of (chart.marks || []).slice().sort((a, b) => a.x - b.x)) {
    const x = u.valToPos(m.x, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.setLineDash([4, 3]); ctx.beginPath(); ctx.moveTo(x, bbox.top + 14 * devicePixelRatio); ctx.lineTo(x, bbox.top + bbox.height); ctx.stroke();
    ctx.fillText(m.label, Math.max(x, free), bbox.top + 11 * devicePixelRatio);
    free = Math.max(x, free) + 11 * devicePixelRatio;
  }
  ctx.restore();
}

// Upright lines from the low to the high end of what has a spread, for values that no band joins.
function spreads(chart, u) {
  const { ctx } = u;
  ctx.save();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  chart.series.forEach((s, i) => {
    ctx.strokeStyle = palette[i % palette.length];
    for (let k = 0; chart.points && s.low && k < chart.x.length; ++k) {
      if (s.low[k] == null || s.high[k] == null) continue;
      const x = u.valToPos(chart.x[k], "x", true);
      ctx.beginPath(); ctx.moveTo(x, u.valToPos(s.low[k], "y", true)); ctx.lineTo(x, u.valToPos(s.high[k], "y", true)); ctx.stroke();
    }
  });
  ctx.restore();
}

function scales(chart) {
  const x = { time: false }, n = chart.x.length - 1, from = chart.x[0], to = chart.x[n];
  if (chart.log) x.distr = 3;
  else if (chart.categories) x.range = () => [-0.5, n + 0.5];
  else if (chart.points) { const pad = to > from ? 0.05 * (to - from) : 1; x.range = () => [from - pad, to + pad]; }
  const y = { range: (u, low, high) => low == null || low === 0 && high === 0 ? [0, 1] : uPlot.rangeNum(chart.zero && low > 0 ? 0 : low, chart.zero && high < 0 ? 0 : high, 0.08, true) };
  return { x, y };
}

function draw(chart) {
  const host = document.getElementById(chart.id), box = host.closest(".chart"), legend = box.querySelector(".legend"), at = box.querySelector(".at");
  const data = [chart.x], lines = [{}], bands = [], values = [];
  const apart = chart.categories ? { paths: () => null } : {};  // nothing lies between two categories
  chart.series.forEach((s, i) => {
    const colour = palette[i % palette.length], dash = s.dash || dashes[Math.floor(i / palette.length) % dashes.length];
    if (s.low) {
      for (const edge of [s.high, s.low]) { data.push(edge); lines.push({ stroke: "transparent", width: 0, points: { show: false }, ...apart }); }
      if (!chart.categories) bands.push({ series: [data.length - 2, data.length - 1], fill: colour + "2e" });
    }
    data.push(s.y);
    lines.push({ stroke: colour, width: 2, dash: dash, points: chart.points ? { show: true, size: 7, fill: colour } : chart.bars ? { show: false } : {},
      ...(chart.bars ? { fill: colour + "55", paths: uPlot.paths.bars({ size: [0.95, 60] }) } : {}), ...apart });
    values.push({ index: data.length - 1, band: s.low, shown: legend ? key(legend, s, colour, dash) : null });
  });
  const read = u => {
    const k = u.cursor.idx, on = k != null && u.cursor.left >= 0;
    const y = v => figure(data[v.index][k]) + (v.band && data[v.index][k] != null ? ` (${figure(data[v.index - 1][k])} to ${figure(data[v.index - 2][k])})` : "");
    for (const v of values) if (v.shown) v.shown.textContent = on ? y(v) : "";
    const x = !on ? "" : chart.categories ? chart.categories[k] : `${chart.x_label}: ${figure(chart.x[k])}`;
    at.textContent = on && !legend ? `${x}: ${y(values[0])}` : x;
  };
  host.plot = new uPlot({ width: Math.max(host.clientWidth, 120), height: (chart.small ? 190 : 290) + (chart.categories ? 40 : 0), scales: scales(chart), series: lines, bands: bands, axes: axes(chart),
    legend: { show: false }, cursor: { y: false, drag: { x: false, y: false } }, hooks: { setCursor: [read], draw: [u => marks(chart, u), u => spreads(chart, u)] } }, data, host);
  host.dataset.drawn = "yes";
}

const resized = new ResizeObserver(all => requestAnimationFrame(() => {
  for (const { target } of all) if (target.clientWidth > 0 && target.clientWidth != target.plot.width) target.plot.setSize({ width: target.clientWidth, height: target.plot.height });
}));
for (const chart of charts) { draw(chart); resized.observe(document.getElementById(chart.id)); }

for (const box of document.querySelectorAll(".choice")) {
  const picture = document.getElementById(box.dataset.of), buttons = box.querySelectorAll("button");
  for (const b of buttons) b.onclick = () => { picture.dataset.by = b.dataset.by; buttons.forEach(o => o.setAttribute("aria-pressed", o == b)); };
}

for (const box of document.querySelectorAll(".figures")) {
  const quote = t => `"${(/^[=@]|^[+-](?![\d.])/.test(t) ? "'" + t : t).replace(/"/g, '""')}"`;
  const rows = [["path", "figure", "unit"].concat(JSON.parse(box.dataset.labels))];
  for (const tr of box.querySelectorAll("tr[data-path]"))
    rows.push([tr.dataset.path, tr.cells[0].textContent, tr.dataset.unit].concat(Array.from(tr.cells).slice(1).map(c => c.dataset.v ?? c.textContent)));
  const link = document.createElement("a");
  link.className = "button"; link.download = "figures.csv"; link.textContent = "CSV of all figures, SI units";
  link.href = "data:text/csv;charset=utf-8," + encodeURIComponent(rows.map(r => r.map(quote).join(",")).join("\r\n") + "\r\n");
  box.append(link);
}

let opened = [];
addEventListener("beforeprint", () => {
  opened = Array.from(document.querySelectorAll("details:not([open])"));
  opened.forEach(d => d.open = true);
  for (const host of document.querySelectorAll("[data-drawn]")) host.plot.setSize({ width: Math.min(host.clientWidth, 620), height: host.plot.height });
});
addEventListener("afterprint", () => {
  opened.forEach(d => d.open = false);
  for (const host of document.querySelectorAll("[data-drawn]")) host.plot.setSize({ width: host.clientWidth, height: host.plot.height });
});
)js";

bool has_value(const nlohmann::json& values) {
  return std::any_of(values.begin(), values.end(), [](const auto& v) {
    return v.is_number() && std::isfinite(v.template get<double>());
  });
}

}  // namespace

std::string inputs_table(const std::vector<config::Used>& inputs) {
  std::string out =
      "<div "
      "class=\"scroll\"><table><thead><tr><th>input</th><th>value</th><th>meaning</th><th>source</"
      "th><th>class</"
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
  return out + "</tbody></table></div>";
}

std::string Page::chart(const std::string& title, const std::string& x_label,
                        const std::string& y_label, nlohmann::json x, const nlohmann::json& series,
                        const nlohmann::json& options) {
  nlohmann::json drawn = nlohmann::json::array();
  for (const auto& s : series)
    if (has_value(s.at("y"))) drawn.push_back(s);
  if (drawn.empty()) return "";
  const std::string id = fmt::format("chart{}", list_.size());
  nlohmann::json chart{{"id", id}, {"x_label", x_label}, {"y_label", y_label}, {"x", std::move(x)}};
  chart["series"] = std::move(drawn);
  if (!options.is_null()) chart.update(options);
  const bool small = chart.value("small", false);
  list_.push_back(std::move(chart));
  return fmt::format(
      "<figure class=\"chart{}\"><h3>{}<span class=\"at\"></span></h3><div class=\"plot\" "
      "id=\"{}\"></div>{}</figure>",
      small ? " panel" : "", explained(title), id, small ? "" : "<div class=\"legend\"></div>");
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
