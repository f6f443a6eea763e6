import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Work } from "./work";

/** How a process ended, and what it wrote. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;

/** Starts a process of Node that compiles TypeScript. */
export function start(
  args: readonly string[],
  { cwd, env }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): { readonly child: ChildProcess; readonly end: Promise<End> } {
  const child = spawn(process.execPath, ["--import", tsx, ...args], {
    cwd,
    env: { ...process.env, ENGINE_THREADS: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const end = new Promise<End>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, out, err }));
  });
  return { child, end };
}

/** Starts a process that does this work; see work.ts. */
export const startWork = (work: Work) => start([join(__dirname, "work.ts"), JSON.stringify(work)]);

/** Resolves once the process has told of this many steps since it began, or has ended. */
export function stepsDone({ child, end }: ReturnType<typeof start>, steps: number): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    child.stdout?.on("data", (text: string) => {
      seen += text.split("\n").filter((line) => line.startsWith("step ")).length;
      if (seen >= steps) resolve();
    });
    end.then(() => resolve());
  });
}
