import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { playFigures, unseenEmoji } from "../../lib/cli/playing/figures";
import { playPage } from "../../lib/cli/playing/page";
import {
  atBase,
  classGaussian,
  independent,
  inpainting,
  makeMask,
  superResolution,
  uncoupledInpainting,
} from "../../lib/couplings";
import { mnist } from "../../lib/data";
import { fromBytes } from "../../lib/data/pixels";
import { modelVelocity } from "../../lib/experiments";
import type { Field } from "../../lib/fields";
import { fromBase64 } from "../../lib/playground/packing/base64";
import { unpackModel } from "../../lib/playground/packing/model";
import { type CarriedPlay, playgroundMime } from "../../lib/playground/spec";
import { rng } from "../../lib/random";
import { dopri5, solveOde } from "../../lib/samplers";
import { findChromium, startChromium } from "../report/chromium";

const program = findChromium();
if (!program) {
  console.warn(
    "The playground is not opened in a browser: no Chromium was found. " +
      "Install it, or set CHROMIUM to its path.",
  );
}

/** What a figure says when it is done; typed arrays come as lists. */
interface Done {
  readonly keep: readonly number[];
  readonly pixels: readonly number[];
  readonly shape: readonly number[];
  readonly seed: number;
  readonly start: readonly number[];
  readonly end: readonly number[];
  readonly nfe: number;
  /** Tasks of the main thread over 50 ms from the beginning of the solve to its end. */
  readonly longTasks: readonly number[];
}

const axe = createRequire(__filename).resolve("axe-core/axe.min.js");
const method = dopri5({ rtol: 1e-3, atol: 1e-3 });
const gap = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, e) => Math.max(most, Math.abs(value - b[e])), 0);

/** How near pixels filled in the page are to those of the native engine: 1e-4 of their range, −1 to 1. */
const close = 2e-4;

describe.skipIf(!program)("the playground in Chromium, from a file, without a network", () => {
  let browser: Browser;
  let folder = "";
  let url = "";
  let bytes = 0;

  beforeAll(async () => {
    const text = await playPage();
    bytes = Buffer.byteLength(text);
    folder = mkdtempSync(join(tmpdir(), "a playground "));
    writeFileSync(join(folder, "play.html"), text);
    url = pathToFileURL(join(folder, "play.html")).href;
    browser = await startChromium(program!);
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the page in a window of its own; nothing must be requested or go wrong in it. */
  async function opened(
    options: BrowserContextOptions,
    use: (page: Page, context: BrowserContext) => Promise<void>,
  ) {
    const context = await browser.newContext({
      viewport: { width: 1180, height: 900 },
      offline: true,
      ...options,
    });
    const [requests, problems]: [string[], string[]] = [[], []];
    try {
      context.on("request", (request) => requests.push(request.url()));
      const page = await context.newPage();
      page.setDefaultTimeout(120_000);
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (message) => problems.push(message.text()));
      await page.addInitScript(() => {
        const plain = (value: unknown): unknown => {
          if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
          if (Array.isArray(value)) return value.map(plain);
          if (typeof value !== "object" || value === null) return value;
          return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, plain(entry)]));
        };
        const tasks: { start: number; length: number }[] = [];
        new PerformanceObserver((list) => {
          for (const { startTime, duration } of list.getEntries())
            tasks.push({ start: startTime, length: duration });
        }).observe({ entryTypes: ["longtask"] });
        const from = new WeakMap<EventTarget, number>();
        document.addEventListener("play-solving", ({ target }) => from.set(target!, performance.now()), true);
        document.addEventListener(
          "play-done",
          (event) => {
            const figure = event.target as HTMLElement & { done?: unknown[] };
            const [begin, end] = [from.get(figure)!, performance.now()];
            const detail = plain((event as CustomEvent).detail) as object;
            figure.done ??= [];
            const entry = { ...detail, longTasks: [] as number[] };
            figure.done.push(entry);
            setTimeout(() => {
              entry.longTasks = tasks.flatMap(({ start, length }) =>
                start >= begin && start + length <= end ? [length] : [],
              );
            }, 100);
          },
          true,
        );
      });
      await page.goto(url);
      await use(page, context);
      expect(requests.filter((request) => !/^(?:data|blob):/.test(request))).toEqual([url]);
      expect(problems).toEqual([]);
    } finally {
      await context.close();
    }
  }

  const figureOf = (page: Page, title: string) => page.locator(`figure.playground[aria-label="${title}"]`);

  /** Does something, and returns what the figure says when it is done with it. */
  async function after<T = Done>(figure: Locator, act?: () => Promise<void>): Promise<T> {
    await figure.scrollIntoViewIfNeeded();
    const count = () => figure.evaluate((element) => (element as { done?: unknown[] }).done?.length ?? 0);
    const before = act ? await count() : 0; // without an act: what it does by itself
    await act?.();
    await expect
      .poll(async () => (await count()) > before && (await figure.getAttribute("data-state")) === "done", {
        timeout: 400_000,
        interval: 100,
      })
      .toBe(true);
    await figure.page().waitForTimeout(300);
    return figure.evaluate((element) =>
      (element as unknown as { done: unknown[] }).done.at(-1),
    ) as Promise<T>;
  }

  const firstOf = <T = Done>(figure: Locator) => after<T>(figure);

  /** What the library makes of the same hole, by its native engine. */
  async function filled({ shape, pixels, keep, seed }: Done) {
    const { models } = (await (await playFigures()).paint.toBundle())[playgroundMime] as CarriedPlay;
    const b = modelVelocity(await unpackModel(fromBase64(models["coupled"]), "coupled"));
    const drawn = makeMask("drawn", (mask) => mask.set(keep));
    const pairs = inpainting({ mask: drawn }).draw(
      { x: fromBytes(shape, Uint8Array.from(pixels)) },
      rng(seed),
    );
    return { pairs, ...(await solveOde(b, atBase(pairs), { method })) };
  }

  /** Known pixels stay bit for bit, and the hole is as the library's own solver fills it. */
  async function checkFilled(done: Done) {
    const { pairs, x, nfe } = await filled(done);
    const known = Array.from(fromBytes(done.shape, Uint8Array.from(done.pixels)).data);
    const inHole = (e: number) => done.keep[Math.floor(e / 3)] === 0;
    expect(done.end.filter((value, e) => !inHole(e) && value !== known[e])).toEqual([]);
    expect(gap(done.start, pairs.x0.data)).toBe(0);
    expect(gap(done.end, x.data)).toBeLessThan(close);
    expect(done.nfe).toBe(nfe);
    expect(
      gap(
        done.end.filter((_, e) => inHole(e)),
        done.start.filter((_, e) => inHole(e)),
      ),
    ).toBeGreaterThan(0.1);
  }

  it("fills a hole that is painted with the mouse, as the library does", { timeout: 900_000 }, async () => {
    expect(bytes).toBeLessThan(5_000_000);
    await opened({}, async (page) => {
      const paint = figureOf(page, "Paint a hole");
      await checkFilled(await firstOf(paint)); // a hole is being filled before anybody does anything

      await paint.getByRole("button", { name: "Clear" }).click();
      await paint.getByRole("button", { name: unseenEmoji[3].split("/")[1].replaceAll("-", " ") }).click();
      const surface = paint.getByRole("application");
      const box = (await surface.boundingBox())!;
      const at = (x: number, y: number) =>
        [box.x + ((x + 0.5) / 32) * box.width, box.y + ((y + 0.5) / 32) * box.height] as const;
      let painted = await after(paint, async () => {
        await page.mouse.move(...at(10, 12));
        await page.mouse.down();
        await page.mouse.move(...at(22, 12), { steps: 8 });
        await page.mouse.up();
      });
      // The stroke with a brush of three pixels, and nothing else.
      const hole = painted.keep.flatMap((known, e) => (known ? [] : [[e % 32, Math.floor(e / 32)]]));
      expect(hole.length).toBeGreaterThanOrEqual(3 * 13);
      expect(hole.every(([x, y]) => x >= 8 && x <= 24 && Math.abs(y - 12) <= 1)).toBe(true);
      await checkFilled(painted);

      const another = await after(paint, () => paint.getByRole("button", { name: "Another sample" }).click());
      expect(another.keep).toEqual(painted.keep);
      expect(gap(another.end, painted.end)).toBeGreaterThan(0.05);
      await checkFilled(another);

      // On a machine with other work a task may be long by chance, but not every time.
      for (let attempt = 0; painted.longTasks.length > 0 && attempt < 4; attempt++) {
        painted = await after(paint, () => paint.getByRole("button", { name: "Another sample" }).click());
      }
      expect(painted.longTasks).toEqual([]);

      // Other solvers, and a picture of one's own.
      await paint.getByText("Solver and seed").click();
      const coarse = await after(paint, async () => {
        await paint.getByLabel("Solver", { exact: true }).selectOption("euler");
      });
      expect(coarse.nfe).toBe(20);
      const red = await sharp({ create: { width: 9, height: 5, channels: 3, background: "#f00" } })
        .png()
        .toBuffer();
      const own = await after(paint, () =>
        paint
          .locator("input[type=file]")
          .setInputFiles({ name: "own.png", mimeType: "image/png", buffer: red }),
      );
      expect(own.pixels.slice(0, 3)).toEqual([255, 0, 0]);
      await paint
        .locator("input[type=file]")
        .setInputFiles({ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("no") });
      await paint.getByRole("alert").getByText("can't be read as a picture").waitFor();
    });
  });

  it("is painted with a finger on a screen of 390 pixels, where all fits", { timeout: 900_000 }, async () => {
    await opened({ viewport: { width: 390, height: 844 }, hasTouch: true }, async (page, context) => {
      const paint = figureOf(page, "Paint a hole");
      await firstOf(paint);
      await paint.getByRole("button", { name: "Clear" }).tap();
      const surface = paint.getByRole("application");
      await surface.scrollIntoViewIfNeeded();
      const box = (await surface.boundingBox())!;
      const touch = await context.newCDPSession(page);
      const send = (type: "touchStart" | "touchMove" | "touchEnd", x: number, y: number) =>
        touch.send("Input.dispatchTouchEvent", {
          type,
          touchPoints: type === "touchEnd" ? [] : [{ x: box.x + x * box.width, y: box.y + y * box.height }],
        });
      const scrolled = await page.evaluate(() => window.scrollY);
      const done = await after(paint, async () => {
        await send("touchStart", 0.4, 0.4);
        for (let k = 1; k <= 6; k++) await send("touchMove", 0.4 + 0.03 * k, 0.4 + 0.03 * k);
        await send("touchEnd", 0, 0);
      });
      const holes = done.keep.filter((known) => !known).length;
      expect(holes).toBeGreaterThan(12);
      expect(holes).toBeLessThan(80);
      expect(await page.evaluate(() => window.scrollY)).toBe(scrolled);
      await checkFilled(done);
      for (const title of [
        "With and without the coupling",
        "A coupling in the plane",
        "Sharpen",
        "Ask for a class",
      ]) {
        await figureOf(page, title).scrollIntoViewIfNeeded();
        await figureOf(page, title).locator(".play").waitFor();
      }
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
      ).toBeLessThanOrEqual(0);
    });
  });

  it("is used by the keyboard alone", { timeout: 900_000 }, async () => {
    await opened({}, async (page) => {
      const paint = figureOf(page, "Paint a hole");
      await firstOf(paint);
      /** Tabs on until an element of this name has the focus. */
      const tabTo = async (name: RegExp) => {
        for (let k = 0; k < 80; k++) {
          await page.keyboard.press("Tab");
          const words = await page.evaluate(
            () =>
              document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "",
          );
          if (name.test(words)) return;
        }
        throw new Error(`${name} can't be reached by Tab`);
      };
      await tabTo(/^Clear$/);
      await page.keyboard.press("Enter");
      await page.keyboard.press("Shift+Tab");
      for (let k = 0; k < 40; k++) {
        if (await page.evaluate(() => document.activeElement?.getAttribute("role") === "application")) break;
        await page.keyboard.press("Shift+Tab");
      }
      const done = await after(paint, async () => {
        await page.keyboard.press("Shift+ArrowLeft");
        await page.keyboard.press("ArrowUp");
        await page.keyboard.press("Space");
      });
      const hole = done.keep.flatMap((known, e) => (known ? [] : [[e % 32, Math.floor(e / 32)]]));
      expect(hole).toHaveLength(9); // a brush of three pixels around (12, 15)
      expect(hole.every(([x, y]) => Math.abs(x - 12) <= 1 && Math.abs(y - 15) <= 1)).toBe(true);
      await checkFilled(done);
      await tabTo(/^Another sample$/);
      const another = await after(paint, () => page.keyboard.press("Enter"));
      expect(gap(another.end, done.end)).toBeGreaterThan(0.01);
    });
  });

  it("fills one hole with and without the coupling, as the library does", { timeout: 900_000 }, async () => {
    const { models } = (await (await playFigures()).beside.toBundle())[playgroundMime] as CarriedPlay;
    await opened({}, async (page) => {
      const { shape, pixels, keep, seed, starts, ends } = await firstOf<
        Done & Record<"starts" | "ends", readonly (readonly number[])[]>
      >(figureOf(page, "With and without the coupling"));
      const x = fromBytes(shape, Uint8Array.from(pixels));
      const mask = makeMask("drawn", (values) => values.set(keep));
      const ways = { coupled: inpainting({ mask }), uncoupled: uncoupledInpainting({ mask, channels: 1 }) };
      for (const [k, [name, coupling]] of Object.entries(ways).entries()) {
        const b = modelVelocity(await unpackModel(fromBase64(models[name]), name));
        const start = {
          x: ndarray(shape, Float32Array.from(starts[k])),
          xi: coupling.draw({ x }, rng(seed)).xi,
        };
        expect(gap(ends[k], (await solveOde(b, start, { method })).x.data), name).toBeLessThan(close);
      }
      const changed = (end: readonly number[]) =>
        end.filter((value, e) => keep[e] === 1 && value !== x.data[e]);
      expect(changed(ends[0])).toEqual([]);
      expect(changed(ends[1]).length).toBeGreaterThan(0);
      const inHole = (values: readonly number[]) => values.filter((_, e) => keep[e] === 0);
      expect(inHole(starts[0])).toEqual(inHole(starts[1]));
    });
  });

  it("computes the exact flow of a coupling that is switched and dragged", { timeout: 900_000 }, async () => {
    interface PlaneDone {
      readonly base: readonly (readonly [number, number])[];
      readonly data: readonly (readonly [number, number])[];
      readonly partner: readonly number[];
      readonly flow: Record<"cost" | "action" | "bound", number> &
        Record<"x0" | "ends", readonly number[]> & { readonly states: readonly (readonly number[])[] };
    }
    /** ∫ E|x1 − x0|² for modes of standard deviation 0.4: |m1 − m0|², and twice two variances. */
    const boundOf = ({ base, data, partner }: PlaneDone, all: boolean) => {
      const pairs = base.flatMap((from, i) =>
        data.flatMap((to, j) => (all || partner[i] === j ? [[from, to] as const] : [])),
      );
      const far = pairs.map(([[a, b], [c, d]]) => (a - c) ** 2 + (b - d) ** 2);
      return far.reduce((sum, value) => sum + value, 0) / pairs.length + 4 * 0.16;
    };
    await opened({}, async (page) => {
      const plane = figureOf(page, "A coupling in the plane");
      const first = await firstOf<PlaneDone>(plane);
      const sound = ({ flow }: PlaneDone) => {
        expect(flow.cost).toBeLessThan(flow.action);
        expect(flow.action).toBeLessThan(flow.bound + 0.05);
        expect(gap(flow.states[0], flow.x0)).toBeLessThan(1e-6);
      };
      sound(first);
      expect(first.flow.bound).toBeCloseTo(boundOf(first, true), 3);

      const matched = await after<PlaneDone>(plane, () =>
        plane.getByRole("button", { name: "Matched" }).click(),
      );
      sound(matched);
      expect(matched.flow.bound).toBeCloseTo(boundOf(matched, false), 3);
      expect(matched.flow.action).toBeLessThan(first.flow.action);

      const handle = plane.getByRole("button", { name: /^Base mode, upper/ });
      const box = (await handle.boundingBox())!;
      const dragged = await after<PlaneDone>(plane, async () => {
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
        await page.mouse.down();
        await page.mouse.move(box.x + box.width / 2 + 40, box.y + box.height / 2 + 60, { steps: 6 });
        await page.mouse.up();
      });
      expect(dragged.base[2][0]).toBeGreaterThan(matched.base[2][0] + 0.5);
      expect(dragged.base[2][1]).toBeLessThan(matched.base[2][1] - 0.5);
      sound(dragged);
      expect(dragged.flow.bound).toBeCloseTo(boundOf(dragged, false), 3);

      // Two base modes change partners, by keyboard: each data mode keeps a third of the mass.
      const swapped = await after<PlaneDone>(plane, async () => {
        await plane.getByRole("button", { name: /^Pairs of the lower/ }).focus();
        await page.keyboard.press("ArrowUp");
      });
      expect([...swapped.partner].sort()).toEqual([0, 1, 2]);
      expect(swapped.partner[0]).toBe(1);
      sound(swapped);
      const noisy = await after<PlaneDone>(plane, async () => {
        await plane.getByLabel(/^ε/).fill("0.5");
      });
      expect(gap(noisy.flow.states[10], swapped.flow.states[10])).toBeGreaterThan(0.05);

      await after(plane, () => plane.getByLabel("The velocity sees the data mode").check());
      const again = await after<PlaneDone>(plane, () => plane.getByRole("button", { name: "Reset" }).click());
      expect(again.base).toEqual(first.base);
      expect(again.flow.bound).toBeCloseTo(first.flow.bound, 6);
      expect(await plane.getByLabel(/^ε/).inputValue()).toBe("0");
      expect(await plane.getByLabel("The velocity sees the data mode").isChecked()).toBe(false);
    });
  });

  it("sharpens, and draws the class asked for, as the library does", { timeout: 900_000 }, async () => {
    const { sharpen, ask } = await playFigures();
    const models = async (figure: typeof sharpen) => {
      const { models: packed } = (await figure.toBundle())[playgroundMime] as CarriedPlay;
      return Promise.all(Object.entries(packed).map(([name, text]) => unpackModel(fromBase64(text), name)));
    };
    const [enlarging] = await models(sharpen);
    const drawing = await models(ask);
    const solved = async (b: Field, start: Parameters<typeof solveOde>[1]) =>
      (await solveOde(b, start, { method })).x.data;
    await opened({}, async (page) => {
      const sharpening = figureOf(page, "Sharpen");
      const first = await firstOf<Done & { sigma: number; factor: number }>(sharpening);
      expect([first.factor, first.sigma]).toEqual([4, 0.25]);
      const coupling = superResolution({ factor: 4, channels: 1, sigma: 0.25 });
      const pairs = coupling.draw(
        { x: fromBytes(first.shape, Uint8Array.from(first.pixels)) },
        rng(first.seed),
      );
      expect(gap(first.start, pairs.x0.data)).toBe(0);
      expect(gap(first.end, await solved(modelVelocity(enlarging), atBase(pairs)))).toBeLessThan(1e-3);
      const another = await after(sharpening, () =>
        sharpening.getByRole("button", { name: "Another sample" }).click(),
      );
      expect(gap(another.end, first.end)).toBeGreaterThan(0.02);

      const asking = figureOf(page, "Ask for a class");
      await firstOf(asking);
      expect(await asking.getByLabel("Guidance of “label shown to the velocity”").isVisible()).toBe(true);
      const seven = await after<{
        label: number;
        seed: number;
        shape: readonly number[];
        ends: readonly (readonly number[])[];
      }>(asking, () => asking.getByRole("button", { name: "7", exact: true }).click());
      expect(seven.label).toBe(7);
      const request = { shape: seven.shape, labels: new Int32Array(seven.shape[0]).fill(7) };
      const labelled = independent({ classes: 10 }).start!(request, rng(seven.seed));
      expect(gap(seven.ends[0], await solved(modelVelocity(drawing[0]), atBase(labelled)))).toBeLessThan(
        1e-3,
      );
      // The bases that the figure carries, in float16, are those of the data.
      const { train } = await mnist();
      const { means, deviations } = classGaussian({ samples: train, classes: 10, labelled: false });
      const { bases } = drawing[1];
      expect(gap(bases!.means.data, means.data)).toBeLessThan(1e-3);
      expect(gap(bases!.deviations.data, deviations.data)).toBeLessThan(1e-3);
      const zeta = rng(seven.seed).normals(seven.shape).data;
      const from = bases!.means.data.subarray(7 * 1024, 8 * 1024);
      const spread = bases!.deviations.data.subarray(7 * 1024, 8 * 1024);
      const x = fromBytes(seven.shape, new Uint8Array(zeta.length));
      for (let e = 0; e < zeta.length; e++) x.data[e] = from[e % 1024] + spread[e % 1024] * zeta[e];
      expect(gap(seven.ends[1], await solved(modelVelocity(drawing[1]), { x, xi: {} }))).toBeLessThan(1e-3);
    });
  });

  it.each(["light", "dark"] as const)(
    "has nothing that axe-core finds fault with, %s",
    { timeout: 900_000 },
    async (scheme) => {
      await opened({ colorScheme: scheme }, async (page) => {
        for (const title of [
          "Paint a hole",
          "With and without the coupling",
          "A coupling in the plane",
          "Sharpen",
          "Ask for a class",
        ]) {
          const figure = figureOf(page, title);
          await firstOf(figure);
          for (const more of await figure.locator("details").all())
            await more.evaluate((element: HTMLDetailsElement) => {
              element.open = true;
            });
        }
        // By the debugger, which the page's policy doesn't bind.
        const session = await page.context().newCDPSession(page);
        await session.send("Runtime.evaluate", { expression: readFileSync(axe, "utf8") });
        const found = await page.evaluate(async () => {
          const { axe: tool } = window as unknown as {
            axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
          };
          return (await tool.run()).violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
          );
        });
        expect(found).toEqual([]);
      });
    },
  );
});
