// A thread that hears interrupts while the main thread is busy, and breaks off what it is busy with. Plain
// JavaScript, so that it starts without a compiler.

import { Session } from "node:inspector";
import { Script } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";

/** Numbers shared with the main thread: see interrupts.ts. */
const { asked, heard, stage, stages, breakOff } = workerData;

/** Milliseconds that the main thread has to hear of an interrupt by itself. */
const patience = 300;

// A thread gets no signals, but a script that runs in one can be told to end by SIGINT. It takes no
// arguments.
const waiting = new Script("Atomics.wait(word, 0, value, limit)");

/** Waits until `word` is not `value`. A signal that comes meanwhile asks for an interrupt. */
function wait(word, value, limit) {
  Object.assign(globalThis, { word, value, limit });
  try {
    waiting.runInThisContext({ breakOnSigint: true });
  } catch {
    Atomics.add(asked, 0, 1);
  }
}

let told = 0;

/** Tells the main thread of all interrupts that were asked for, each by its number. */
function tell() {
  while (told < Atomics.load(asked, 0)) parentPort.postMessage(++told);
}

/** Waits until the main thread has heard of all interrupts. What keeps it from that is broken off. */
function insist() {
  const session = new Session();
  session.connectToMainThread();
  for (;;) {
    tell();
    const before = Atomics.load(heard, 0);
    if (before >= told) break;
    wait(heard, before, patience);
    if (Atomics.load(heard, 0) !== before) continue;
    if (Atomics.load(stage, 0) === stages.none) {
      Atomics.store(stage, 0, stages.inquired);
      // Runs in the midst of what the main thread is doing.
      session.post("Runtime.evaluate", { expression: breakOff });
    }
    wait(stage, stages.inquired, patience);
    if (Atomics.load(stage, 0) !== stages.granted) continue;
    session.post("Runtime.terminateExecution");
    Atomics.store(stage, 0, stages.none);
    Atomics.notify(stage, 0);
  }
  session.disconnect();
}

for (;;) {
  wait(asked, told, Number.POSITIVE_INFINITY);
  tell();
  const before = Atomics.load(heard, 0);
  if (before < told) wait(heard, before, patience);
  if (Atomics.load(heard, 0) < told) insist();
}
