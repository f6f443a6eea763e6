import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { inpainting, pairMoments, tiles } from "../../lib/couplings";
import { unet } from "../../lib/networks";
import { playground } from "../../lib/playground";
import { playgroundMime } from "../../lib/playground/spec";
import { rng } from "../../lib/random";
import { renderNotebook } from "../../lib/report";
import { findChromium, startChromium } from "../report/chromium";
import { code, notebook, shown, text } from "../report/notebooks";

const program = findChromium();

/** A small network that has learned nothing, on small pictures. */
async function smallFigure() {
  const coupling = inpainting({ mask: tiles({ grid: 8, p: 0.3 }) });
  const x = rng(1).normals([6, 16, 16, 1]);
  const pictures = ndarray(x.shape, x.data.map((value) => Math.max(-1, Math.min(1, value))) as Float32Array);
  const network = unet({
    channels: 1,
    condition: coupling.condition,
    dim: 8,
    mults: [1, 2],
    blocksPerLevel: 1,
  });
  const moments = await pairMoments({ coupling, data: { x: pictures }, draws: 400, rng: rng(2) });
  const model = { network, parameters: network.init(rng(3)), moments };
  return playground({
    kind: "in-painting",
    title: "Small",
    models: { untrained: model },
    pictures: { x: pictures },
  });
}

describe("a live figure in a report", () => {
  let bundle: Readonly<Record<string, unknown>>;
  let page = "";
  let browser: Browser;
  let folder = "";
  let url = "";

  beforeAll(async () => {
    bundle = await (await smallFigure()).toBundle();
    page = await renderNotebook(
      notebook(
        text("# A report"),
        code("show(figure)", [shown(bundle)]),
        code("show(figure)", [shown({ ...bundle })]),
        code("show(hostile)", [
          shown({
            ...bundle,
            [playgroundMime]: {
              ...(bundle[playgroundMime] as object),
              play: { kind: "in-painting", title: "</script><script>window.broken = true</script>" },
            },
          }),
        ]),
      ),
    );
    folder = mkdtempSync(join(tmpdir(), "a report "));
    writeFileSync(join(folder, "report.html"), page);
    url = pathToFileURL(join(folder, "report.html")).href;
    if (program) browser = await startChromium(program);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it("carries data in the notebook, and a picture with its description beside them", () => {
    expect(Object.keys(bundle).sort()).toEqual([playgroundMime, "image/png", "text/plain"].sort());
    expect(bundle["text/plain"]).toMatch(/^Small\nA picture with noise in a hole/);
    expect(JSON.stringify(bundle)).not.toMatch(/function|=>|<script/);
  });

  it("comes with one runtime and one copy of a model, in a policy that lets nothing else run", () => {
    const count = (pattern: RegExp) => [...page.matchAll(pattern)].length;
    expect(count(/<figure class="playground"/g)).toBe(2);
    expect(count(/data-play-worker/g) - count(/script\[data-play-worker/g)).toBe(1);
    expect(count(/data-play-model="[0-9a-f]{16}"/g)).toBe(1);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)![1];
    const rules = Object.fromEntries(
      policy.split("; ").map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1)]),
    );
    expect(rules["default-src"]).toEqual(["'none'"]);
    expect(rules["worker-src"]).toEqual(["blob:"]);
    expect(rules["script-src"].filter((source) => !source.startsWith("'sha256-"))).toEqual([
      "'wasm-unsafe-eval'",
    ]);
    expect(Object.keys(rules).sort()).toEqual(
      ["base-uri", "default-src", "form-action", "img-src", "script-src", "style-src", "worker-src"].sort(),
    );
    expect(Buffer.byteLength(page)).toBeLessThan(8_000_000);
  });

  it("leaves the policy of other pages as it was", async () => {
    const plain = await renderNotebook(notebook(text("# A report")));
    expect(plain).not.toMatch(/wasm-unsafe-eval|worker-src|data-play/);
    const still = await renderNotebook(notebook(code("show(figure)", [shown(bundle)])), {
      interactive: false,
    });
    expect(still).not.toMatch(/wasm-unsafe-eval|worker-src|data-play/);
  });

  describe.skipIf(!program)("in Chromium", () => {
    it("becomes live, unless it doesn't hold together, and nothing hostile runs", async () => {
      const context = await browser.newContext({ offline: true });
      const opened = await context.newPage();
      opened.setDefaultTimeout(60_000);
      await opened.goto(url);
      for (const figure of await opened.locator("figure.playground").all()) {
        await figure.scrollIntoViewIfNeeded();
        await expect.poll(() => figure.getAttribute("data-state"), { timeout: 60_000 }).toBe("done");
        expect(await figure.locator(".play-still").isVisible()).toBe(false);
      }
      expect(await opened.locator("figure.picture img").last().isVisible()).toBe(true);
      expect(await opened.evaluate(() => "broken" in window)).toBe(false);
      // On paper the picture stands there, not the controls.
      await opened.emulateMedia({ media: "print" });
      expect(await opened.locator("figure.playground .play-still").first().isVisible()).toBe(true);
      expect(await opened.locator("figure.playground .play").first().isVisible()).toBe(false);
      await context.close();
    }, 120_000);

    it("is its picture where scripts are off", async () => {
      const context = await browser.newContext({ offline: true, javaScriptEnabled: false });
      const opened = await context.newPage();
      await opened.goto(url);
      expect(await opened.locator(".play-still img").first().isVisible()).toBe(true);
      expect(await opened.getByRole("button").count()).toBe(0);
      await context.close();
    }, 60_000);
  });
});

describe("options of a playground", () => {
  it("are checked at once", async () => {
    expect(() => playground({ kind: "nothing" } as never)).toThrow(
      /Expected a kind of playground.*"nothing"/,
    );
    const pictures = { x: rng(0).normals([2, 8, 8, 1]) };
    expect(() => playground({ kind: "in-painting", models: {}, pictures })).toThrow(/one to four models/);
    const wrong = { x: rng(0).normals([2, 8]) };
    expect(() => playground({ kind: "in-painting", models: {}, pictures: wrong })).toThrow(
      /pictures \[n, h, w, 1 or 3\]/,
    );
  });
});
