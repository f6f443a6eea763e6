import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { whenNpmEnds } from "./npm-end";

/** Where and how JupyterLab is started. */
export interface LabOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

// On Windows, commands such as jupyter are found only by a shell.
const shell = process.platform === "win32";

/** Whether JupyterLab can be started. */
export function hasLab(env: NodeJS.ProcessEnv): boolean {
  return spawnSync("jupyter", ["lab", "--version"], { stdio: "ignore", env, shell }).status === 0;
}

/** Milliseconds that JupyterLab has to end its kernels before it is killed; they then end by themselves. */
const patience = 10_000;

/**
 * Runs JupyterLab until it ends, and ends it, its kernels with it, when this process is told to end, or when
 * the one that started it is gone, as after the end of npm.
 * @returns its exit code.
 */
export function runLab(args: readonly string[], { cwd, env }: LabOptions): Promise<number> {
  const lab = spawn("jupyter", ["lab", ...args], { cwd, env, stdio: "inherit", shell });
  let code: number | undefined;
  const end = (reason: number) => {
    if (code !== undefined) return;
    code = reason;
    stop(lab);
  };
  // JupyterLab itself asks on Ctrl-C whether to stop; this process waits for it.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => end(143));
  process.on("SIGHUP", () => end(129));
  whenNpmEnds(() => end(143));
  return new Promise((resolve, reject) => {
    lab.on("error", reject);
    lab.on("exit", (status, signal) => resolve(code ?? status ?? (signal ? 1 : 0)));
  });
}

function stop(lab: ChildProcess): void {
  lab.kill("SIGTERM");
  setTimeout(() => lab.kill("SIGKILL"), patience).unref();
}
