import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { formatNotebook, type Notebook } from "../notebook/nbformat";
import type { RunRecord } from "./run-record";
import { writeFile } from "./write-file";

/** Writes `NAME.ipynb`, `NAME.metrics.json` and `NAME.html` of one run, and the index of all runs in `out`. */
export async function writeReport(out: string, notebook: Notebook, record: RunRecord): Promise<void> {
  const path = (ending: string) => join(out, `${record.notebook}.${ending}`);
  writeFile(path("ipynb"), formatNotebook(notebook));
  writeFile(path("metrics.json"), `${JSON.stringify(record, null, 2)}\n`);
  const { renderNotebook, renderIndex } = await renderer();
  writeFile(path("html"), await renderNotebook(notebook, { title: record.title }));
  if (renderIndex) writeFile(join(out, "index.html"), await renderIndex(recordsIn(out)));
}

async function renderer() {
  return createRequire(__filename)("../report") as {
    renderNotebook(notebook: Notebook, options: { title: string }): Promise<string>;
    renderIndex?(entries: readonly unknown[]): string | Promise<string>;
  };
}

/** The records of all runs whose reports are in `out`, in the order of the notebooks' names. */
function recordsIn(out: string): RunRecord[] {
  return readdirSync(out)
    .filter((file) => file.endsWith(".metrics.json"))
    .sort()
    .flatMap((file) => {
      try {
        return [JSON.parse(readFileSync(join(out, file), "utf8")) as RunRecord];
      } catch {
        return [];
      }
    });
}
