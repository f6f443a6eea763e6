import { spawn } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { isRunning } from "../../lib/files/running";
import { makeProject, notebookText } from "../notebook/project";

// A real `npm run`, and a real signal to npm, which forwards some to its shell alone and dies of others.

const waits = notebookText(
  ['let mark = "";', "parameters"],
  'import { writeFileSync } from "node:fs";\nwriteFileSync(mark, String(process.pid));\n' +
    "await new Promise((resolve) => setTimeout(resolve, 600_000));",
);
const project = makeProject({ "notebooks/01-waits.ipynb": waits });
afterAll(() => project.remove());
copyFileSync(resolve(__dirname, "../../package-lock.json"), join(project.root, "package-lock.json"));

/** Starts a run, sends the signal when a cell runs, and waits until both processes are gone. */
async function end(name: string, send: (npm: number) => void) {
  const mark = join(project.root, `${name}.pid`);
  const args = ["run", "reproduce", "--", "--no-check", "--out", name, "--set", `mark=${mark}`];
  const { INIT_CWD: _, ...env } = process.env;
  const npm = spawn("npm", args, { cwd: project.root, stdio: "ignore", detached: true, env });
  while (!existsSync(mark) && npm.exitCode === null) await sleep(100);
  const [id] = readdirSync(join(project.root, name, "runs"));
  const run = () => JSON.parse(readFileSync(join(project.root, name, "runs", id, "run.json"), "utf8"));
  const pids = [run().pid, Number(readFileSync(mark, "utf8"))];
  expect(pids.map(isRunning)).toEqual([true, true]);
  send(npm.pid ?? 0);
  while (pids.some(isRunning)) await sleep(100);
  return run().status;
}

it.skipIf(process.platform === "win32")(
  "stops what npm has started when npm is told to end, or the group of all its processes is",
  async () => {
    const ends = [
      end("term", (npm) => process.kill(npm, "SIGTERM")),
      end("hup", (npm) => process.kill(npm, "SIGHUP")),
      end("group", (npm) => process.kill(-npm, "SIGTERM")),
      end("kill", (npm) => process.kill(npm, "SIGKILL")),
    ];
    expect(await Promise.all(ends)).toEqual(["stopped", "stopped", "stopped", "stopped"]);
  },
  240_000,
);
