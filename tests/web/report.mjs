// Opens a report from disk at two widths: no console message, no network request, every chart drawn with a legend that says what
// it shows, nothing wider than the page, no pale text; takes a screenshot of each.
import { chromium } from "playwright-core";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [file, picture, expected] = process.argv.slice(2);
const fail = message => { console.error(`${file}: ${message}`); process.exitCode = 1; };

// In the page: texts whose colour stands out from their ground by less than 4.5.
function paleTexts() {
  const parts = colour => { const m = colour.match(/[\d.]+/g).map(Number); return m.length > 3 && m[3] === 0 ? null : m.slice(0, 3); };
  const light = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c) return c; } return [255, 255, 255]; };
  const pale = [];
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("svg, script, style, .uplot") || !Array.from(e.childNodes).some(n => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [light(parts(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) pale.push(e.textContent.slice(0, 40));
  }
  return pale;
}

// In the page: how many charts show more than axes and grid.
const drawnCharts = canvases => canvases.filter(c => {
  const pixels = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
  const colours = new Set();
  for (let i = 0; i < pixels.length; i += 4) if (pixels[i + 3] > 0) colours.add(`${pixels[i] >> 5},${pixels[i + 1] >> 5},${pixels[i + 2] >> 5}`);
  return colours.size > 2;
}).length;

async function charts(page, width) {
  const drawn = await page.$$eval("[data-drawn=yes] canvas", drawnCharts), all = await page.$$eval(".plot", p => p.length);
  if (drawn < Number(expected) || drawn !== all) fail(`${width}: ${drawn} of ${all} charts drawn, ${expected} expected`);
  const legends = await page.$$eval(".legend", ls => ls.map(l => Array.from(l.children, c => c.textContent.trim())));
  for (const legend of legends) if (!legend.length || legend.some(t => !t || t.endsWith("--"))) fail(`${width}: an empty legend: ${JSON.stringify(legend)}`);
  const plot = page.locator(".chart:has(.legend) .u-over").first();
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox(), values = () => page.$$eval(".legend .value", v => v.map(x => x.textContent).join(""));
  if (await values()) fail(`${width}: values without a pointer: ${await values()}`);
  await page.mouse.move(box.x + 0.3 * box.width, box.y + 0.5 * box.height);
  if (!await values()) fail(`${width}: no value under the pointer`);
  await page.mouse.move(1, 1);
  if (await values()) fail(`${width}: values stay when the pointer has left`);
  return drawn;
}

async function controls(page, width) {
  for (const choice of await page.$$(".choice")) {
    const fill = () => page.$eval(".map ellipse", e => getComputedStyle(e).fill), first = await fill();
    for (const by of ["depth", "pass"]) {
      await (await choice.$(`[data-by=${by}]`)).click();
      if (await page.$eval(".map", m => m.dataset.by) !== by || await fill() === first) fail(`${width}: the map is not coloured by ${by}`);
    }
    await (await choice.$("[data-by=direction]")).click();
  }
  for (const link of await page.$$eval(".figures a[download]", a => a.map(x => x.href))) {
    const rows = decodeURIComponent(link.replace("data:text/csv;charset=utf-8,", "")).trim().split("\r\n");
    const columns = row => row.match(/"(?:[^"]|"")*"/g).length;
    if (rows.length < 8 || rows.some(r => columns(r) !== columns(rows[0]))) fail(`${width}: the table as CSV has ${rows.length} rows`);
  }
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
let drawn = 0;
for (const width of [1200, 400]) {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const problems = [], requests = [];
  page.on("console", m => problems.push(m.text()));
  page.on("pageerror", e => problems.push(String(e)));
  page.on("request", r => { if (!r.url().startsWith("file:") && !r.url().startsWith("data:")) requests.push(r.url()); });
  await page.goto(pathToFileURL(path.resolve(file)).href);
  await page.waitForTimeout(500);
  await page.screenshot({ path: picture.replace(".png", `-${width}.png`), fullPage: true });
  drawn = await charts(page, width);
  await controls(page, width);
  await page.$$eval("details", all => all.forEach(d => { d.open = true; }));
  const [content, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  if (content > shown) fail(`${width}: ${content} pixels wide`);
  const pale = await page.evaluate(paleTexts);
  if (pale.length) fail(`${width}: pale: ${pale.join("; ")}`);
  if (problems.length) fail(`${width}: console: ${problems.join("; ")}`);
  if (requests.length) fail(`${width}: network: ${requests.join("; ")}`);
  const text = await page.innerText("body");
  for (const word of ["NaN", "undefined", "null", "Infinity"]) if (text.includes(word)) fail(`${width}: shows "${word}"`);
  await page.close();
}
await browser.close();
if (fs.statSync(file).size > 2e6) fail(`${fs.statSync(file).size} bytes`);
if (!process.exitCode) console.log(`${file}: ${drawn} charts, no message, no request`);
