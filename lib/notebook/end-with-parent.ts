import { Worker } from "node:worker_threads";

const watch = `
  const { workerData: parent } = require("node:worker_threads");
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  }, 1000);
`;

/**
 * Ends this process soon after its parent is gone: one that was killed can't ask for it. A thread of its own
 * watches, for a cell's loop would keep a timer of this thread from running.
 */
export function endWithParent(): void {
  new Worker(watch, { eval: true, execArgv: [], workerData: process.ppid }).unref();
}
