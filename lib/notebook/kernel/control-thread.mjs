// A thread for Jupyter's control channel, so that an interrupt is heard of while the main thread is busy. All
// requests are answered by the main thread. Plain JavaScript, so that it starts without a compiler.

import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";

const { address, key, zeromq, asked, closed } = workerData;
const { Router } = createRequire(import.meta.url)(zeromq);
const socket = new Router();

let sending = Promise.resolve();
parentPort.on("message", (frames) => {
  sending = sending.then(() => (frames ? socket.send(frames).catch(() => {}) : close()));
});

function close() {
  socket.close();
  Atomics.store(closed, 0, 1);
  Atomics.notify(closed, 0);
}

await socket.bind(address);
parentPort.postMessage(undefined);
for await (const frames of socket) {
  const interrupt = isInterrupt(frames);
  const number = interrupt ? Atomics.add(asked, 0, 1) + 1 : 0;
  parentPort.postMessage({ frames, number });
  if (interrupt) Atomics.notify(asked, 0);
}

function isInterrupt(frames) {
  const at = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
  const [signature, ...parts] = frames.slice(at + 1).map((frame) => frame.toString());
  try {
    if (JSON.parse(parts[0]).msg_type !== "interrupt_request") return false;
  } catch {
    return false;
  }
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex") === signature;
}
