import { resolve } from "node:path";
import { createExecutor } from "../executor/executor";
import { Handler } from "./handler";
import { Server } from "./server";

// The Jupyter kernel. Jupyter starts it with the path of a connection file.

const handler = new Handler(createExecutor({ root: resolve(__dirname, "../../.."), interactive: true }));
process.on("SIGINT", () => handler.interrupt());
exitWithParent();
void new Server(handler, resolve(process.argv[2])).init();

/** A Jupyter server that was killed can't ask its kernels to end. */
function exitWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, 1000).unref();
}
