import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createCanvas } from "@napi-rs/canvas";
import { encode } from "fast-png";
import { readAbout } from "../../lib/cli/models/trained";
import { readParameterFile } from "../../lib/cli/parameter-file";
import { listRuns } from "../../lib/cli/runs/list-runs";
import { runsText } from "../../lib/cli/runs/manage-runs";
import { rowOf } from "../../lib/cli/runs/run-row";
import { arrays, imageFolder, table } from "../../lib/data";
import { UsageError } from "../../lib/errors";
import { loadNetwork, saveNetwork } from "../../lib/fields";
import { loadNpy, loadNpz, loadSafetensors, saveNpy, saveNpz, saveSafetensors } from "../../lib/formats";
import { decodeIdxBytes } from "../../lib/formats/idx";
import { mlp, unet } from "../../lib/networks";
import { formatNotebook, parseNotebook } from "../../lib/notebook/nbformat";
import { declaredParameters, injectParameters } from "../../lib/notebook/parameters";
import { rng } from "../../lib/random";
import { renderNotebook, renderRuns, thumbnailOf } from "../../lib/report";
import { resumeCheckpoint, saveCheckpoint } from "../../lib/training/checkpoint";
import { layoutOf } from "../../lib/training/parameters";

/** A way in for what others made. */
export interface Reader {
  /** Sound files, of which one is changed. */
  readonly samples: readonly Buffer[];
  /** The name of the file, which a refusal must have. */
  readonly file: string;
  /** Whether a checksum tells: a changed file must not be read as something else. */
  readonly sealed?: true;
  /** Reads it; what it gives tells results apart, where `sealed`. */
  read(path: string): unknown;
}

const random = rng("readers");
const numbers = (...shape: number[]) => ({ shape, data: random.normals(shape).data as Float32Array });

const layout = layoutOf({ w: random.normals([2, 3]), c: random.normals([]) });
const settings = { seed: 1, optimizer: { name: "adam", rate: 0.1 } };

const page = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: "k", language: "typescript" } },
  cells: [
    {
      ...{ cell_type: "markdown", id: "a", metadata: {} },
      source: [
        "# Title $x^2$",
        "Text *em* `code` [link](https://a.b) ![p](attachment:p.png)",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "```ts\nconst a = 1;\n```",
        "$$\\frac{1}{2}$$",
        "1. one\n   - two",
        "> quote <b>html</b>\n",
      ].join("\n\n"),
      attachments: { "p.png": { "image/png": "iVBORw0KGgo=" } },
    },
    {
      ...{ cell_type: "code", id: "b", metadata: { tags: ["parameters"] }, execution_count: 1 },
      source: 'let steps = 100;\nlet name = "a";',
      outputs: [],
    },
    {
      ...{ cell_type: "code", id: "c", metadata: {}, execution_count: 2, source: "show(1) // <b>" },
      outputs: [
        { output_type: "stream", name: "stdout", text: ["a\u001b[31mred\u001b[0m\r", "b\n"] },
        { output_type: "error", ename: "E", evalue: "v", traceback: ["\u001b[31mE: v\u001b[39m", "at a"] },
        {
          output_type: "display_data",
          metadata: {},
          data: { "text/html": "<table><tr><td>1</td></tr></table>" },
        },
        {
          output_type: "display_data",
          metadata: { "image/png": { width: 4 } },
          data: { "image/png": "iVBORw0KGgo=" },
        },
        {
          ...{ output_type: "execute_result", execution_count: 2, metadata: {} },
          data: {
            "application/vnd.plotly.v1+json": {
              data: [{ x: [1], y: [2] }],
              layout: { title: "t", width: 100 },
            },
            "text/plain": "plot",
          },
        },
        {
          output_type: "display_data",
          metadata: {},
          data: { "text/markdown": "**b** $a$", "text/latex": "$x$" },
        },
      ],
    },
  ],
};

const columnOf = (name: string, span: readonly [number, number]) => ({
  ...{
    name,
    kind: "numeric",
    axis: name,
    role: "target",
    span,
    missing: 0,
    mean: 1,
    deviation: 2,
    whole: false,
  },
});

function png(width: number, height: number): Buffer {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 37) % 256);
  return Buffer.from(encode({ width, height, data, channels: 3 }));
}

function jpeg(): Buffer {
  const canvas = createCanvas(24, 16);
  const context = canvas.getContext("2d");
  context.fillStyle = "#a05030";
  context.fillRect(2, 2, 12, 9);
  return canvas.toBuffer("image/jpeg");
}

/** All readers, with samples that are made in this folder. */
export function readers(folder: string): Readonly<Record<string, Reader>> {
  mkdirSync(folder, { recursive: true });
  const made = (name: string, write: (path: string) => void) => {
    const path = join(folder, name);
    write(path);
    return readFileSync(path);
  };
  const networks = [
    mlp({ dim: 2, width: 4, depth: 2 }),
    unet({ channels: 1, dim: 4, mults: [1], groups: 2, heads: 1, headWidth: 4, blocksPerLevel: 1 }),
  ];
  const rows = Array.from(
    { length: 30 },
    (_, i) => `${i * 0.5},${"abc"[i % 3]},${i % 7 === 0 ? "" : 3 * i},2020-01-${10 + (i % 20)}`,
  );
  const csv = `length,kind,weight,day\n${rows.join("\n")}\n`;
  const idx = Buffer.concat([
    Buffer.from([0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 5]),
    Buffer.alloc(100, 7),
  ]);
  const notebook = Buffer.from(JSON.stringify(page, null, 1));
  return {
    safetensors: {
      file: "a.safetensors",
      samples: [
        made("a.safetensors", (path) =>
          saveSafetensors(
            path,
            { a: numbers(3, 2), b: { shape: [4], data: Int32Array.of(1, 2, 3, 4) } },
            { metadata: { x: "y" } },
          ),
        ),
        made("h.safetensors", (path) => saveSafetensors(path, { a: numbers(5) }, { floats: "F16" })),
      ],
      read: loadSafetensors,
    },
    checkpoint: {
      ...{ file: "a.safetensors", sealed: true },
      samples: [1, 3].map((steps) =>
        made(`c${steps}.safetensors`, (path) => {
          const vector = () => ({
            shape: [layout.size],
            data: random.normals([layout.size]).data as Float32Array,
          });
          const state = { parameters: vector(), average: vector(), slots: { m: vector() } };
          saveCheckpoint(
            path,
            { step: steps, state, losses: new Float32Array(steps).fill(0.5) },
            { layout, settings },
          );
        }),
      ),
      read: (path) => resumeCheckpoint(path, { slots: ["m"], layout, settings }),
    },
    network: {
      ...{ file: "net.safetensors", sealed: true },
      samples: networks.map((network, k) =>
        made(`n${k}.safetensors`, (path) => saveNetwork(path, { network, parameters: network.init(rng(k)) })),
      ),
      read: (path) => {
        const { network, parameters } = loadNetwork(path);
        return { options: network.options, parameters };
      },
    },
    npy: {
      file: "a.npy",
      samples: [
        made("a.npy", (path) => saveNpy(path, numbers(4, 3))),
        made("b.npy", (path) => saveNpy(path, { shape: [5], data: Int32Array.from([1, 2, 3, 4, 5]) })),
      ],
      read: loadNpy,
    },
    npz: {
      ...{ file: "a.npz" },
      samples: [
        made("a.npz", (path) =>
          saveNpz(path, { x: numbers(6, 2), y: { shape: [6], data: Int32Array.from([0, 1, 0, 1, 2, 2]) } }),
        ),
      ],
      read: loadNpz,
    },
    arrays: {
      file: "a.npy",
      samples: [made("x.npy", (path) => saveNpy(path, numbers(12, 3)))],
      read: (path) => arrays({ x: path }, { split: { test: 0.25 } }),
    },
    idx: {
      file: "a-idx3-ubyte",
      samples: [idx],
      read: (path) => decodeIdxBytes(readFileSync(path), path),
    },
    table: {
      file: "a.csv",
      samples: [Buffer.from(csv), Buffer.from(csv.replaceAll(",", ";").replaceAll(".", ","))],
      read: (path) => table(path, { split: { test: 0.2 } }),
    },
    image: {
      file: join("images", "b.png"),
      samples: [png(8, 8), png(20, 13), jpeg()],
      async read(path) {
        writeFileSync(join(dirname(path), "a.png"), png(8, 8));
        writeFileSync(join(dirname(path), "c.png"), png(9, 8));
        const found = await imageFolder(dirname(path), { size: 8, split: { test: 0.34 } });
        return found.train.x.shape;
      },
    },
    notebook: {
      file: "a.ipynb",
      samples: [notebook, Buffer.from(formatNotebook(parseNotebook(notebook.toString(), "a")))],
      async read(path) {
        const read = parseNotebook(readFileSync(path, "utf8"), path);
        const parameters = declaredParameters(read);
        formatNotebook(
          injectParameters(
            read,
            Object.fromEntries(parameters.slice(0, 1).map(({ name, value }) => [name, value ?? null])),
          ),
        );
        await thumbnailOf(read);
        return (await renderNotebook(read)).length;
      },
    },
    markdown: {
      file: "a.md",
      samples: [
        Buffer.from(page.cells[0].source as string),
        Buffer.from("# a\n\n".repeat(50)),
        Buffer.from("a $x$ **b** <i>c</i>\n".repeat(30)),
      ],
      async read(path) {
        const cells = [{ ...page.cells[0], source: readFileSync(path, "utf8") }];
        return (await renderNotebook({ ...page, cells } as never)).length;
      },
    },
    output: {
      file: "a.txt",
      samples: [
        Buffer.from("a\u001b[31mred\u001b[0m\rb\n\u001b[1;42mx\b\n".repeat(20)),
        Buffer.from(
          "<table><tr><td style='color:red'>1</td></tr></table><img src='data:image/png;base64,AA=='>".repeat(
            5,
          ),
        ),
      ],
      async read(path) {
        const text = readFileSync(path, "utf8");
        const outputs = [
          { output_type: "stream", name: "stdout", text },
          ...["text/html", "text/markdown", "text/latex", "image/svg+xml", "image/png"].map((mime) => ({
            ...{ output_type: "display_data", metadata: {}, data: { [mime]: text } },
          })),
          { output_type: "error", ename: text, evalue: text, traceback: [text] },
        ];
        return (
          await renderNotebook({ ...page, cells: [{ ...page.cells[2], source: text, outputs }] } as never)
        ).length;
      },
    },
    model: {
      file: "model.json",
      samples: [
        { task: "table", classes: [], columns: [columnOf("a", [0, 1]), columnOf("b", [1, 2])] },
        { task: "in-painting", classes: [], image: [8, 8, 3], tiles: { grid: 8, p: 0.3 } },
        { task: "classes", classes: ["a", "b"], image: [8, 8, 1], labels: { velocity: true, base: true } },
      ].map((about) =>
        Buffer.from(JSON.stringify({ title: "t", ...about, file: { bytes: 3, sha256: "0" } })),
      ),
      read(path) {
        const { task, image, columns } = readAbout(path, () => new UsageError(`${path} is missing.`));
        return task === "table" ? columns!.map(({ span }) => span[1]) : image!.map((length) => length + 1);
      },
    },
    parameters: {
      file: "a.json",
      samples: [Buffer.from('{"steps": 10, "name": "a", "rates": [0.1, 0.2], "deep": {"a": null}}')],
      read: readParameterFile,
    },
    run: {
      file: join("out", "runs", "20261125-221003-a", "run.json"),
      samples: [
        Buffer.from(
          JSON.stringify({
            ...{
              format: 1,
              id: "20261125-221003-a",
              notebook: "a",
              path: "notebooks/a.ipynb",
              parameters: { steps: 3 },
            },
            ...{
              changed: ["steps"],
              results: "0123",
              page: "4567",
              status: "ok",
              pid: 5,
              host: "h",
              started: "2026-11-25T22:10:03.000Z",
            },
          }),
        ),
      ],
      read(path) {
        const out = dirname(dirname(dirname(path)));
        const runs = listRuns(out);
        return [runsText(out), renderRuns(runs.map((run) => rowOf(out, run)))];
      },
    },
  };
}
