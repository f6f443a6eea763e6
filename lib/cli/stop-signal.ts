import { exitCodes } from "./exit-codes";
import { whenNpmEnds } from "./npm-end";

/**
 * A signal that is aborted when the process is to save what it has and end: by SIGINT, SIGTERM or SIGHUP, or
 * by the end of the npm that has started it. A second one means: don't wait for what is to be saved.
 * @param options.patient whether more signals than one mean no more than one, and npm's end nothing
 */
export function stopSignal({ patient = false } = {}): AbortSignal {
  const stop = new AbortController();
  if (!patient) whenNpmEnds(() => stop.abort());
  let signals = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (++signals > 1 && !patient) process.exit(exitCodes.stopped);
      stop.abort();
    });
  }
  return stop.signal;
}
