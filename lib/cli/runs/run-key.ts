import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { hasTag, type Notebook } from "../../notebook/nbformat";
import type { ParameterValue } from "../../notebook/parameters";
import { isRunnable } from "../../notebook/runner/cells";

/** What tells a run from others: see `key` and `page` of a run's file. */
export interface RunKeys {
  readonly key: string;
  readonly page: string;
}

/**
 * The keys of a run of `notebook` in the project at `root`. Its results depend on the code of its cells, the
 * parameters' values, the content of the project's files (but for the rooms that only show results), its
 * packages, the checksums of its data sets, the engine, and Node's major version. A file that a cell reads
 * from elsewhere is not noticed.
 */
export function runKeys(
  root: string,
  notebook: Notebook,
  parameters: Readonly<Record<string, ParameterValue>>,
  files: ProjectHashes = projectHashes(root),
): RunKeys {
  const code = notebook.cells.filter(isRunnable).map((cell) => {
    return [cell.source, ...meaningfulTags.filter((tag) => hasTag(cell, tag))];
  });
  const text = notebook.cells.map((cell) => (isRunnable(cell) ? cell.metadata : cell));
  return {
    key: hash([
      code,
      Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)),
      ...files.key,
      process.env.ENGINE || "onnx",
      process.versions.node.split(".")[0],
    ]),
    page: hash([text.map(({ id: _, ...rest }) => rest), ...files.page]),
  };
}

/** Hashes of a project's files, of which keys are made. */
export interface ProjectHashes {
  readonly key: readonly string[];
  readonly page: readonly string[];
}

/** The hashes of the project's files as they are now: for the keys of several runs, found once. */
export function projectHashes(root: string): ProjectHashes {
  return {
    key: [
      hashOfFiles(join(root, "lib"), (path) => !/^(?:cli|report)\//.test(path)),
      hashOfFiles(join(root, "datasets"), (path) => /\.(?:json|safetensors)$/.test(path)),
      contentOf(join(root, "package-lock.json")),
    ],
    page: [
      hashOfFiles(join(root, "lib/report")),
      hashOfFiles(join(root, "lib/cli/runs"), (path) => path === "run-page.ts"),
    ],
  };
}

/** Tags of cells on which results depend. */
const meaningfulTags = ["parameters", "raises-exception"];

function hashOfFiles(folder: string, chosen: (path: string) => boolean = () => true): string {
  const sum = createHash("sha256");
  let files: string[] = [];
  try {
    files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    // There is no such folder.
  }
  for (const file of files.sort()) {
    const path = file
      .slice(folder.length + 1)
      .split(sep)
      .join("/");
    if (chosen(path)) sum.update(`${path}\n`).update(hashOfFile(file));
  }
  return sum.digest("hex");
}

/** Hashes of files by their paths, each with what the file's system said of the file when it was read. */
const known = new Map<string, { readonly stamp: string; readonly hash: Buffer }>();

/** A file changed so lately, in milliseconds, may be changed again without its times telling. */
const lately = 1000;

/** The hash of a file's content, which is only read anew when the file was changed. */
function hashOfFile(path: string): Buffer {
  const { mtimeMs, ctimeMs, size, ino } = statSync(path);
  const stamp = [mtimeMs, ctimeMs, size, ino].join();
  const before = known.get(path);
  if (before?.stamp === stamp) return before.hash;
  const hash = createHash("sha256").update(readFileSync(path)).digest();
  if (ctimeMs < Date.now() - lately) known.set(path, { stamp, hash });
  return hash;
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

const hash = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex");
