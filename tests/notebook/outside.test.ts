import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ndarray } from "../../lib/array";
import { scatter2d } from "../../lib/figures";
import { pick, progress, recordMetrics, reserve, type Scale, show } from "../../lib/notebook";
import { type ProgressUpdate, progressText } from "../../lib/notebook/progress-text";

afterEach(() => vi.restoreAllMocks());

describe("outside of notebooks", () => {
  it("show prints plain text, in order", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    show({ toBundle: async () => ({ "text/plain": "figure 1", "image/png": "" }) });
    await show(Promise.resolve({ toBundle: () => ({ "image/png": "" }) }));
    expect(log.mock.calls).toEqual([["figure 1"], ["[image/png]"]]);
  });

  it("show doesn't draw what has a text to print", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const toBundle = vi.fn(() => Promise.reject(new Error("no package that draws")));
    await show({ plainText: "two moons", toBundle });
    expect(log.mock.calls).toEqual([["two moons"]]);
    expect(toBundle).not.toHaveBeenCalled();
    const plot = scatter2d({
      title: "Two points",
      alt: "A point at the origin, another above it.",
      x: { label: "x" },
      y: { label: "y" },
      series: [{ name: "data", x: ndarray([2, 2], Float32Array.of(0, 0, 0, 1)) }],
    });
    expect(plot.plainText).toBe((await plot.toBundle())["text/plain"]);
  });

  it("show refuses what it can't show, and what can't be drawn", async () => {
    await expect(show([1, 2] as never)).rejects.toThrow("a figure or a table to show, but received Array");
    await expect(show(undefined as never)).rejects.toThrow("received undefined");
    const broken = { toBundle: () => Promise.reject(new Error("no figure")) };
    await expect(show(broken)).rejects.toThrow("no figure");
    vi.spyOn(console, "log").mockImplementation(() => {});
    await expect(show({ toBundle: () => ({}) })).resolves.toBeUndefined();
  });

  it("a reserved place prints what it shows, in order", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const text = (words: string) => ({ toBundle: () => ({ "text/plain": words }) });
    const answer = reserve(text("later"));
    show(text("between"));
    await answer.show(text("answer"));
    expect(log.mock.calls).toEqual([["later"], ["between"], ["answer"]]);
    await expect(answer.show(42 as never)).rejects.toThrow("a figure or a table to show");
  });

  it("metrics go nowhere", () => {
    expect(() => recordMetrics({ a: 1 })).not.toThrow();
  });
});

describe("progress", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => void vi.useRealTimers());

  it("tells the first step, now and then one, and the end, with estimates", () => {
    const lines: string[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      lines.push(`${text}`);
      return true;
    });
    const tell = progress("coupled");
    for (let step = 0; step <= 60; step++) {
      tell({ step, steps: 60, loss: 1 / (step + 1) });
      if (step < 60) vi.advanceTimersByTime(250);
    }
    expect(lines).toEqual([
      "coupled: 0/60 steps · loss 1.000\n",
      "coupled: 20/60 steps · loss 0.04762 · 4.0 steps/s · 10 s left\n",
      "coupled: 40/60 steps · loss 0.02439 · 4.0 steps/s · 5 s left\n",
      "coupled: 60/60 steps · loss 0.01639 · 4.0 steps/s · 15 s\n",
    ]);
  });

  it("of resumed work counts only the steps of this run", () => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const tell = progress("coupled");
    tell({ step: 500, steps: 600 });
    vi.advanceTimersByTime(10_000);
    tell({ step: 550, steps: 600 });
    expect(write).toHaveBeenLastCalledWith("coupled: 550/600 steps · 5.0 steps/s · 10 s left\n");
  });

  it("ends with the mean speed over the time that it tells, however fast the last steps were", () => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const told = (first: ProgressUpdate) => {
      const tell = progress("coupled");
      vi.advanceTimersByTime(60_000); // compiling
      tell({ ...first, stepsPerSecond: 10 });
      vi.advanceTimersByTime(40_000);
      tell({ ...first, step: 600, stepsPerSecond: 10 });
      return write.mock.lastCall?.[0];
    };
    expect(told({ step: 1, steps: 600 })).toBe("coupled: 600/600 steps · 6.0 steps/s · 1 min 40 s\n");
    expect(told({ step: 201, steps: 600, resumedAt: 200 })).toBe(
      "coupled: 600/600 steps · 4.0 steps/s · 1 min 40 s · resumed at step 200\n",
    );
  });

  it("takes what it is given", () => {
    const given = { step: 600, steps: 600, loss: 0.1234, stepsPerSecond: 2.4, note: "resumed" };
    expect(progressText("coupled", given, 250)).toBe(
      "coupled: 600/600 steps · loss 0.1234 · 2.4 steps/s · 4 min 10 s · resumed",
    );
    expect(progressText("a", { step: 1, steps: 2, secondsLeft: 3700 })).toBe("a: 1/2 steps · 1 h 2 min left");
  });

  it("says where work went on, and from when a result was kept", () => {
    expect(progressText("b", { step: 804, steps: 900, resumedAt: 803 })).toBe(
      "b: 804/900 steps · resumed at step 803",
    );
    const at = new Date(new Date().getFullYear(), 10, 25, 22, 10).toISOString();
    const kept = { step: 900, steps: 900, loss: 0.1, secondsLeft: 0, kept: { at, seconds: 184 } };
    expect(progressText("emoji, coupled, seed 0", kept, 0)).toBe(
      "emoji, coupled, seed 0: 900 steps · kept from 25 Nov 22:10 (3 min 4 s)",
    );
  });
});

it("a scale picks its value, and an unknown one is refused", () => {
  const steps = { quick: 10, small: 100, paper: 1000 };
  expect((["quick", "small", "paper"] as const).map((scale) => pick(scale, steps))).toEqual([10, 100, 1000]);
  expect(() => pick("papr" as Scale, steps)).toThrow(
    'one of quick, small, paper as scale, but received "papr"',
  );
});
