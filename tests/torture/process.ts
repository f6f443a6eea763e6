import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import { makeFolder, writeAtomically } from "../../lib/files/atomic-write";
import type { Task } from "./hand";
import type { Work } from "./work";

/** How a process ended, and what it wrote. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;

interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The words of a command that starts it. */
  readonly through?: readonly string[];
  /** Whether it can be sent messages, and send them. */
  readonly heard?: boolean;
}

/** A process, and how it ends. */
export interface Started {
  readonly child: ChildProcess;
  readonly end: Promise<End>;
}

/** Starts a process of Node that compiles TypeScript. */
export const start = (args: readonly string[], surroundings?: Surroundings): Started =>
  startNode(["--import", tsx, ...args], surroundings);

function startNode(
  args: readonly string[],
  { cwd, env, through = [], heard = false }: Surroundings = {},
): Started {
  const [command, ...rest] = [...through, process.execPath, ...args];
  const child = spawn(command, rest, {
    cwd,
    env: { ...process.env, ENGINE_THREADS: "1", ...env },
    stdio: ["ignore", "pipe", "pipe", ...(heard ? (["ipc"] as const) : [])],
  });
  // What ends this process must not leave that one behind.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  let [out, err] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const end = new Promise<End>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, out, err }));
  });
  return { child, end };
}

const root = resolve(__dirname, "../..");
let hand: string | undefined;

/**
 * Starts a process with hand.ts, compiled once, with all that it imports, for all processes: these then do
 * their work most of their time, rather than load its code.
 * @param task what it does before it ends; none where it is to be sent its tasks
 */
export function startHand(task?: Task): Started {
  hand ??= compile("hand");
  return startNode([hand, ...(task ? [JSON.stringify(task)] : [])], {
    env: { ENGINE_CACHE: join(root, ".cache/models") },
    heard: !task,
  });
}

function compile(name: string): string {
  const folder = join(root, ".cache/torture/code");
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, `${name}.ts`)],
    ...{ bundle: true, platform: "node", format: "cjs", packages: "external", write: false },
  });
  makeFolder(folder);
  const file = join(folder, `${name}.cjs`);
  writeAtomically(file, outputFiles[0].text);
  return file;
}

/** Starts a process that does this work; see work.ts. */
export const startWork = (work: Work): Started => startHand({ kind: "work", work });

/** Resolves once the process has told of this many steps since it began, or has ended. */
export function stepsDone({ child, end }: Started, steps: number): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    child.stdout?.on("data", (text: string) => {
      seen += text.split("\n").filter((line) => line.startsWith("step ")).length;
      if (seen >= steps) resolve();
    });
    end.then(() => resolve());
  });
}
