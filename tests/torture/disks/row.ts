import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Rng } from "../../../lib/random";

/** One way in which a disk or a path lets down what is written there. */
export interface Row {
  readonly name: string;
  /** Whether it needs a disk of its own. */
  readonly disk?: boolean;
  /** Tries it in a folder; returns what was not as promised. */
  attempt(folder: string, random: Rng): Promise<string[]>;
}

/** The lines of faults for what is not so. */
export const unless = (checks: Readonly<Record<string, boolean>>): string[] =>
  Object.entries(checks).flatMap(([fault, holds]) => (holds ? [] : [fault]));

/** Whether a file holds this text still. */
export const holds = (path: string, text: string) => existsSync(path) && readFileSync(path, "utf8") === text;

/** Writes a file, whose folder is made, and returns its path. */
export function put(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Removes a folder that others write to, and so moves it away first: rmdir fails where a file is new. */
export function removeWhole(folder: string): void {
  const aside = `${folder}.removed`;
  renameSync(folder, aside);
  rmSync(aside, { recursive: true });
}
