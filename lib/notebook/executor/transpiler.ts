import { createRequire } from "node:module";

/** What is used of esbuild, by which tsx compiles the project's files as they are imported. */
interface Esbuild {
  transformSync(source: string): unknown;
  stop(): Promise<void>;
}

// The copy that tsx itself loads: each has a process of its own.
const esbuild = (): Esbuild => createRequire(createRequire(__filename).resolve("tsx"))("esbuild");

/**
 * Ends the process that compiles imported files; the next import that needs it starts another. An interrupt
 * calls for that: Jupyter signals the whole process group, this child too, and a call that was broken off
 * would leave its answer for the next.
 */
export function restartTranspiler(): void {
  void esbuild().stop();
}

/** Restarts the process that compiles imported files if it was ended from outside. */
export function reviveTranspiler(): void {
  try {
    esbuild().transformSync("");
  } catch {
    restartTranspiler();
  }
}

/** Whether an import failed because the process that compiles was ended while it was at work. */
export function isTranspilerEnd(thrown: unknown): boolean {
  return thrown instanceof Error && /\bThe service (?:was stopped|is no longer running)/.test(thrown.message);
}
