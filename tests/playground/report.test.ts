import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import {
  type Coupling,
  independent,
  inpainting,
  labelDropout,
  makeMask,
  pairMoments,
  tiles,
  uncoupledInpainting,
} from "../../lib/couplings";
import { fromBytes } from "../../lib/data/pixels";
import { modelVelocity } from "../../lib/experiments";
import { type Field, guided } from "../../lib/fields";
import { unet } from "../../lib/networks";
import { playground } from "../../lib/playground";
import { fromBase64 } from "../../lib/playground/packing/base64";
import { unpackModel } from "../../lib/playground/packing/model";
import { type CarriedPlay, playgroundMime } from "../../lib/playground/spec";
import { rng } from "../../lib/random";
import { renderNotebook } from "../../lib/report";
import { dopri5, solveOde } from "../../lib/samplers";
import { findChromium, startChromium } from "../report/chromium";
import { code, notebook, shown, text } from "../report/notebooks";

const program = findChromium();

/** Small networks that have learned nothing, on small pictures: one, and two side by side. */
async function smallFigures() {
  const x = rng(1).normals([6, 16, 16, 1]);
  const pictures = ndarray(x.shape, x.data.map((value) => Math.max(-1, Math.min(1, value))) as Float32Array);
  const model = async (coupling: Coupling) => {
    const network = unet({
      channels: 1,
      condition: coupling.condition,
      dim: 8,
      mults: [1, 2],
      blocksPerLevel: 1,
    });
    const data = { x: pictures, labels: Int32Array.from({ length: 6 }, (_, i) => i % 2) };
    const moments = await pairMoments({ coupling, data, draws: 400, rng: rng(2) });
    // What a network is initialised with adds nothing to the affine velocity: a little noise does.
    const noise = rng(4);
    const parameters = Object.fromEntries(
      Object.entries(network.init(rng(3))).map(([name, { shape, data }]) => [
        name,
        ndarray(
          shape,
          Float32Array.from(data, (value) => value + 0.03 * noise.normal()),
        ),
      ]),
    );
    return { network, parameters, moments };
  };
  const mask = tiles({ grid: 8, p: 0.3 });
  const coupled = await model(inpainting({ mask }));
  const uncoupled = await model(uncoupledInpainting({ mask, channels: 1 }));
  const labelled = independent({ classes: 2 });
  const classes = {
    "may be hidden": await model(labelDropout(labelled, { p: 0.1 })),
    "always shown": await model(labelled),
  };
  const given = { kind: "in-painting", pictures: { x: pictures } } as const;
  return {
    one: playground({ ...given, title: "Small", models: { untrained: coupled } }),
    beside: playground({ ...given, title: "Side by side", models: { coupled, uncoupled } }),
    asked: playground({ kind: "classes", title: "Asked", models: classes, classes: ["a", "b"] }),
  };
}

describe("a live figure in a report", () => {
  let bundle: Readonly<Record<string, unknown>>;
  let beside: Readonly<Record<string, unknown>>;
  let asked: Readonly<Record<string, unknown>>;
  let page = "";
  let browser: Browser;
  let folder = "";
  let url = "";

  beforeAll(async () => {
    const figures = await smallFigures();
    [bundle, beside] = [await figures.one.toBundle(), await figures.beside.toBundle()];
    asked = await figures.asked.toBundle();
    page = await renderNotebook(
      notebook(
        text("# A report"),
        code("show(figure)", [shown(bundle)]),
        code("show(figure)", [shown({ ...bundle })]),
        code("show(beside)", [shown(beside)]),
        code("show(asked)", [shown(asked)]),
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
    expect(count(/<figure class="playground"/g)).toBe(4);
    expect(count(/data-play-worker/g) - count(/script\[data-play-worker/g)).toBe(1);
    expect(count(/data-play-model="[0-9a-f]{16}"/g)).toBe(4);
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

    /** What a figure says when it is done with its first piece of work, or with what `act` asks for. */
    async function done<T>(title: string, act?: (figure: Locator) => Promise<void>) {
      const context = await browser.newContext({ offline: true });
      try {
        const opened = await context.newPage();
        opened.setDefaultTimeout(60_000);
        await opened.addInitScript(() => {
          const plain = (value: unknown): unknown => {
            if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
            return Array.isArray(value) ? value.map(plain) : value;
          };
          document.addEventListener("play-done", ({ target, detail }: Event & { detail?: object }) => {
            const entries = Object.entries(detail!).map(([name, value]) => [name, plain(value)]);
            Object.assign(target!, { found: Object.fromEntries(entries) });
          });
        });
        await opened.goto(url);
        const figure = opened.locator(`figure.playground[aria-label="${title}"]`);
        await figure.scrollIntoViewIfNeeded();
        const ready = () =>
          expect.poll(() => figure.getAttribute("data-state"), { timeout: 60_000 }).toBe("done");
        await ready();
        if (act) {
          await figure.evaluate((element) => element.removeAttribute("data-state"));
          await act(figure);
          await ready();
        }
        const found = await figure.evaluate((element) => (element as unknown as { found: unknown }).found);
        return { found: found as T, status: await figure.locator(".play-status").allInnerTexts() };
      } finally {
        await context.close();
      }
    }

    const gap = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      Array.from(a).reduce((most, value, e) => Math.max(most, Math.abs(value - b[e])), 0);
    const method = dopri5({ rtol: 1e-3, atol: 1e-3 });
    const velocityOf = async (carrying: Readonly<Record<string, unknown>>, name: string) => {
      const { models } = carrying[playgroundMime] as CarriedPlay;
      return modelVelocity(await unpackModel(fromBase64(models[name]), name));
    };

    it("fills a hole from the same noise with and without the coupling, as the library does", async () => {
      const { found, status } = await done<{
        readonly shape: readonly number[];
        readonly pixels: readonly number[];
        readonly keep: readonly number[];
        readonly seed: number;
        readonly starts: readonly (readonly number[])[];
        readonly ends: readonly (readonly number[])[];
      }>("Side by side");
      const { shape, pixels, keep, seed, starts, ends } = found;
      const x = fromBytes(shape, Uint8Array.from(pixels));
      const known = Array.from(x.data);
      const inHole = (values: readonly number[]) => values.filter((_, e) => keep[e] === 0);
      const changed = (values: readonly number[]) =>
        values.filter((value, e) => keep[e] === 1 && value !== known[e]).length;
      expect(inHole(starts[0])).toEqual(inHole(starts[1]));
      expect([changed(starts[0]), changed(ends[0])]).toEqual([0, 0]);
      // Noise elsewhere: its variance is 1 within five standard errors.
      const noise = starts[1].filter((_, e) => keep[e] === 1);
      const variance = noise.reduce((sum, value) => sum + value * value, 0) / noise.length;
      expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / noise.length));

      const mask = makeMask("the same", (values) => values.set(keep));
      const ways = {
        coupled: inpainting({ mask }),
        uncoupled: uncoupledInpainting({ mask, channels: 1 }),
      };
      for (const [k, [name, coupling]] of Object.entries(ways).entries()) {
        const start = {
          x: ndarray(shape, Float32Array.from(starts[k])),
          xi: coupling.draw({ x }, rng(seed)).xi,
        };
        const solved = await solveOde(await velocityOf(beside, name), start, { method });
        expect(gap(ends[k], solved.x.data), name).toBeLessThan(1e-4);
      }
      const moved = changed(ends[1]);
      expect(moved).toBeGreaterThan(0);
      expect(status.join("\n")).toMatch(/coupled: .*no known pixel changed/);
      expect(status.join("\n")).toContain(`${moved} of ${noise.length} known pixels changed`);
    }, 120_000);

    it("guides a model that can do without the label, and no other, as the library does", async () => {
      const { play } = asked[playgroundMime] as CarriedPlay;
      expect(play.kind === "classes" && play.models.map(({ guidance }) => guidance)).toEqual([true, false]);
      const { found } = await done<{
        readonly shape: readonly number[];
        readonly label: number;
        readonly seed: number;
        readonly guidance: number;
        readonly ends: readonly (readonly number[])[];
      }>("Asked", (figure) => figure.getByLabel("Guidance of “may be hidden”").fill("2.5"));
      const { shape, label, seed, guidance, ends } = found;
      expect(guidance).toBe(2.5);
      const labels = new Int32Array(shape[0]).fill(label);
      const { x0: x, xi } = independent({ classes: 2 }).start!({ shape, labels }, rng(seed));
      const solved = async (b: Field) => (await solveOde(b, { x, xi }, { method })).x.data;
      const [free, bound] = [
        await velocityOf(asked, "may be hidden"),
        await velocityOf(asked, "always shown"),
      ];
      expect(gap(ends[0], await solved(guided(free, { scale: 2.5 })))).toBeLessThan(1e-4);
      expect(gap(ends[1], await solved(bound))).toBeLessThan(1e-4);
      expect(gap(ends[0], await solved(free))).toBeGreaterThan(1e-3);
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
    const network = unet({ channels: 1, dim: 8, mults: [1], blocksPerLevel: 1 });
    const model = { network, parameters: network.init(rng(0)), moments: undefined as never };
    expect(() => playground({ kind: "in-painting", models: { model }, pictures })).toThrow(
      /a model of in-painting as "model".*neither a mask nor an image.*uncoupledInpainting/s,
    );
    const wrong = { x: rng(0).normals([2, 8]) };
    expect(() => playground({ kind: "in-painting", models: {}, pictures: wrong })).toThrow(
      /pictures \[n, h, w, 1 or 3\]/,
    );
  });
});
