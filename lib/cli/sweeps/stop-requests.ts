import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFile } from "../write-file";

// Commands that run a sweep's points may be on another machine, where no signal reaches them. So they are
// asked to stop by a file in the sweep's folder: each new content of it is a request.

const requestFile = (out: string) => join(out, "stop-requested");

/** Asks all commands that run points of a sweep to stop. */
export function requestStop(out: string): void {
  writeFile(requestFile(out), randomUUID());
}

/** A signal that is aborted soon after the first request from now on. */
export function stopRequests(out: string): { readonly signal: AbortSignal; close(): void } {
  const stop = new AbortController();
  const before = requestIn(out);
  const timer = setInterval(() => {
    if (requestIn(out) !== before) stop.abort();
  }, 1000).unref();
  return { signal: stop.signal, close: () => clearInterval(timer) };
}

function requestIn(out: string): string {
  try {
    return readFileSync(requestFile(out), "utf8");
  } catch {
    return "";
  }
}
