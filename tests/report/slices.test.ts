import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type AxeResults, source as axe } from "axe-core";
import { JSDOM } from "jsdom";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { imageGrid } from "../../lib/figures";
import { renderNotebook } from "../../lib/report";
import { slicesIn } from "../../lib/report/slices";
import { findChromium, startChromium } from "./chromium";
import { code, notebook, shown } from "./notebooks";

const program = findChromium();
if (!program) console.warn("Time slices are not stepped through in a browser: no Chromium was found.");

/** Two rows of evenly coloured images, whose red says the time and whose green says the row. */
const times = [0, 0.25, 0.5, 1];
const colour = (row: number, t: number) => [Math.round(200 * t) + 20, row === 0 ? 40 : 200, 90] as const;
const grid = imageGrid({
  title: "Slices",
  alt: "Squares that grow redder.",
  columns: [...times.map((t) => `t = ${t}`), "truth"],
  rows: [0, 1].map((row) => ({
    label: `image ${row + 1}`,
    images: ndarray(
      [5, 4, 4, 3],
      Float32Array.from(
        [...times, 0].flatMap((t) => Array(16).fill(colour(row, t)).flat(1)),
        (byte) => byte / 127.5 - 1,
      ),
    ),
  })),
});
const page = async () =>
  renderNotebook(notebook(code("show(grid)", [shown(await grid.toBundle(), grid.metadata)])));

describe("time slices", () => {
  const good = {
    names: ["t = 0", "t = 1"],
    labels: ["a"],
    cells: [
      [
        [0, 0, 4, 4],
        [4, 0, 4, 4],
      ],
    ],
  };

  it("are the columns that are times, where there are three or more", () => {
    const { slices } = grid.metadata!["image/png"] as { slices: typeof good };
    expect(slices.names).toEqual(["t = 0", "t = 0.25", "t = 0.5", "t = 1"]);
    expect(slices.labels).toEqual(["image 1", "image 2"]);
    const { x, y, width, height } = grid.cells[1][2];
    expect(slices.cells[1][2]).toEqual([x, y, width, height]);
    expect(slicesIn(slices)).toEqual(slices);
    const rows = [{ label: "a", images: ndarray([2, 4, 4, 1], new Float32Array(32)) }];
    const two = imageGrid({ title: "t", alt: "a", rows, columns: ["t = 0", "t = 1"] });
    expect(two.metadata?.["image/png"]).not.toHaveProperty("slices");
  });

  it("of unknown origin are left out where they don't hold together", () => {
    expect(slicesIn(good)).toEqual(good);
    expect(slicesIn({ ...good, more: "<script>" })).toEqual(good);
    for (const bad of [
      undefined,
      null,
      "slices",
      [],
      { ...good, names: [] },
      { ...good, names: ["t = 0", 1] },
      { ...good, names: ["t = 0", "x".repeat(300)] },
      { ...good, labels: [] },
      { ...good, labels: ["a", "b"] },
      { ...good, cells: [] },
      { ...good, cells: [[[0, 0, 4, 4]]] },
      {
        ...good,
        cells: [
          [
            [0, 0, 4],
            [4, 0, 4, 4],
          ],
        ],
      },
      {
        ...good,
        cells: [
          [
            [0, 0, 4, Number.NaN],
            [4, 0, 4, 4],
          ],
        ],
      },
      {
        ...good,
        cells: [
          [
            [-1, 0, 4, 4],
            [4, 0, 4, 4],
          ],
        ],
      },
      {
        ...good,
        cells: [
          [
            [0, 0, 0, 4],
            [4, 0, 4, 4],
          ],
        ],
      },
      {
        ...good,
        cells: [
          [
            [0, 0, 1e9, 4],
            [4, 0, 4, 4],
          ],
        ],
      },
    ]) {
      expect(slicesIn(bad), JSON.stringify(bad)).toBeUndefined();
    }
  });

  it("stand in a page as data, with a script only where there are some", async () => {
    const { document } = new JSDOM(await page()).window;
    const figure = document.querySelector<HTMLElement>("figure.picture")!;
    expect(JSON.parse(figure.dataset["slices"]!).names).toHaveLength(4);
    expect(document.querySelectorAll("figure.picture > *")).toHaveLength(1);
    const without = await renderNotebook(notebook(code("show(grid)", [shown(await grid.toBundle())])));
    expect(without).not.toContain("data-slices");
    expect(without).not.toContain("Time slice");
  });
});

describe.skipIf(!program)("time slices in Chromium", () => {
  let browser: Browser;
  let folder = "";
  let url = "";

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "slices "));
    writeFileSync(join(folder, "report.html"), await page());
    url = pathToFileURL(join(folder, "report.html")).href;
    browser = await startChromium(program!);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  async function opened(options: BrowserContextOptions, use: (page: Page) => Promise<void>) {
    const context = await browser.newContext({ offline: true, ...options });
    try {
      const opening = await context.newPage();
      await opening.goto(url);
      await use(opening);
    } finally {
      await context.close();
    }
  }

  /** The colour in the middle of each picture of the slice. */
  const colours = (opening: Page) =>
    opening.locator(".slices canvas").evaluateAll((views) =>
      (views as HTMLCanvasElement[]).map((view) => {
        const at = [Math.floor(view.width / 2), Math.floor(view.height / 2)] as const;
        return [
          ...view
            .getContext("2d")!
            .getImageData(...at, 1, 1)
            .data.slice(0, 3),
        ];
      }),
    );

  it("are stepped through by mouse and by keyboard, each as it is in the picture", async () => {
    await opened({}, async (opening) => {
      const slider = opening.getByRole("slider", { name: "Time slice" });
      expect(await colours(opening)).toEqual([colour(0, 0), colour(1, 0)]);
      await slider.focus();
      for (const t of times.slice(1)) {
        await opening.keyboard.press("ArrowRight");
        expect(await slider.getAttribute("aria-valuetext")).toBe(`t = ${t}`);
        expect(await colours(opening)).toEqual([colour(0, t), colour(1, t)]);
      }
      const box = (await slider.boundingBox())!;
      await opening.mouse.click(box.x + 3, box.y + box.height / 2);
      expect(await colours(opening)).toEqual([colour(0, 0), colour(1, 0)]);
      expect(await opening.getByRole("img", { name: "image 2, t = 0" }).count()).toBe(1);
      await opening.emulateMedia({ media: "print" });
      expect(await slider.isVisible()).toBe(false);
      expect(await opening.locator("figure.picture > img").isVisible()).toBe(true);
    });
  }, 60_000);

  it("fit a screen of 390 pixels", async () => {
    await opened({ viewport: { width: 390, height: 800 } }, async (opening) => {
      const beyond = await opening.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(beyond).toBeLessThanOrEqual(0);
      expect(await opening.locator(".slices canvas").first().isVisible()).toBe(true);
    });
  }, 60_000);

  it.each(["light", "dark"] as const)(
    "have nothing that axe-core finds fault with, %s",
    async (colorScheme) => {
      // The page's policy would not let axe-core run.
      await opened({ bypassCSP: true, colorScheme }, async (opening) => {
        await opening.evaluate(axe);
        const { violations } = (await opening.evaluate(
          "axe.run({ resultTypes: ['violations'] })",
        )) as AxeResults;
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`)).toEqual([]);
      });
    },
    60_000,
  );

  it("are the picture alone where scripts are off", async () => {
    await opened({ javaScriptEnabled: false }, async (opening) => {
      expect(await opening.locator("figure.picture > img").isVisible()).toBe(true);
      expect(await opening.getByRole("slider").count()).toBe(0);
    });
  }, 60_000);
});
