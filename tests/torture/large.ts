import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Notebook, parseNotebook } from "../../lib/notebook/nbformat";
import { notebookText } from "../notebook/project";
import { start } from "./process";
import type { Promised } from "./promise";
import { watchMemory } from "./tree-memory";

// A notebook of many cells and large outputs.

const root = resolve(__dirname, "../..");
const cells = 500;
const size = 400_000;
const most = 2 ** 30;

/** The code of cell `k`: in turn a print, a table, a picture and a plot, as reports have them. */
const kinds: readonly ((k: number) => string)[] = [
  (k) => `console.log("a line of ${k}\\n".repeat(${size / 16}));`,
  (k) => `await show({ toBundle: () => ({ "text/html": table(${k}) }) });`,
  (k) => `await show({ toBundle: () => ({ "image/png": noise(${k}) }) });`,
  (k) => `await show({ toBundle: () => ({ [plotly]: { data: [{ y: numbers(${k}) }], layout: {} } }) });`,
];

const first = `import { encode } from "fast-png";
import { show } from "./lib";
import { rng } from "./lib/random";
const plotly = "application/vnd.plotly.v1+json";
const side = 316; // a picture of noise can't be compressed
function noise(k: number): string {
  let state = k;
  const data = new Uint8Array(3 * side * side).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 24;
  });
  return Buffer.from(encode({ width: side, height: side, channels: 3, data })).toString("base64");
}
const table = (k: number) => "<table>" + ("<tr><td>" + k + "</td></tr>").repeat(${size / 20}) + "</table>";
const numbers = (k: number) => Array.from(rng(k).normals([${size / 20}]).data);`;

function writeNotebook(path: string): void {
  const rest = Array.from({ length: cells - 1 }, (_, k) => kinds[k % kinds.length](k));
  writeFileSync(path, notebookText("# Large", first, ...rest));
}

const outputsOf = (notebook: Notebook) =>
  notebook.cells.flatMap((cell) => (cell.cell_type === "code" ? cell.outputs : []));

export const large: Promised = {
  name: "large",
  what: "notebooks of 500 cells and 200 MB of outputs",
  promise: "a whole report, within 1 GB of memory for the runner and the notebook's process together",
  rounds: 1,
  async prepare(folder) {
    return {
      async round() {
        const path = join(folder, "large.ipynb");
        const out = join(folder, "out");
        writeNotebook(path);
        const args = [join(root, "lib/cli/reproduce.ts"), path, "--out", out, "--no-check"];
        const { child, end } = start(args, { cwd: root });
        const watch = watchMemory(child.pid ?? 0);
        const { code, err } = await end;
        const memory = watch.end();
        const faults: string[] = [];
        if (code !== 0) faults.push(`exit code ${code}: ${err.split("\n")[0]}`);
        if (memory > most) faults.push(`${Math.round(memory / 2 ** 20)} MB of memory`);
        const [notebook, page] = ["ipynb", "html"].map((ending) => join(out, `large.${ending}`));
        for (const file of [notebook, page]) {
          if (!existsSync(file)) faults.push(`no ${file}`);
          else if (statSync(file).size < 0.9 * cells * size) faults.push(`${file} is not whole`);
        }
        if (faults.length === 0) {
          const shown = outputsOf(parseNotebook(readFileSync(notebook, "utf8"), notebook)).length;
          if (shown !== cells - 1) faults.push(`${shown} outputs of ${cells - 1}`);
        }
        const measured = memory > 0 ? `${Math.round(memory / 2 ** 20)} MB` : "memory not measured here";
        return { kind: `large, ${measured}`, faults };
      },
    };
  },
};
