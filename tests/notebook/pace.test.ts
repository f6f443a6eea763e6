import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { pace } from "../../lib/notebook/pace";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

it("leaves an interval, and as much time as keeps the work below its share", async () => {
  const { due, spend } = pace(5, 0.05);
  const work = (seconds: number) => spend(async () => void vi.advanceTimersByTime(1000 * seconds));
  const wait = () => {
    let seconds = 0;
    for (; !due(); seconds++) vi.advanceTimersByTime(1000);
    return seconds;
  };
  expect(wait()).toBe(5);
  await work(3); // loads a library
  expect(wait()).toBe(5);
  await work(0.1);
  expect(wait()).toBe(5);
  await work(2);
  expect(wait()).toBe(40); // a twentieth
  await expect(spend(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(wait()).toBe(5);
});
