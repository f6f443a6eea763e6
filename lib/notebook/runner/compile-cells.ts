import { fork } from "node:child_process";
import { join } from "node:path";
import { cellStore } from "../executor/cell-store";
import { areKnown } from "./check-notebooks";

/**
 * Compiles the cells of a notebook, as far as that was not done before, into the store of compiled cells: in
 * a process of its own, since the compiler's quarter of a gigabyte would stay in the notebook's until its
 * end. Cells that don't compile, or can't be stored, are left to the notebook's process.
 * @param signal ends it
 */
export async function compileCells(
  root: string,
  sources: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  if (signal?.aborted || areKnown(cellStore(root), sources)) return;
  const child = fork(join(__dirname, "compile-process.ts"), [root], {
    cwd: root,
    execArgv: ["--require", join(__dirname, "preload.cjs")],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const stop = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", stop, { once: true });
  await new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
    child.send(sources, () => {}); // it may have ended already
  });
  signal?.removeEventListener("abort", stop);
}
