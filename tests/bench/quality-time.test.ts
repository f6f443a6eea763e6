import { describe, expect, it } from "vitest";
import { looks } from "./quality-time";

const look = (steps: number, quality: number) => ({
  steps,
  quality,
  seconds: steps / 10,
  cpuSeconds: steps / 5,
});

describe("the time to a quality", () => {
  it.each([
    { better: "lower" as const, target: 0.15, seen: [0.5, 0.2, 0.1] },
    { better: "higher" as const, target: 0.75, seen: [0.1, 0.7, 0.8] },
  ])("lies between the last two looks where $better is better", ({ better, target, seen }) => {
    const looked = looks({ measure: "error", target, better, most: 300 });
    const done = seen.map((quality, i) => looked.add(look(100 * (i + 1), quality)));
    expect(done).toEqual([false, false, true]);
    const { steps, seconds, cpuSeconds, joules, ...time } = looked.time();
    expect(steps).toBe(250); // half-way between them, as the target is
    expect(seconds).toBeCloseTo(25, 10);
    expect(cpuSeconds).toBeCloseTo(50, 10);
    expect(joules).toBeUndefined();
    expect(time.looks).toEqual(seen.map((quality, i) => [100 * (i + 1), quality]));
  });

  it("is that of the first look where this is good enough already", () => {
    const looked = looks({ measure: "an agreement", target: 0.7, better: "higher", most: 300 });
    expect(looked.add({ ...look(50, 0.9), joules: 7 })).toBe(true);
    expect(looked.time()).toMatchObject({ steps: 50, seconds: 5, joules: 7 });
  });

  it("isn't given where the target is not reached", () => {
    const looked = looks({ measure: "an agreement", target: 0.7, better: "higher", most: 300 });
    expect(looked.time).toThrow("an agreement of 0.7 within 300 steps");
    expect(looked.add(look(50, 0.6))).toBe(false);
    expect(looked.add(look(100, Number.NaN))).toBe(false);
    expect(looked.time).toThrow("an agreement of 0.7 within 300 steps");
  });
});
