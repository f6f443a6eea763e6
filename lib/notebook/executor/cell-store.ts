import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { writeAtomically } from "../../files/atomic-write";
import { withLock } from "../../files/lock";
import { compiledAssignments } from "./assignments";
import type { CompiledCode } from "./converter";

/**
 * Compiled cells, kept in `.cache/cells` of a project: a notebook that runs again, with whatever parameters,
 * needs no compiler.
 */
export interface CellStore {
  /** What a cell compiles to after cells with the declarations `previous`, if that is known. */
  find(previous: string, source: string): CompiledCode | undefined;
  /**
   * Does `work`, which compiles the cell, while no other process does the same: it waits for one that does.
   */
  alone<T>(previous: string, source: string, work: () => T): Promise<T>;
  /** Keeps what a cell was compiled to just now. */
  keep(previous: string, source: string, compiled: CompiledCode): void;
}

/** Seconds that another process has to compile a cell. */
const patience = 60;

/** The store of the project at `root`, as its files are now. */
export function cellStore(root: string): CellStore {
  const folder = join(root, ".cache", "cells");
  const project = fingerprint(root);
  const fileOf = (previous: string, source: string) =>
    join(folder, `${hash(JSON.stringify([project, previous, source]))}.json`);
  return {
    find(previous, source) {
      const assigned = compiledAssignments(previous, source);
      if (assigned) return assigned;
      try {
        return JSON.parse(readFileSync(fileOf(previous, source), "utf8"));
      } catch {
        return undefined;
      }
    },
    async alone(previous, source, work) {
      let begun = false;
      const once = () => {
        begun = true;
        return work();
      };
      try {
        return await withLock(`${fileOf(previous, source)}.lock`, once, patience);
      } catch (error) {
        if (begun) throw error;
        // Nothing can be written there, or another process takes very long.
        return work();
      }
    },
    keep(previous, source, { output, maps, declarations, lastExpression, files }) {
      // Other files of the project may change without the fingerprint.
      const covered = files.every((file) => file.startsWith(join(root, "lib") + sep));
      if (!covered || fingerprint(root) !== project) return;
      const compiled: CompiledCode = { output, maps, declarations, lastExpression, files: [] };
      try {
        writeAtomically(fileOf(previous, source), JSON.stringify(compiled), { flush: false });
        removeOldest(folder);
      } catch {
        // Nothing can be written there: the next run compiles again.
      }
    },
  };
}

/** What the outcome of a compilation depends on besides the cells. */
function fingerprint(root: string): string {
  const configuration = ["tsconfig.json", "package-lock.json", "node_modules/.package-lock.json"];
  return hash(
    JSON.stringify([
      process.versions.node.split(".")[0],
      configuration.map((path) => hash(contentOf(join(root, path)))),
      // A file beside `lib` may be taken in its place.
      readdirSync(root).filter((name) => /\.(?:[cm]?[jt]sx?|json)$/.test(name)),
      hashesIn(join(root, "lib")),
      hashesIn(__dirname),
    ]),
  );
}

function hashesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return paths.sort().map((path) => `${path.slice(folder.length)} ${hash(contentOf(path))}`);
}

function contentOf(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    return new Uint8Array();
  }
}

const hash = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

/** How many cells are kept: those of many versions of all notebooks. */
const most = 2000;

function removeOldest(folder: string): void {
  const paths = readdirSync(folder).map((name) => join(folder, name));
  if (paths.length <= most) return;
  const age = new Map(paths.map((path) => [path, statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0]));
  paths.sort((a, b) => (age.get(a) ?? 0) - (age.get(b) ?? 0));
  for (const path of paths.slice(0, most / 4)) rmSync(path, { force: true });
}
