import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { UsageError } from "../../lib/errors";

/** A running peer.py. */
export interface Peer {
  readonly about: {
    readonly torch: string;
    readonly python: string;
    /** The library of its matrix products, and whose threads that uses. */
    readonly blas: string;
    /** Whether it has arithmetic in bfloat16 for this processor. */
    readonly bfloat16: boolean;
  };
  ask(command: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
  stop(): void;
}

/** What to say where the peer isn't there. */
export const noPeer =
  "PyTorch wasn't found, so there is nothing to compare with: install it for python3 (on Debian: " +
  "apt install python3-torch libopenblas0-openmp), or name another interpreter in the variable PYTHON.";

/** A Python interpreter that has PyTorch: $PYTHON, else python3 from the path or the system. */
export function findPython(): string | undefined {
  const candidates = [process.env.PYTHON, "python3", "/usr/bin/python3"];
  // Looked for, not imported: that takes seconds, or a minute on a busy machine.
  const look = "import sys, importlib.util; sys.exit(importlib.util.find_spec('torch') is None)";
  return candidates.find((python) => python && spawnSync(python, ["-c", look]).status === 0);
}

/** The folder of Debian's OpenBLAS that shares PyTorch's threads, which isn't the one that comes first. */
function openmpBlas(): string | undefined {
  const root = "/usr/lib";
  if (!existsSync(root)) return undefined;
  const folders = readdirSync(root).map((machine) => join(root, machine, "openblas-openmp"));
  return folders.find((folder) => existsSync(folder));
}

export async function startPeer(python: string): Promise<Peer> {
  const { OPENBLAS_CORETYPE: _, ...env } = process.env; // set, it may hold OpenBLAS to an older processor
  env.LD_LIBRARY_PATH = [openmpBlas(), env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  const child: ChildProcess = spawn(python, [join(__dirname, "peer.py")], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting: { resolve: (reply: Record<string, unknown>) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout! }).on("line", (line) => waiting.shift()?.resolve(JSON.parse(line)));
  child.on("exit", () => {
    for (const { reject } of waiting) reject(new UsageError("peer.py ended; its error is above."));
  });
  const ask = (command: Readonly<Record<string, unknown>>) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin!.write(`${JSON.stringify(command)}\n`);
    });
  const about = (await ask({ do: "about" })) as unknown as Peer["about"];
  return { about, ask, stop: () => child.stdin!.end() };
}
