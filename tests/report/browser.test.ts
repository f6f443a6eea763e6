import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { densityInTime, imageGrid, metricTable, plot } from "../../lib/figures";
import { rng } from "../../lib/random";
import { renderNotebook } from "../../lib/report";
import { plotlyPath } from "../../lib/text";
import { findChromium, startChromium } from "./chromium";
import { code, notebook, shown, text } from "./notebooks";

const program = findChromium();
if (!program) {
  console.warn(
    "The reports are not opened in a browser: no Chromium was found. " +
      "Install it, or set CHROMIUM to its path.",
  );
}

const curve = plot({
  title: "A falling loss with a title that is long enough to need a second line on a narrow screen",
  alt: "A falling line.",
  x: { label: "step" },
  y: { label: "loss" },
  traces: [
    { kind: "line", name: "coupled", x: [0, 1, 2, 3, 4], y: [4, 3, 2, 1, 0], markers: true },
    { kind: "line", name: "uncoupled", x: [0, 1, 2, 3, 4], y: [4, 4, 4, 3, 3] },
  ],
});

describe.skipIf(!program)("a report in Chromium, without a network", () => {
  let browser: Browser;
  let folder = "";
  let url = "";

  beforeAll(async () => {
    const cloud = (seed: number) => rng(seed).normals([300, 2]);
    const figures = [
      curve,
      densityInTime({
        title: "Density",
        alt: "Two clouds.",
        panels: [
          {
            title: "a",
            slices: [
              { t: 0, x: cloud(1) },
              { t: 1, x: cloud(2) },
            ],
          },
        ],
      }),
      imageGrid({
        title: "Samples",
        alt: "Grey squares.",
        rows: [{ label: "truth", images: ndarray([8, 8, 8, 1], new Float32Array(512)) }],
      }),
      metricTable({ title: "Results", rows: [{ method: "coupled", KD: 0.1 }] }),
    ];
    const cells = await Promise.all(
      figures.map(async (figure, k) =>
        code(`show(figure${k})`, [shown(await figure.toBundle(), figure.metadata)]),
      ),
    );
    const made = notebook(
      text("# A report\n\nWith $x$, and a picture from elsewhere: ![gone](https://e.org/a.png)"),
      text("## Figures\n\n<script src='https://e.org/a.js'></script><iframe src='https://e.org'></iframe>"),
      ...cells,
      text("## The end\n\n<img src='https://e.org/b.png' onerror='window.broken = true'>"),
    );
    folder = mkdtempSync(join(tmpdir(), "a report "));
    const file = join(folder, "report.html");
    writeFileSync(file, await renderNotebook(made));
    url = pathToFileURL(file).href;
    browser = await startChromium(program!);
  });

  /** Runs `use` in a window of its own that has no network. */
  async function offline(options: BrowserContextOptions, use: (context: BrowserContext) => Promise<void>) {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      offline: true,
      ...options,
    });
    try {
      await use(context);
    } finally {
      await context.close();
    }
  }

  afterAll(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** Scrolls through the whole page, so that every plot comes near the screen. */
  async function readAll(page: Page): Promise<void> {
    const height = await page.evaluate(() => document.body.scrollHeight);
    for (let y = 0; y < height; y += 400) await page.mouse.wheel(0, 400);
    await page.waitForFunction(() =>
      Array.from(document.querySelectorAll<HTMLElement>("figure.plot")).every(
        (figure) => figure.dataset["live"] || figure.dataset["still"],
      ),
    );
  }

  it("shows all figures, answers to the pointer, and requests nothing but itself", async () => {
    await offline({}, async (context) => {
      const requests: string[] = [];
      const problems: string[] = [];
      context.on("request", (request) => requests.push(request.url()));
      const page = await context.newPage();
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
      });
      await page.goto(url);
      await readAll(page);

      expect(requests.filter((request) => !/^(?:data|blob):/.test(request))).toEqual([url]);
      expect(problems).toEqual([]);
      expect(await page.evaluate(() => "broken" in window)).toBe(false);
      expect(await page.locator("figure.plot .js-plotly-plot .main-svg").count()).toBeGreaterThanOrEqual(2);
      await page.getByRole("button", { name: "Enlarge: Samples" }).press("Enter");
      const dialog = page.getByRole("dialog");
      expect(await dialog.locator("img").evaluate((img) => img.clientWidth)).toBeGreaterThan(1000);
      await dialog.getByRole("button", { name: "Close" }).click();
      const pictures = page.locator("figure.picture img");
      expect(await pictures.count()).toBe(1);
      expect(await pictures.evaluate((img: HTMLImageElement) => img.complete && img.naturalWidth > 0)).toBe(
        true,
      );
      expect(await page.locator("table.metric-table td").count()).toBeGreaterThan(0);
      expect(await page.locator("main math, h1 math, .prose math").count()).toBeGreaterThan(0);

      expect(
        await page.evaluate(() => Array.from(document.fonts, ({ family, status }) => [family, status])),
      ).toEqual([[expect.stringMatching(/^"?Report Math"?$/), "loaded"]]);

      // The pointer on the middle point of the falling line, (2, 2).
      const point = page.locator("figure.plot").first().locator(".scatterlayer .trace .point").nth(2);
      await point.scrollIntoViewIfNeeded();
      const box = (await point.boundingBox())!;
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 - 6);
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      const tip = page.locator(".hoverlayer .hovertext").first();
      await tip.waitFor();
      expect(await tip.textContent()).toContain("(2, 2)");
    });
  });

  it("unfolds all code and folds it again", async () => {
    await offline({}, async (context) => {
      const page = await context.newPage();
      await page.goto(url);
      const open = () => page.locator("details.code[open]").count();
      expect(await open()).toBe(0);
      await page.getByRole("button", { name: "Show all code" }).click();
      expect(await open()).toBe(4);
      await page.getByRole("button", { name: "Hide all code" }).click();
      expect(await open()).toBe(0);
    });
  });

  it("fits a narrow screen, and keeps its pictures where scripts are off", async () => {
    await offline({ viewport: { width: 360, height: 800 } }, async (context) => {
      const page = await context.newPage();
      await page.goto(url);
      await readAll(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(over).toBeLessThanOrEqual(0);
      // Plots stay pictures there, fit into the page, and can be opened at full size.
      const plot = page.locator("figure.plot").first();
      expect(await plot.locator("img").evaluate((img) => img.clientWidth)).toBeLessThan(360);
      await plot.getByRole("button", { name: "Enlarge" }).click();
      const large = page.getByRole("dialog").locator("img");
      expect(await large.evaluate((img) => img.clientWidth)).toBeGreaterThan(600);
      await page.keyboard.press("Escape");
      expect(await page.getByRole("dialog").count()).toBe(0);
    });
    await offline({ javaScriptEnabled: false }, async (context) => {
      const page = await context.newPage();
      await page.goto(url);
      expect(await page.locator("figure img").count()).toBe(3);
      expect(await page.getByRole("button").count()).toBe(0);
    });
  });

  it("turns a figure's HTML into a plot where plotly.js is, and keeps the picture elsewhere", async () => {
    const html = (await curve.toBundle())["text/html"] as string;
    await offline({}, async (context) => {
      const page = await context.newPage();
      await page.setContent(html);
      expect(await page.locator("img").count()).toBe(1);
      await page.setContent("<p>A page with plotly.js</p>");
      await page.addScriptTag({ path: plotlyPath() });
      await page.evaluate((source) => {
        const box = document.createElement("div");
        box.innerHTML = source;
        document.body.append(box);
        // As JupyterLab does: scripts set by innerHTML do not run until they are made anew.
        for (const old of box.querySelectorAll("script")) {
          const script = document.createElement("script");
          script.textContent = old.textContent;
          old.replaceWith(script);
        }
      }, html);
      await page.locator(".js-plotly-plot .main-svg").first().waitFor();
      expect(await page.locator("img").count()).toBe(0);
    });
  });
});
