import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it } from "vitest";
import { cellStore } from "../../lib/notebook/executor/cell-store";
import { parseNotebook } from "../../lib/notebook/nbformat";
import { injectParameters } from "../../lib/notebook/parameters";
import { isRunnable } from "../../lib/notebook/runner/cells";
import { areKnown, checkNotebooks } from "../../lib/notebook/runner/check-notebooks";
import { compileCells } from "../../lib/notebook/runner/compile-cells";
import { runNotebook } from "../../lib/notebook/runner/run-notebook";
import { type CellSource, makeProject, notebookText } from "./project";

const project = makeProject({
  "lib/index.ts": 'export * from "./notebook";\nexport * from "./mine";\n',
  "lib/mine.ts": "export const three = 3;\nexport const later = async () => (await import('./late')).four;\n",
  "lib/late.ts": "export const four: number = 4;\n",
  "beside.ts": "export const five = 5;\n",
});
const { root } = project;
afterAll(project.remove);
const folder = join(root, ".cache/cells");
beforeEach(() => rmSync(folder, { recursive: true, force: true }));

const compiled = { output: "exports.x = 1;", maps: {}, declarations: "declare let x: number;\n", files: [] };

it("finds what was kept, by the cell and the declarations before it", () => {
  cellStore(root).keep("declare let y: number;\n", "let x = 1;", compiled);
  const store = cellStore(root);
  expect(store.find("declare let y: number;\n", "let x = 1;")).toEqual(compiled);
  expect(store.find("declare let y: string;\n", "let x = 1;")).toBeUndefined();
  expect(store.find("declare let y: number;\n", "let x = 1")).toBeUndefined();
});

it.each(["lib/mine.ts", "lib/new.ts", "tsconfig.json", "package-lock.json", "lib.ts"])(
  "finds nothing when %s was changed",
  (path) => {
    const store = cellStore(root);
    store.keep("", "let x = 1;", compiled);
    const before = readOrNothing(join(root, path));
    try {
      writeFileSync(join(root, path), `${before ?? ""}\n`);
      expect(cellStore(root).find("", "let x = 1;")).toBeUndefined();
      // What was compiled from files that have changed meanwhile is not kept.
      store.keep("", "let x = 2;", compiled);
    } finally {
      if (before === undefined) rmSync(join(root, path));
      else writeFileSync(join(root, path), before);
    }
    expect(cellStore(root).find("", "let x = 1;")).toEqual(compiled);
    expect(cellStore(root).find("", "let x = 2;")).toBeUndefined();
  },
);

it("keeps no cell that depends on other files, and takes a broken file for none", () => {
  const store = cellStore(root);
  store.keep("", "let x = 1;", { ...compiled, files: [join(root, "beside.ts")] });
  expect(store.find("", "let x = 1;")).toBeUndefined();
  store.keep("", "let x = 1;", { ...compiled, files: [join(root, "lib/mine.ts")] });
  expect(store.find("", "let x = 1;")).toEqual(compiled);
  for (const name of readdirSync(folder)) writeFileSync(join(folder, name), "{");
  expect(store.find("", "let x = 1;")).toBeUndefined();
});

it("lets one compile a cell while others wait for it", async () => {
  const order: string[] = [];
  const work = (name: string) => () => {
    order.push(name);
    return name;
  };
  const store = cellStore(root);
  expect(await Promise.all(["a", "b"].map((name) => store.alone("", "x", work(name))))).toEqual(["a", "b"]);
  expect(order).toEqual(["a", "b"]);
  const failing = store.alone("", "x", () => {
    order.push("c");
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(order).toEqual(["a", "b", "c"]);
});

it("compiles all the same where nothing can be kept", async () => {
  writeFileSync(folder, "no folder");
  const store = cellStore(root);
  expect(await store.alone("", "x", () => 3)).toBe(3);
  store.keep("", "x", compiled);
  expect(store.find("", "x")).toBeUndefined();
});

const cells: readonly CellSource[] = [
  ['import { later, three } from "./lib";\nimport * as tslab from "tslab";\nlet n = 1;', "parameters"],
  'tslab.display.html("<b>shown</b>");\nawait later() + three + n',
  ["function deep(): never {\n  throw new Error('n is ' + n);\n}\n\ndeep();", "raises-exception"],
  ["three.nothing", "raises-exception"],
  "if (n > 0) {\n  await 0;\n  null!.x;\n}",
];
const notebook = parseNotebook(notebookText(...cells), "a.ipynb");
const run = (n: number) => runNotebook(injectParameters(notebook, { n }), { root, parameters: ["n"] });

it("a notebook that runs again shows the same without a compiler, errors and their places too", async () => {
  const { peakMemory: _, outputsOf: _of, ...first } = await run(1);
  expect(JSON.stringify(first)).toContain("shown");
  expect(first.failure?.traceback.join("\n")).toContain("> 3 |   null!.x;");
  const { peakMemory: __, outputsOf: __of, ...again } = await run(1);
  expect(again).toEqual(first);
  // With other values, too: the sum shows what was kept, not what is written.
  const kept = readdirSync(folder).map((name) => join(folder, name));
  for (const path of kept) {
    writeFileSync(path, readFileSync(path, "utf8").replace("lib_1.three", "(lib_1.three + 100)"));
  }
  const other = await run(5);
  expect(JSON.stringify(other.notebook.cells[2])).toContain('"112"');
  expect(other.parameters).toEqual({ n: 5 });
  expect(other.failure?.cell).toBe(first.failure?.cell);
  expect(JSON.stringify(other.notebook.cells[3])).toContain("n is 5");
}, 60_000);

it("a notebook's process needs no compiler the first time either", async () => {
  const loaded = `import { createRequire } from "node:module";
    Object.keys(createRequire(process.cwd() + "/cell.ts").cache).filter((path) => /typescript-for-tslab/.test(path)).length`;
  const fresh = parseNotebook(notebookText("let first = 1;", loaded, "first + 1"), "fresh.ipynb");
  const sources = fresh.cells.filter(isRunnable).map(({ source }) => source);
  expect(areKnown(cellStore(root), sources)).toBe(false);
  const result = await runNotebook(fresh, { root });
  expect(result.status).toBe("ok");
  expect(JSON.stringify(result.outputsOf(1))).toContain('"0"');
  expect(areKnown(cellStore(root), sources)).toBe(true);
}, 60_000);

it("cells that don't compile are left to the notebook, and the others compiled", async () => {
  const sources = ["let one: number = 1;", "one.nothing", "one + 2"];
  await compileCells(root, sources);
  const store = cellStore(root);
  expect(areKnown(store, [sources[0], sources[2]])).toBe(true);
  expect(areKnown(store, sources)).toBe(false);
  const stopped = ["let two = 2;"];
  await compileCells(root, stopped, AbortSignal.abort());
  expect(areKnown(store, stopped)).toBe(false);
}, 60_000);

it("a changed lib is heard of", async () => {
  const short = parseNotebook(notebookText('import { three } from "./lib";\nthree.toFixed(1)'), "a.ipynb");
  expect((await runNotebook(short, { root })).status).toBe("ok");
  expect(await checkNotebooks(root, [{ name: "a", notebook: short }])).toEqual([]);
  const before = readFileSync(join(root, "lib/mine.ts"), "utf8");
  try {
    writeFileSync(join(root, "lib/mine.ts"), before.replace("= 3", '= "3"'));
    const { failure } = await runNotebook(short, { root });
    expect(failure?.evalue).toContain("Property 'toFixed' does not exist on type");
    const [error] = await checkNotebooks(root, [{ name: "a", notebook: short }]);
    expect(error.failure.evalue).toBe(failure?.evalue);
  } finally {
    writeFileSync(join(root, "lib/mine.ts"), before);
  }
}, 60_000);

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
