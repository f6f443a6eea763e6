import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { makeProject, notebookText } from "../../notebook/project";

/** A notebook that fails for seed 1 until there is a file `mended`, and notes each run in a file `ran`. */
const tiny = notebookText(
  "# Tiny",
  [
    'import { recordMetrics } from "./lib";\nimport { appendFileSync, existsSync } from "node:fs";\n' +
      "let seed = 0;\nlet steps = 2;",
    "parameters",
  ],
  'if (seed === 1 && !existsSync("mended")) throw new RangeError("on purpose");\n' +
    'appendFileSync("ran", seed + " ");\n' +
    'recordMetrics({ loss: seed / 8 + steps, threads: process.env.ENGINE_THREADS ?? "" });',
);

/** A notebook that waits for ever in the first run of each seed but 9; later runs find what it has left. */
const slow = notebookText(
  "# Slow",
  [
    'import { recordMetrics } from "./lib";\nimport { existsSync, writeFileSync } from "node:fs";\n' +
      "let seed = 0;",
    "parameters",
  ],
  'const mark = "mark-" + seed;\nconst resumed = existsSync(mark);\nwriteFileSync(mark, "");\n' +
    "if (!resumed && seed !== 9) await new Promise(() => {});\nrecordMetrics({ resumed: Number(resumed) });",
);

const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;

/** A small project with these two notebooks, and its `npm run sweep`. */
export function sweepProject() {
  const { root, remove } = makeProject({ "notebooks/01-tiny.ipynb": tiny, "notebooks/02-slow.ipynb": slow });
  const start = (line: string, env: NodeJS.ProcessEnv = {}) => {
    const command = spawn(
      process.execPath,
      ["--import", tsx, join(root, "lib/cli/sweep.ts"), ...line.split(" ")],
      {
        cwd: root,
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, ENGINE_THREADS: "", INIT_CWD: root, ...env },
      },
    );
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      command[name].on("data", (text) => {
        output[name] += text;
      });
    }
    const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
      command.on("close", (code) => resolve({ code, ...output }));
    });
    return { command, output, ended };
  };
  return {
    root,
    remove,
    start,
    sweep: (line: string, env: NodeJS.ProcessEnv = {}) => start(line, env).ended,
    has: (path: string) => existsSync(join(root, path)),
    text: (path: string) => readFileSync(join(root, path), "utf8"),
    json: (path: string) => JSON.parse(readFileSync(join(root, path), "utf8")),
  };
}

/** Waits until `condition` holds. */
export async function until(condition: () => boolean, what: string, seconds = 100): Promise<void> {
  const end = Date.now() + 1000 * seconds;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Waited ${seconds} s in vain for ${what}.`);
    await sleep(100);
  }
}
