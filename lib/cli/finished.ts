import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { NotebookFile } from "./notebook-files";
import { writeFile } from "./write-file";

/**
 * The notebooks of an interrupted reproduction that are done, kept in a file so that the same command skips
 * them.
 */
export interface FinishedNotebooks {
  /** Whether it was done before, and its report is still there. */
  has(name: string): boolean;
  add(name: string): void;
  /** Call it when all notebooks are done. */
  forget(): void;
}

/**
 * Opens the list that the same command left under `out`. A list of another command, told apart by its JSON,
 * or one from before a change to a notebook's code or to a file in `lib`, counts as empty.
 */
export function openFinishedNotebooks(
  root: string,
  out: string,
  command: unknown,
  files: readonly NotebookFile[],
): FinishedNotebooks {
  const file = join(out, ".work", "finished.json");
  const key = keyOf(root, command, files);
  const names = new Set(namesIn(file, key));
  return {
    has: (name) => names.has(name) && existsSync(join(out, `${name}.metrics.json`)),
    add(name) {
      names.add(name);
      writeFile(file, JSON.stringify({ key, names: [...names] }));
    },
    forget() {
      rmSync(file, { force: true });
      try {
        rmdirSync(dirname(file));
      } catch {
        // There is no such folder, or something else is in it.
      }
    },
  };
}

function keyOf(root: string, command: unknown, files: readonly NotebookFile[]): string {
  const code = files.map(({ name, notebook }) => [
    name,
    ...notebook.cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) => source),
  ]);
  const lib = readdirSync(join(root, "lib"), { recursive: true, encoding: "utf8" })
    .sort()
    .map((path) => [path, statSync(join(root, "lib", path)).mtimeMs]);
  return createHash("sha256")
    .update(JSON.stringify([command, code, lib]))
    .digest("hex");
}

function namesIn(file: string, key: string): string[] {
  try {
    const found = JSON.parse(readFileSync(file, "utf8")) as { key: string; names: string[] };
    return found.key === key ? found.names : [];
  } catch {
    return [];
  }
}
