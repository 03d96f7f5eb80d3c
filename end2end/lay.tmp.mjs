import { chromium } from "@playwright/test";
const base = process.argv[2];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const ctx = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-US" });
const page = await ctx.newPage();
const ready = () => page.waitForSelector("html[data-hydrated]", { state: "attached", timeout: 60000 });
await page.goto(base + "/login"); await ready();
await page.fill("input[name=username]", "admin"); await page.fill("input[name=password]", "correct-horse-9"); await page.keyboard.press("Enter");
await page.waitForURL((u) => !u.pathname.includes("login"), { timeout: 60000 });
await page.goto(base + "/servers"); await ready(); await page.waitForTimeout(3000);
const run = (label) => page.evaluate((label) => {
  const body = document.querySelector(".data-table__grid tbody");
  const rows = () => [...body.querySelectorAll(".data-table__row:not([hidden])")];
  const force = () => { const t = performance.now(); document.body.offsetHeight; rows().at(-1).getBoundingClientRect(); return performance.now() - t; };
  const med = (f) => { const a = []; for (let i = 0; i < 15; i++) { f(i); a.push(force()); } a.sort((x, y) => x - y); return a[7].toFixed(1); };
  force();
  const out = { rows: rows().length };
  out.text1 = med((i) => { rows()[5].querySelector(".server-name__link").firstChild.data = "name" + i; });
  out.move1 = med(() => { const r = rows(); body.insertBefore(r[0], r.at(-1).nextSibling); });
  out.move8 = med(() => { const r = rows(); for (const x of r.slice(0, 8)) body.insertBefore(x, r.at(-1).nextSibling); });
  out.text8 = med((i) => { for (const r of rows().slice(0, 8)) for (const td of r.querySelectorAll("td")) { const w = document.createTreeWalker(td, NodeFilter.SHOW_TEXT); let n; while ((n = w.nextNode())) if (n.data.trim()) n.data = n.data.replace(/.$/, i % 10); } });
  const retext = (i, list) => { for (const r of list) for (const td of r.querySelectorAll("td")) { const w = document.createTreeWalker(td, NodeFilter.SHOW_TEXT); let n; while ((n = w.nextNode())) if (n.data.trim()) n.data = n.data.replace(/.$/, i % 10); } };
  out.moveText8 = med((i) => { const r = rows(); for (const x of r.slice(0, 8)) body.insertBefore(x, r.at(-1).nextSibling); retext(i, r.slice(0, 8)); });
  out.topText8 = med((i) => { const r = rows().slice(0, 8); for (const x of r) { x.style.position = "relative"; x.style.top = (i * 32) + "px"; } retext(i, r); });
  out.trText8 = med((i) => { const r = rows().slice(0, 8); for (const x of r) { x.style.transform = `translateY(${i * 32}px)`; } retext(i, r); });
  out.spacer = med((i) => { body.querySelector(".data-table__spacer td").setAttribute("height", String(100 + i)); });
  out.all = med(() => { body.parentElement.style.display = "none"; document.body.offsetHeight; body.parentElement.style.display = ""; });
  return label + " " + JSON.stringify(out);
}, label);
console.log(await run("now"));
for (const [label, css] of JSON.parse(process.argv[3] ?? "[]")) {
  const h = await page.evaluate((css) => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }, css);
  console.log(await run(label));
}
await browser.close();
