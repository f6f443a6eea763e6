import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type AxeResults, source as axe } from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseNotebook } from "../../lib/notebook/nbformat";
import { answerOf, renderIndex, renderNotebook, thumbnailOf } from "../../lib/report";
import { findChromium, startChromium } from "./chromium";

const program = findChromium();
if (!program) console.warn("Accessibility is not checked: no Chromium was found.");

const names = ["01-coupling-vs-conditioning", "02-inpainting", "10-process-data"];

describe.skipIf(!program)("axe-core finds nothing to complain about", () => {
  const folder = mkdtempSync(join(tmpdir(), "accessible-"));
  let browser: Browser;

  beforeAll(async () => {
    const entries = [];
    for (const name of names) {
      const path = resolve(__dirname, "../../notebooks", `${name}.ipynb`);
      const notebook = parseNotebook(readFileSync(path, "utf8"), path);
      const page = await renderNotebook(notebook, {
        facts: { scale: "small", seed: 0 },
        notices: ["A notice."],
      });
      writeFileSync(join(folder, `${name}.html`), page);
      entries.push({
        title: name,
        href: `${name}.html`,
        scale: "small",
        status: "ok",
        durationSeconds: 60,
        metrics: { loss: 0.5 },
        answer: answerOf(notebook),
        thumbnail: await thumbnailOf(notebook),
        notebookHref: `${name}.ipynb`,
        metricsHref: `${name}.metrics.json`,
      });
    }
    writeFileSync(join(folder, "index.html"), renderIndex(entries, { links: [{ label: "All", href: "a" }] }));
    browser = await startChromium(program!);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(
    ["index", ...names].flatMap((name) =>
      (["light", "dark"] as const).map((colours) => [name, colours] as const),
    ),
  )("in %s, %s", async (name, colorScheme) => {
    // The page's policy would not let axe-core run.
    const context = await browser.newContext({ offline: true, bypassCSP: true, colorScheme });
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
    await page.evaluate(axe);
    const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as AxeResults;
    await context.close();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200))}`),
    ).toEqual([]);
  });
});
