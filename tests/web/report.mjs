// Opens a report from disk: no console error, no network request, every chart drawn; takes a screenshot.
import { chromium } from "playwright-core";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [file, picture, expected] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
const problems = [], requests = [];
page.on("console", m => { if (m.type() === "error" || m.type() === "warning") problems.push(m.text()); });
page.on("pageerror", e => problems.push(String(e)));
page.on("request", r => { if (!r.url().startsWith("file:") && !r.url().startsWith("data:")) requests.push(r.url()); });
await page.goto(pathToFileURL(path.resolve(file)).href);
await page.waitForTimeout(500);
const drawn = await page.$$eval("[data-drawn=yes] canvas", canvases => canvases.filter(c => {
  const pixels = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
  const colours = new Set();
  for (let i = 0; i < pixels.length; i += 4) if (pixels[i + 3] > 0) colours.add(`${pixels[i] >> 5},${pixels[i + 1] >> 5},${pixels[i + 2] >> 5}`);
  return colours.size > 2;  // axes, grid and at least one line
}).length);
await page.screenshot({ path: picture, fullPage: true });
const text = await page.innerText("body");
await browser.close();

const fail = message => { console.error(`${file}: ${message}`); process.exitCode = 1; };
if (problems.length) fail(`console: ${problems.join("; ")}`);
if (requests.length) fail(`network: ${requests.join("; ")}`);
if (drawn < Number(expected)) fail(`${drawn} charts drawn, ${expected} expected`);
for (const word of ["NaN", "undefined", "null"]) if (text.includes(word)) fail(`shows "${word}"`);
if (!process.exitCode) console.log(`${file}: ${drawn} charts, no error, no request`);
