import { createRequire } from "node:module";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Interrupts } from "./interrupts";

/** Jupyter's control channel, which a thread of its own listens on. */
export interface ControlChannel {
  send(frames: readonly (string | Buffer)[]): void;
  close(): void;
}

/**
 * Opens the control channel at `address`. Interrupts that come by it are handled like signals; all requests,
 * interrupts too, are then passed to `receive`, to be answered. Resolves when it is open.
 */
export async function openControl(options: {
  readonly address: string;
  readonly key: string;
  readonly interrupts: Interrupts;
  readonly receive: (frames: readonly Buffer[]) => void;
}): Promise<ControlChannel> {
  const { address, key, interrupts, receive } = options;
  const fromTslab = createRequire(createRequire(__filename).resolve("tslab/package.json"));
  const closed = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Worker(join(__dirname, "control-thread.mjs"), {
    execArgv: [],
    workerData: { address, key, zeromq: fromTslab.resolve("zeromq"), asked: interrupts.asked, closed },
  });
  await new Promise<void>((resolve, reject) => {
    thread.once("message", () => resolve());
    thread.once("error", reject);
  });
  thread.on("message", ({ frames, number }: { frames: readonly Uint8Array[]; number: number }) => {
    interrupts.take(number);
    receive(frames.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)));
  });
  const close = () => thread.postMessage(undefined);
  // A thread that is ended while its socket is open brings the process down.
  process.once("exit", () => {
    close();
    Atomics.wait(closed, 0, 0, 1000);
  });
  return { send: (frames) => thread.postMessage(frames), close };
}
