import { publish } from "./publish";

/** Keeps the pages about all runs in a folder up to date while runs go on. */
export interface PageWriter {
  /** Whether anything was asked for. */
  readonly asked: boolean;
  /**
   * Sees to it that the pages are written: at once, or some time after they were last. Nobody waits for it.
   * @throws what kept them from being written the last time.
   */
  soon(): void;
  /**
   * Writes them for the last time.
   * @returns one line for each page that could not be rendered.
   * @throws a one-line error when a file can't be written.
   */
  close(): Promise<string[]>;
}

/** Milliseconds from the end of one writing to the next, at least. */
const interval = 2000;

/** The pages name every run that is there; writing them takes at most such a part of the time. */
const share = 1 / 10;

/** A writer of the pages in the folder `out`. */
export function pageWriter(out: string): PageWriter {
  let [asked, wanted, busy] = [false, false, false];
  let next = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let going: Promise<void> = Promise.resolve();
  let broken: { readonly error: unknown } | undefined;

  async function write(): Promise<void> {
    [timer, wanted, busy] = [undefined, false, true];
    const start = performance.now();
    try {
      // A page that can't be rendered now can't be in the end, which says so.
      await publish(out);
    } catch (error) {
      broken = { error };
    }
    const end = performance.now();
    next = end + Math.max(interval, (end - start) / share);
    busy = false;
    plan();
  }

  function plan(): void {
    if (!wanted || busy) return;
    timer ??= setTimeout(
      () => {
        going = write();
      },
      Math.max(0, next - performance.now()),
    ).unref();
  }

  return {
    get asked() {
      return asked;
    },
    soon() {
      if (broken) throw broken.error;
      asked = wanted = true;
      plan();
    },
    async close() {
      clearTimeout(timer);
      wanted = false;
      await going;
      return publish(out);
    },
  };
}
