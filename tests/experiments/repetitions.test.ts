import { describe, expect, it } from "vitest";
import { othersShare } from "../../lib/experiments/processors";
import { mostCalls, type Repetitions, repeated } from "../../lib/experiments/repetitions";

/**
 * A machine of two processors on which a call takes the given milliseconds, and other programs as many of one
 * processor's time.
 */
function pretended(calls: readonly { readonly takes: number; readonly others?: number }[]) {
  let at = 1000;
  let [own, busy] = [300, 800];
  let next = 0;
  return {
    call() {
      const { takes, others = 0 } = calls[next++];
      at += takes;
      own += 1.5 * takes; // two threads, not always both
      busy += 1.5 * takes + others;
    },
    clocks: { now: () => at, own: () => own, processors: () => ({ own, busy, all: 2 * at }) },
    made: () => next,
  };
}

function run(
  repetitions: Repetitions,
  calls: Parameters<typeof pretended>[0],
  { from = 1, before = true } = {},
) {
  const { call, clocks, made } = pretended(calls);
  const clock = repeated(repetitions, from, clocks);
  let done = before && clock.tick();
  while (!done) {
    call();
    done = clock.tick();
  }
  return { ...clock.times(), made: made() };
}

const even = (takes: number, count: number) => Array.from({ length: count }, () => ({ takes }));

describe("repeated", () => {
  it("times calls by the clock and by all threads", () => {
    const { seconds, cpu, others, made } = run({ calls: 3 }, [{ takes: 100 }, { takes: 200 }, { takes: 50 }]);
    expect(seconds.map((time) => Math.round(1000 * time))).toEqual([100, 200, 50]);
    expect(cpu.map((time) => Math.round(1000 * time))).toEqual([150, 300, 75]);
    expect([others, made]).toEqual([0, 3]);
  });

  it("leaves out the first calls, whether or not there is a tick before them", () => {
    const calls = [{ takes: 900 }, { takes: 500 }, { takes: 10 }, { takes: 20 }];
    const rounded = ({ seconds }: { seconds: readonly number[] }) => seconds.map((s) => Math.round(1000 * s));
    expect(rounded(run({ calls: 2 }, calls, { from: 3 }))).toEqual([10, 20]);
    expect(rounded(run({ calls: 2 }, calls, { from: 2, before: false }))).toEqual([10, 20]);
  });

  it("ends when time is up, not before three calls", () => {
    expect(run({ calls: 50, seconds: 0.35 }, even(100, 50)).made).toBe(4);
    expect(run({ calls: 50, seconds: 0.35 }, even(400, 50)).made).toBe(3);
  });

  it("begins again where other programs take too much, and keeps the least disturbed attempt", () => {
    const loud = (others: number) => [
      { takes: 100, others },
      { takes: 110, others },
    ];
    const calm = run({ calls: 2, others: 0.1 }, [...loud(60), ...even(70, 2), ...even(1, 9)]);
    expect(calm.made).toBe(4);
    expect(calm.seconds[0]).toBeCloseTo(0.07, 9);
    expect(calm.others).toBe(0);
    const busy = run({ calls: 2, others: 0.1, attempts: 3 }, [...loud(80), ...loud(42), ...loud(90)]);
    expect(busy.made).toBe(6);
    expect(busy.others).toBeCloseTo(84 / 420, 9); // of 210 ms of two processors
    expect(run({ calls: 2 }, loud(80)).made).toBe(2);
  });

  it("says how many calls it may ask for, and refuses none", () => {
    expect(mostCalls({ calls: 4 })).toBe(4);
    expect(mostCalls({ calls: 4, others: 0.2, attempts: 3 })).toBe(12);
    expect(() => repeated({ calls: 0 }, 1)).toThrow("1 call or more");
  });
});

it("othersShare is what neither this process nor idleness took", () => {
  const from = { own: 100, busy: 200, all: 1000 };
  expect(othersShare(from, { own: 400, busy: 600, all: 2000 })).toBeCloseTo(0.1, 12);
  expect(othersShare(from, { own: 500, busy: 590, all: 2000 })).toBe(0); // counted in steps
  expect(othersShare(from, from)).toBe(0);
});
