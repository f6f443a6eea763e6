import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { playPage } from "../../lib/cli/playing/page";
import { quantile } from "../../lib/statistics/quantile";
import { findChromium, startChromium } from "../report/chromium";

/** Milliseconds since a visit of the playground began, and of one evaluation. */
interface Visit {
  /** The first text or picture was painted. */
  readonly painted: number;
  /** The first figure has its controls, and a click on one was answered by a new picture on the screen. */
  readonly interactive: number;
  /** The first hole is filled. */
  readonly filled: number;
  /** The median of the evaluations of that hole. */
  readonly evaluation: number;
}

/** How long the playground of `npm run play` takes; medians, least and most of some visits. */
export interface PageTimes {
  readonly visits: readonly Visit[];
  /** Milliseconds of an evaluation by the native engine on one thread, measured between the visits. */
  readonly native: readonly number[];
  readonly megabytes: number;
}

/** In the page, before its own scripts: notes when it can be used, by using it. */
const watch = () => {
  const seen: { interactive?: number; filled?: number; evaluation?: number } = {};
  Object.assign(window, { seen });
  const use = new MutationObserver(() => {
    const figure = document.querySelector("figure.playground[data-live]");
    if (!figure) return;
    use.disconnect();
    const button = [...figure.querySelectorAll("button")].find((one) => one.textContent === "Another sample");
    button?.click();
    requestAnimationFrame(() => setTimeout(() => Object.assign(seen, { interactive: performance.now() })));
  });
  use.observe(document, { subtree: true, attributes: true, attributeFilter: ["data-live"] });
  document.addEventListener("play-done", (event) => {
    const { perEvaluation } = (event as CustomEvent<{ perEvaluation: number }>).detail;
    if (seen.filled !== undefined || event.target !== document.querySelector("figure.playground")) return;
    Object.assign(seen, { filled: performance.now(), evaluation: perEvaluation });
  });
};

async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1180, height: 900 }, offline: true });
  try {
    const page = await context.newPage();
    await page.addInitScript(watch);
    await page.goto(url);
    await page.waitForFunction(() => (window as unknown as { seen: Partial<Visit> }).seen.filled, null, {
      timeout: 300_000,
    });
    return await page.evaluate(() => ({
      ...(window as unknown as { seen: Omit<Visit, "painted"> }).seen,
      painted: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    }));
  } finally {
    await context.close();
  }
}

/**
 * Opens the playground some times in a fresh window, in turn with `native`, which times evaluations of the
 * same model by the native engine. Nothing where there is no Chromium.
 */
export async function pageTimes(
  native: () => Promise<number>,
  visits: number,
): Promise<PageTimes | undefined> {
  const program = findChromium();
  if (!program) {
    console.log("the playground is not measured: no Chromium was found\n");
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "playground "));
  const browser = await startChromium(program);
  try {
    const text = await playPage();
    const file = join(folder, "play.html");
    writeFileSync(file, text);
    const url = pathToFileURL(file).href;
    await visit(browser, url); // warms the system's caches
    const [seen, natives]: [Visit[], number[]] = [[], []];
    for (let k = 0; k < visits; k++) {
      natives.push(await native());
      seen.push(await visit(browser, url));
    }
    const megabytes = Buffer.byteLength(text) / 1e6;
    print({ visits: seen, native: natives, megabytes });
    return { visits: seen, native: natives, megabytes };
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function print({ visits, native, megabytes }: PageTimes): void {
  const words = (values: readonly number[], digits = 0) =>
    [0.5, 0, 1].map((q) => quantile([...values], q).toFixed(digits)).join(", ");
  const load = loadavg()[0].toFixed(1);
  console.log(
    `playground of ${megabytes.toFixed(2)} MB: median, least and most of ${visits.length} visits, ms`,
  );
  console.log(`  painted                              ${words(visits.map(({ painted }) => painted))}`);
  console.log(
    `  a click is answered (aim: 1000)      ${words(visits.map(({ interactive }) => interactive))}`,
  );
  console.log(`  the first hole is filled             ${words(visits.map(({ filled }) => filled))}`);
  const [here, there] = [visits.map(({ evaluation }) => evaluation), native].map((list) =>
    quantile([...list], 0.5),
  );
  console.log(
    `  an evaluation in the page            ${words(
      visits.map(({ evaluation }) => evaluation),
      1,
    )}`,
  );
  console.log(`  by the native engine on one thread   ${words(native, 1)}`);
  console.log(`  ratio (aim: at most 3)               ${(here / there).toFixed(2)}`);
  console.log(`  load of the machine at the end: ${load}\n`);
}
