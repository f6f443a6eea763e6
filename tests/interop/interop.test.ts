import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../lib/array";
import type { Context } from "../../lib/cli/models/context";
import { exportModel } from "../../lib/cli/models/export";
import { trainSettings } from "../../lib/cli/models/settings";
import { train } from "../../lib/cli/models/train";
import { openTrained, type Trained } from "../../lib/cli/models/trained";
import { atBase, type ClassGaussianCoupling, type Start } from "../../lib/couplings";
import { savePngs, toBytes } from "../../lib/data";
import { tableCoupling } from "../../lib/experiments/models/own-table";
import { decodeSafetensors, loadNpy, loadNpz, saveNpz } from "../../lib/formats";
import { rng } from "../../lib/random";
import { midpoint, solveOde } from "../../lib/samplers";
import { findChromium, startChromium } from "../report/chromium";
import { hasModules, python } from "./python";
// @ts-expect-error the example is plain JavaScript
import { openFlow } from "./sample.mjs";

// A trained model in other programs: they get from the same start to the same samples.

const folder = mkdtempSync(join(tmpdir(), "interop-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const context: Context = {
  root: join(__dirname, "../.."),
  line: { update() {}, print() {}, close() {} },
  signal: new AbortController().signal,
  program: "interpolants",
};

interface Exported {
  readonly trained: Trained;
  readonly path: string;
  readonly start: Pick<Start, "x0" | "xi">;
  /** By the library itself. */
  readonly wanted: NdArray;
}

async function exported(
  data: string,
  options: object,
  start: (trained: Trained) => Start,
): Promise<Exported> {
  const out = `${data}-model`;
  const given = { data, out, ...options };
  await train(trainSettings(given, []), given, context);
  const path = `${out}.onnx`;
  await exportModel(out, { out: path }, context);
  const trained = await openTrained(out);
  const begun = start(trained);
  const { x } = await solveOde(trained.b, atBase(begun), { method: midpoint({ steps: 20 }) });
  return { trained, path, start: begun, wanted: x };
}

let models: Readonly<Record<"table" | "classes", Exported>>;

beforeAll(async () => {
  const rows = Array.from({ length: 80 }, (_, k) => `${k % 7},${(k % 7) ** 2},${k % 2 ? "a" : "b"}`);
  writeFileSync(join(folder, "rows.csv"), `x,y,kind\n${rows.join("\n")}\n`);
  const images = rng(0).normals([24, 16, 16, 3]);
  const labels = Int32Array.from({ length: 24 }, (_, k) => k % 2);
  savePngs(join(folder, "pictures"), images, { labels, classes: ["left", "right"] });
  models = {
    table: await exported(join(folder, "rows.csv"), { steps: 20, width: 16 }, () => {
      const x = ndarray([3, 3], Float32Array.of(0.5, Number.NaN, 1, Number.NaN, Number.NaN, -1, 1, 2, 1));
      const keep = ndarray(
        [3, 3],
        Float32Array.from(x.data, (value) => (Number.isNaN(value) ? 0 : 1)),
      );
      return tableCoupling([
        [0, 1],
        [1, 2],
        [2, 3],
      ]).impute({ x, keep }, rng(1));
    }),
    classes: await exported(
      join(folder, "pictures"),
      { task: "classes", steps: 3, width: 8, size: 16, apart: 0 },
      ({ coupling }) =>
        coupling.start!({ shape: [3, 16, 16, 3], labels: Int32Array.of(1, 0, 1) }, rng(2)) as Start,
    ),
  };
}, 120_000);

const conditionOf = ({ start: { xi } }: Exported) =>
  Object.fromEntries(
    Object.entries(xi).map(([name, value]) => [
      name,
      value instanceof Int32Array
        ? { shape: [value.length], data: value }
        : { shape: value.shape, data: Float32Array.from(value.data) },
    ]),
  );

function farthest(found: ArrayLike<number>, { wanted }: Exported): number {
  expect(found.length).toBe(wanted.data.length);
  return Array.from(wanted.data, (value, k) => Math.abs(value - found[k])).reduce((a, b) => Math.max(a, b));
}

describe.each(["table", "classes"] as const)("an exported model: %s", (name) => {
  it("has operators of the standard alone, and says what it is", () => {
    const { path } = models[name];
    expect(readFileSync(path).includes("com.microsoft")).toBe(false);
    const about = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    expect(about.inputs[0].shape).toEqual(["n", ...models[name].wanted.shape.slice(1)]);
    expect(about.inputs.every(({ meaning }: { meaning: string }) => meaning.length > 10)).toBe(true);
  });

  it("gives the library's samples in JavaScript, by the example", async () => {
    const { path, start } = models[name];
    const about = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    const flow = await openFlow(ort, readFileSync(path), about);
    const condition = Object.entries(conditionOf(models[name])).map(([key, { data }]) => [key, data]);
    const x0 = Float32Array.from(start.x0.data);
    const x = await flow.integrate({ x0, condition: Object.fromEntries(condition), n: start.x0.shape[0] });
    expect(farthest(x, models[name])).toBeLessThan(1e-4);
  });

  it("gives the library's samples in Python, by the example", ({ skip }) => {
    skip(!hasModules("numpy", "onnxruntime"), "needs Python with numpy and onnxruntime: python3-onnxruntime");
    const { path, start } = models[name];
    const { shape, data } = start.x0;
    const file = join(folder, `${name}-start.npz`);
    saveNpz(file, { x0: { shape, data: Float32Array.from(data) }, ...conditionOf(models[name]) });
    const code = `
import sys; sys.path.insert(0, ${JSON.stringify(__dirname)})
import numpy as np; from sample import Flow
given = dict(np.load(${JSON.stringify(file)})); x0 = given.pop("x0")
np.save(${JSON.stringify(`${file}.npy`)}, Flow(${JSON.stringify(path)}).integrate(x0, **given))`;
    python("-B", "-c", code);
    expect(farthest(loadNpy(`${file}.npy`).data as Float32Array, models[name])).toBeLessThan(1e-4);
  });

  it("is sampled by the example in Python as a program", ({ skip }) => {
    skip(!hasModules("numpy", "onnxruntime"), "needs Python with numpy and onnxruntime: python3-onnxruntime");
    const out = join(folder, `${name}.npy`);
    expect(python(join(__dirname, "sample.py"), models[name].path, out, "3")).toContain("10 samples in");
    const { shape, data } = loadNpy(out);
    expect(shape).toEqual([10, ...models[name].wanted.shape.slice(1)]);
    expect(Array.from(data as Float32Array).every(Number.isFinite)).toBe(true);
  });
});

/** In place of onnxruntime-web, too large to install for one test: the runs of the page, done in Node.js. */
const standIn = `
export class Tensor {
  constructor(type, data, dims) { Object.assign(this, { type, data, dims }); }
}
const plain = ({ type, data, dims }) => ({ type, data: Array.from(data), dims });
const run = async (feeds) => {
  const named = Object.entries(feeds).map(([name, tensor]) => [name, plain(tensor)]);
  const body = JSON.stringify(Object.fromEntries(named));
  const answer = await fetch("run", { method: "POST", body });
  return { velocity: { data: Float32Array.from(await answer.json()) } };
};
export const InferenceSession = { create: async (bytes) => ({ run: bytes.length > 1000 ? run : undefined }) };
`;

async function serve(path: string) {
  const session = await ort.InferenceSession.create(path);
  const files: Readonly<Record<string, readonly [type: string, content: string | Buffer]>> = {
    "/sample.html": ["text/html", readFileSync(join(__dirname, "sample.html"))],
    "/sample.mjs": ["text/javascript", readFileSync(join(__dirname, "sample.mjs"))],
    "/node_modules/onnxruntime-web/dist/ort.wasm.min.mjs": ["text/javascript", standIn],
    "/model.onnx": ["application/octet-stream", readFileSync(path)],
    "/model.onnx.json": ["application/json", readFileSync(`${path}.json`)],
  };
  const server = createServer(async (request, response) => {
    const { url = "" } = request;
    if (url !== "/run") {
      const [type, content] = files[url] ?? ["text/plain", ""];
      response.writeHead(url in files ? 200 : 404, { "content-type": type }).end(content);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const feeds = Object.entries(JSON.parse(`${Buffer.concat(chunks)}`) as Record<string, PlainTensor>).map(
      ([name, { type, data, dims }]) => [
        name,
        type === "int32"
          ? new ort.Tensor("int32", Int32Array.from(data), dims)
          : new ort.Tensor("float32", Float32Array.from(data), dims),
      ],
    );
    const { velocity } = await session.run(Object.fromEntries(feeds));
    response.end(JSON.stringify(Array.from(velocity.data as Float32Array)));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

interface PlainTensor {
  readonly type: "float32" | "int32";
  readonly data: readonly number[];
  readonly dims: readonly number[];
}

it("the example of a page draws the library's samples in a browser, but for the runtime", async ({
  skip,
}) => {
  const executablePath = findChromium();
  if (!executablePath) return skip("needs Chromium or Chrome, or its path in CHROMIUM");
  const { path, trained } = models.classes;
  const { server, address } = await serve(path);
  const browser = await startChromium(executablePath);
  try {
    const page = await browser.newPage();
    // Noise that is known here: √(−2 ln ½) cos π.
    await page.addInitScript("Math.random = () => 0.5");
    await page.goto(`${address}/sample.html`);
    await page.waitForSelector("body[data-done]", { state: "attached", timeout: 60_000 });
    const drawn = await page.evaluate(() =>
      [...document.querySelectorAll("canvas")].map((canvas) => {
        const { width, height, title } = canvas;
        return { title, pixels: [...canvas.getContext("2d")!.getImageData(0, 0, width, height).data] };
      }),
    );
    expect(drawn.map(({ title }) => title)).toEqual(["left", "right"]);

    const { means, deviations } = trained.coupling as ClassGaussianCoupling;
    const noise = -Math.sqrt(-2 * Math.log(0.5));
    const x0 = ndarray(
      means.shape,
      Float32Array.from(means.data, (mean, k) => mean + deviations.data[k] * noise),
    );
    const start = { x0, xi: { labels: Int32Array.of(0, 1) } };
    const { x } = await solveOde(trained.b, atBase(start), { method: midpoint({ steps: 20 }) });
    const wanted = toBytes(x);
    drawn.forEach(({ pixels }, image) => {
      for (let p = 0; p < 256; p++) {
        expect(pixels[4 * p + 3]).toBe(255);
        for (let c = 0; c < 3; c++) {
          const difference = Math.abs(pixels[4 * p + c] - wanted[(image * 256 + p) * 3 + c]);
          expect(difference).toBeLessThanOrEqual(1);
        }
      }
    });
  } finally {
    await browser.close();
    server.close();
  }
}, 120_000);

it("weights and samples go to numpy and come back unchanged, to the byte", ({ skip }) => {
  skip(!hasModules("numpy"), "needs Python with numpy: python3-numpy");
  const bytes = readFileSync(join(models.classes.trained.home, "model.safetensors"));
  writeFileSync(join(folder, "model.safetensors"), bytes);
  const samples = models.classes.wanted;
  const arrays = {
    samples: { shape: samples.shape, data: Float32Array.from(samples.data) },
    wide: { shape: [2], data: Float64Array.of(Math.PI, -0) },
    labels: { shape: [3], data: Int32Array.of(1, 0, -1) },
  };
  saveNpz(join(folder, "arrays.npz"), arrays);
  const seen = JSON.parse(python(join(__dirname, "round_trip.py"), folder));
  expect(seen.labels).toEqual(["int32", [3], 0]);
  expect(seen.samples[1]).toEqual(samples.shape);

  const again = readFileSync(join(folder, "model-again.safetensors"));
  expect(again.equals(bytes)).toBe(true);
  expect(decodeSafetensors(again)).toEqual(decodeSafetensors(bytes));
  const back = loadNpz(join(folder, "arrays-again.npz"));
  for (const [key, { shape, data }] of Object.entries(arrays)) {
    expect(back[key].shape).toEqual(shape);
    const [found, given] = [back[key].data, data].map((numbers) => {
      const view = numbers as Float32Array;
      return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
    });
    expect(found.equals(given)).toBe(true);
  }
});
