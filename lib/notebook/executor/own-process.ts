import { setNotebookHost } from "../host";
import { Interrupted } from "./cell-error";
import type { Run } from "./run";
import { captureStreams } from "./streams";

/**
 * Takes over this process's standard streams, uncaught exceptions and unhandled rejections, and becomes the
 * host of what cells display. All of it goes to the run that it comes from, which `runOf` tells.
 * @returns what gives streams and errors back.
 */
export function takeOverProcess(runOf: () => Run | undefined): () => void {
  const streams = captureStreams((name, text) => runOf()?.send({ type: "stream", name, text }));
  setNotebookHost({
    display({ data, metadata, transient }, update) {
      const run = runOf();
      if (run?.over) throw new Interrupted();
      run?.send({
        type: "display",
        data: data ?? {},
        metadata: metadata ?? {},
        displayId: transient?.display_id,
        update,
      });
    },
    stopRequested() {
      const run = runOf();
      if (!run) return false;
      run.reportedAt = performance.now();
      const stop = run.over || run.stopping;
      run.told ||= stop;
      return stop;
    },
  });
  const fail = (thrown: unknown) => {
    const run = runOf();
    if (!run?.over) run?.fail(thrown);
  };
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  return () => {
    streams.release();
    process.off("uncaughtException", fail);
    process.off("unhandledRejection", fail);
  };
}
