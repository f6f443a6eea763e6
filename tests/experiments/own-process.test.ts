import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inOwnProcess } from "../../lib/experiments/own-process";
import { peakMemory } from "../../lib/experiments/peak-memory";

const file = join(__dirname, "own-process.child.ts");

describe("inOwnProcess", () => {
  it("has a task done elsewhere, with the environment and flags given", async () => {
    const answer = await inOwnProcess<{ id: number; word: string; gc: string }>(file, "answer", {
      env: { WORD: "given" },
      flags: ["--expose-gc"],
    });
    expect(answer.id).not.toBe(process.pid);
    expect(answer).toMatchObject({ word: "given", gc: "function" });
  });

  it("fails as the task does, or when the process ends without an answer", async () => {
    await expect(inOwnProcess(file, "throw")).rejects.toThrow("no such thing");
    await expect(inOwnProcess(file, "leave")).rejects.toThrow(/exit code 3 without an answer\.\s+last words/);
  });
});

describe("peakMemory", () => {
  it("sees memory that was used and given back, and not that of the process before", async () => {
    const before = peakMemory();
    let filled: Buffer | undefined = Buffer.alloc(400e6, 1);
    expect(filled[399e6]).toBe(1);
    filled = undefined;
    expect(peakMemory() - before).toBeGreaterThan(300e6);
    const { peak } = await inOwnProcess<{ peak: number }>(file, "peak");
    expect(peak).toBeGreaterThan(20e6);
    expect(peak).toBeLessThan(300e6);
  });
});
