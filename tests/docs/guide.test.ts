import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, describe, expect, it } from "vitest";
import {
  compile,
  type DirectCoupling,
  euler,
  imageFolder,
  independent,
  linear,
  mlp,
  moons,
  type NdArray,
  ndarray,
  ownImages,
  rng,
  type Samples,
  saveNpz,
  savePngs,
  solveOde,
  table,
  train,
  unet,
} from "../../lib";
import { optionalPackage } from "../../lib/files/project";
import type { Notebook } from "../../lib/notebook/nbformat";
import { parseNotebook } from "../../lib/notebook/nbformat";
import { checkNotebooks } from "../../lib/notebook/runner/check-notebooks";
import { runNotebook } from "../../lib/notebook/runner/run-notebook";
import { notebookText } from "../notebook/project";
import { root } from "./texts";

// What the guide shows is tried: its code compiles and runs, its commands have the options that they use, and
// its errors are those that one gets.

const folder = mkdtempSync(join(tmpdir(), "guide-"));
afterAll(() => rmSync(folder, { recursive: true }));
const guide = join(root, ".github/guide");
const pages = readdirSync(guide).filter((name) => name.endsWith(".md"));
const textOf = (page: string) => readFileSync(join(guide, page), "utf8");
const blocks = (page: string, language: string) =>
  [...textOf(page).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, text]) => text);

/** Code that is a file of tests/extending, and its path. */
const extending = (code: string) => /^\/\/ (tests\/extending\/\S+)\n/.exec(code)?.[1];

describe("the code of the guide", () => {
  const withCode = pages
    .map((page) => ({ page, cells: blocks(page, "ts").filter((code) => !extending(code)) }))
    .filter(({ cells }) => cells.length > 0);

  it("compiles", async () => {
    const samples = withCode.map(({ page, cells }) => ({
      name: page,
      notebook: parseNotebook(notebookText(...cells), page),
    }));
    expect(samples.length).toBeGreaterThan(6);
    expect(await checkNotebooks(root, samples)).toEqual([]);
  }, 120_000);

  it("compiles on the pages of data sets, models and features, too", async () => {
    const samples = ["README.md", "models/README.md", "features/README.md"].map((page) => {
      const text = readFileSync(join(root, "datasets", page), "utf8");
      const [, code = ""] = /^```ts\n(.*?)^```/ms.exec(text) ?? [];
      expect(code).toContain('from "./lib"');
      return { name: page, notebook: parseNotebook(notebookText(code), page) };
    });
    expect(await checkNotebooks(root, samples)).toEqual([]);
  }, 120_000);

  it("is that of tests/extending, where it says so", () => {
    const copied = blocks("extending.md", "ts").filter(extending);
    expect(copied.length).toBeGreaterThan(4);
    for (const code of copied) {
      const file = readFileSync(join(root, extending(code)!), "utf8");
      expect(code).toBe(`// ${extending(code)}\n${file.replace('"../../lib"', '"./lib"')}`);
    }
  });

  it("of the quickstart is twenty lines or fewer", () => {
    const [code] = blocks("quickstart.md", "ts");
    expect(code.split("\n").filter((line) => line.trim() !== "").length).toBeLessThanOrEqual(20);
  });

  // Smaller numbers, and one's own data.
  const photos = join(folder, "photos");
  const measurements = join(folder, "measurements.csv");
  const faces = join(folder, "faces.npz");
  const kept = join(folder, "kept");
  const smaller: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "quickstart.md": {
      "steps: 1500, batch: 128": "steps: 20, batch: 32",
      "n: 2000": "n: 100",
      "1000, 2": "100, 2",
    },
    "your-images.md": {
      '"~/photos"': JSON.stringify(photos),
      "/^(patient-\\d+)/": "/^(\\d+)/",
      "size: 32": "size: 16",
      "steps: 2500": "steps: 2",
      "photos.safetensors": `${kept}.safetensors`,
      ", keepAs: recipe.name": "",
    },
    "your-arrays.md": {
      '"faces.npz:x"': JSON.stringify(`${faces}:x`),
      '"faces.npz:y"': JSON.stringify(`${faces}:y`),
      "size: 32": "size: 8",
      "steps: 2500": "steps: 2",
      '"held-out.npz"': JSON.stringify(`${kept}.npz`),
    },
    "your-table.md": {
      '"measurements.csv"': JSON.stringify(measurements),
      "steps: 1500, batch: 256": "steps: 20, batch: 16",
      '"filled.csv"': JSON.stringify(`${kept}.csv`),
    },
  };

  it.each(withCode.map(({ page }) => page))(
    "of %s runs",
    async (page) => {
      const pictures = rng("photos").normals([24, 20, 20, 3]);
      savePngs(photos, { ...pictures, data: pictures.data.map((value) => Math.tanh(value)) } as NdArray);
      saveNpz(faces, {
        x: { shape: [24, 10, 10], data: Uint8Array.from({ length: 2400 }, (_, e) => (e * e) % 251) },
        y: { shape: [24], data: Int32Array.from({ length: 24 }, (_, k) => k % 2) },
      });
      const random = rng("measurements");
      const rows = Array.from({ length: 60 }, (_, k) => ({
        id: `a${k}`,
        grade: ["low", "middle", "high"][random.int(3)],
        speed: random.uniform() < 0.1 ? "-99" : `${random.normal()}`,
        strength: random.uniform() < 0.1 ? "" : `${10 + random.normal()}`,
      }));
      writeFileSync(
        measurements,
        ["id,grade,speed,strength", ...rows.map((row) => Object.values(row).join(","))].join("\n"),
      );
      let [code, ...others] = withCode.find((each) => each.page === page)!.cells;
      for (const [from, to] of Object.entries(smaller[page] ?? {})) {
        expect(code).toContain(from);
        code = code.replace(from, to);
      }
      const notebook: Notebook = parseNotebook(notebookText(code, ...others), page);
      const { status, failure } = await runNotebook(notebook, { root });
      expect(failure).toBeUndefined();
      expect(status).toBe("ok");
    },
    120_000,
  );
});

describe("a command of the guide", () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { scripts } = manifest;
  const inline = (page: string) =>
    [...textOf(page).matchAll(/`(npm run [^`]+)`/g)].map(([, command]) => command);
  const commands = pages.flatMap((page) =>
    [...blocks(page, "sh").flatMap((block) => block.split("\n")), ...inline(page)]
      .map((line) => line.replace(/\s+#.*/, "").trim())
      .filter((line) => line !== ""),
  );
  const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;
  const helps = new Map<string, string>();
  const helpOf = (name: string) => {
    const file = /tsx (lib\/\S+)$/.exec(scripts[name])?.[1];
    if (!helps.has(name) && file) {
      const args = ["--import", tsx, join(root, file), "--help"];
      helps.set(name, spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" }).stdout);
    }
    return helps.get(name) ?? "";
  };

  it.each([...new Set(commands)])("%s exists, with its options", (command) => {
    const clone = /^(git clone|cd) \S+( \S+)?$/;
    // tests/notebook/kernel/headless-jupyter.test.ts tries these.
    const jupyter = /^(export JUPYTER_PATH=|jupyter nbconvert |papermill )/;
    if (clone.test(command) || jupyter.test(command)) return;
    if (command.startsWith("npm install ")) {
      const ort = `onnxruntime-node@${manifest.peerDependencies["onnxruntime-node"]}`;
      expect(command).toBe(`npm install ${manifest.name}-${manifest.version}.tgz ${ort}`);
      return;
    }
    if (command.startsWith("npx interpolants ")) {
      const [, , name, ...words] = command.split(" ");
      const bin = join(root, "lib/cli/interpolants.mjs");
      const { stdout } = spawnSync(process.execPath, [bin, name, "--help"], { encoding: "utf8" });
      for (const option of words.filter((word) => word.startsWith("--"))) expect(stdout).toContain(option);
      return;
    }
    const [, name, rest = ""] = /^npm run (\S+)(.*)$/.exec(command) ?? [];
    expect(Object.keys(scripts)).toContain(name);
    const options = rest.match(/--[a-z-]{2,}/g) ?? [];
    // What Slurm takes is told by `sweep --help` as "options of sbatch".
    for (const option of options.filter((each) => each !== "--help")) {
      expect(`${helpOf(name)}`).toContain(option);
    }
  });
});

const png = (name: string) => {
  const path = join(folder, name);
  savePngs(path, rng(0).normals([6, 12, 12, 3]));
  return path;
};
const csv = (content: string | Buffer) => {
  const path = join(folder, "a.csv");
  writeFileSync(path, content);
  return path;
};
const points = moons({ n: 64, rng: rng(0) });
const trained = (given: {
  readonly data?: Samples;
  readonly coupling?: DirectCoupling;
  readonly width?: number;
  readonly checkpoint?: string;
}) => {
  const { data = points, coupling = independent(), width = 8, checkpoint } = given;
  const network = mlp({ dim: 2, width });
  return train({ data, coupling, interpolant: linear(), network, steps: 1, batch: 8, seed: 0, checkpoint });
};
const filled = (value: number) => ({ x: ndarray([64, 2], new Float32Array(128).fill(value)) });
const program = async (of: (x: tf.Tensor) => tf.Tensor) => {
  const { run } = await compile({ name: "net", program: ({ inputs: { x } }) => ({ outputs: { y: of(x) } }) });
  return run({ x: { shape: [2], data: Float32Array.of(1, 2) } });
};
const command = (...args: string[]) => {
  const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;
  const all = ["--import", tsx, join(root, "lib/cli/reproduce.ts"), "--out", join(folder, "out"), ...args];
  throw new Error(spawnSync(process.execPath, all, { cwd: root, encoding: "utf8" }).stderr);
};

/** How one gets each error of the page on troubles, by how it begins. */
const troubles: Readonly<Record<string, () => unknown>> = {
  "Node.js 20.19": () => {
    // The check is made before anything can be imported: its text is looked up.
    const text = readFileSync(join(root, "lib/cli/setup.mjs"), "utf8");
    const [, after] = /`Node\.js \$\{[^}]+\} (or later is needed, and this is )/.exec(text) ?? [];
    throw new Error(`Node.js 20.19 ${after}v18.0.0`);
  },
  "There is no notebook": () => command("--only", "77"),
  "Expected one of the parameters": () => command("--only", "20", "--set", "sead=1"),
  "The checkpoint": async () => {
    const checkpoint = join(folder, "c.safetensors");
    await trained({ checkpoint });
    await trained({ checkpoint, width: 16 });
  },
  "Expected the npm package": () =>
    optionalPackage("plotly.js-dist-min", "plots", () => import("nothing-of-this-name" as string)),
  "Expected … cells": () => table(csv("a,b\n1,2,3\n4,5,6\n")),
  "Expected numbers that": () => table(csv("a;b\n1,234;1\n5,678;2\n")),
  "Expected dates that": () => table(csv("d\n01/02/2024\n03/04/2024\n05/06/2024\n")),
  "Expected numbers in": () => table(csv("a,b\n1,2\n3,x\n5,6\n")),
  'Expected "…" to be text': () => table(csv(Buffer.from("a\n\xe9\n", "latin1"))),
  "Expected at least … groups": () => table(csv("a,b,g\n1,2,x\n3,5,x\n"), { group: "g" }),
  "Expected a folder with images": () => imageFolder(join(folder, "nowhere")),
  "Expected all images in folders": () => {
    const [from, to] = [png("from"), join(folder, "mixed")];
    mkdirSync(join(to, "b"), { recursive: true });
    const [name] = readdirSync(from);
    for (const path of ["a.png", "b/c.png"]) copyFileSync(join(from, name), join(to, path));
    return imageFolder(to);
  },
  "Expected images whose sides": async () =>
    ownImages({ data: await imageFolder(png("sides"), { size: 12 }), task: "in-painting", steps: 1 }),
  "Expected a height and width": () => {
    const network = unet({ channels: 1, dim: 8, mults: [1, 2, 2] });
    const data = { x: rng(0).normals([16, 10, 10, 1]) };
    return train({
      data,
      coupling: independent(),
      interpolant: linear(),
      network,
      steps: 1,
      batch: 8,
      seed: 0,
    });
  },
  "Expected a network": () => trained({ coupling: independent({ classes: 2 }) }),
  "Expected … labels": () => {
    const coupling = independent({ classes: 2 });
    return coupling.draw({ x: points.x }, rng(0));
  },
  "Expected finite numbers": () => trained({ data: filled(Number.NaN) }),
  "The loss of": () => trained({ data: filled(1e30) }),
  "Expected an initial state": () =>
    solveOde((async () => 0) as never, {} as never, { method: euler({ steps: 2 }) }),
  'Expected program "…" to be a function': () => program((x) => tf.add(x, tf.randomNormal([2]))),
  'Expected program "…" to compute': () => program((x) => (x.dataSync()[0] > 0 ? x : tf.neg(x))),
  'Expected program "…" to use': () => program((x) => tf.real(tf.complex(x, x))),
};

describe("the page on troubles", () => {
  const headings = [...textOf("troubleshooting.md").matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);

  it.each(headings)(
    "has what one gets: %s",
    async (heading) => {
      const found = Object.keys(troubles).filter((start) => heading.startsWith(start));
      expect(found).toHaveLength(1);
      const error = await (async () => troubles[found[0]]())().then(
        () => undefined,
        (error: Error) => error,
      );
      const escaped = heading.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", "[\\s\\S]*");
      expect(error?.message).toMatch(new RegExp(escaped));
    },
    60_000,
  );

  it("tries no error that the page lacks", () => {
    const lacking = Object.keys(troubles).filter(
      (start) => !headings.some((heading) => heading.startsWith(start)),
    );
    expect(lacking).toEqual([]);
  });
});
