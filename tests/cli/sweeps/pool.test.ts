import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { runPool } from "../../../lib/cli/sweeps/pool";

/** A pool over 0 … n−1 whose runs end when they are told. */
function start(n: number, limit: () => number) {
  const stop = new AbortController();
  const begun: number[] = [];
  const ends = new Map<number, { resolve(): void; reject(error: Error): void }>();
  const done = runPool({
    items: Array.from({ length: n }, (_, k) => k),
    limit,
    signal: stop.signal,
    run: (item) => {
      begun.push(item);
      return new Promise<void>((resolve, reject) => ends.set(item, { resolve, reject }));
    },
  });
  const end = async (item: number, error?: Error) => {
    if (error) ends.get(item)?.reject(error);
    else ends.get(item)?.resolve();
    await turn();
  };
  return { begun, done, end, stop };
}

describe("a pool", () => {
  it("runs as many at once as its limit says, which may change", async () => {
    let limit = 1;
    const { begun, done, end } = start(5, () => limit);
    expect(begun).toEqual([0]);
    limit = 3;
    await end(0);
    expect(begun).toEqual([0, 1, 2, 3]);
    limit = 1;
    await end(2);
    expect(begun).toEqual([0, 1, 2, 3]);
    await end(1);
    await end(3);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    await end(4);
    await done;
  });

  it("begins nothing after it was stopped, and waits for what had begun", async () => {
    const { begun, done, end, stop } = start(4, () => 2);
    let ended = false;
    const all = done.then(() => {
      ended = true;
    });
    stop.abort();
    await end(0);
    expect(ended).toBe(false);
    await end(1);
    await all;
    expect(begun).toEqual([0, 1]);
  });

  it("throws the first error when all have ended", async () => {
    const { begun, done, end } = start(4, () => 2);
    const failed = expect(done).rejects.toThrow("first");
    await end(1, new Error("first"));
    await end(0, new Error("second"));
    await failed;
    expect(begun).toEqual([0, 1]);
  });

  it("is done at once when there is nothing", async () => {
    await start(0, () => 2).done;
  });
});
