import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSafetensors } from "../../lib/formats";
import { endSignals } from "../../lib/training/signals";
import { startWork, stepsDone } from "../torture/process";

const folder = mkdtempSync(join(tmpdir(), "signals "));
afterAll(() => rmSync(folder, { recursive: true }));
const work = (name: string) => ({
  ...{ kind: "mlp" as const, steps: 400 },
  ...{ file: join(folder, `${name}.safetensors`), result: join(folder, name) },
});

describe("a training with a checkpoint", () => {
  let whole: string;
  beforeAll(async () => {
    await startWork(work("whole")).end;
    whole = readFileSync(work("whole").result, "utf8");
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "is saved at %s, and goes on to the same",
    async (signal) => {
      const given = work(signal);
      const run = startWork(given);
      await stepsDone(run, 30);
      run.child.kill(signal);
      const end = await run.end;
      expect(end.err).toMatch(
        /^training of the velocity .* was stopped after \d+ of 400 steps\. Run it again/,
      );
      expect(end.signal).toBe(signal);
      expect(Number(loadSafetensors(given.file).metadata.step)).toBeGreaterThanOrEqual(30);
      expect(existsSync(`${given.file}.lock`)).toBe(false);

      const again = await startWork(given).end;
      expect(again).toMatchObject({ code: 0, err: "" });
      expect(again.out.split("\n").filter(Boolean).length).toBeLessThan(371);
      expect(readFileSync(given.result, "utf8")).toBe(whole);
    },
  );

  it("is not another run's to write meanwhile; after its crash it is", async () => {
    const given = work("two");
    const first = startWork({ ...given, steps: 1_000_000 });
    await stepsDone(first, 1);
    const second = await startWork({ ...given, learningRate: 1e-2 }).end;
    first.child.kill("SIGKILL");
    expect(second.code).toBe(1);
    expect(second.err).toMatch(
      new RegExp(
        `two\\.safetensors is in use by another run: process ${first.child.pid} on .*, since .* stop it`,
      ),
    );
    await first.end;
    expect(existsSync(`${given.file}.lock`)).toBe(true);
    expect(await startWork(given).end).toMatchObject({ code: 0, err: "" });
    expect(readFileSync(given.result, "utf8")).toBe(whole);
  });
});

describe("signals", () => {
  it("are heard where the program itself doesn't listen, and until released", () => {
    const mine = () => {};
    process.on("SIGTERM", mine);
    const before = ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => process.listenerCount(signal));
    const [a, b] = [endSignals(), endSignals()];
    expect(process.listenerCount("SIGTERM")).toBe(before[1]);
    expect(process.listenerCount("SIGHUP")).toBe(before[2] + 2);
    for (const heard of [a, b]) heard.release();
    expect(["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => process.listenerCount(signal))).toEqual(before);
    process.off("SIGTERM", mine);
  });

  it("end the process only when both of two trainings are saved, the second signal at once", async () => {
    const source = `
      import { endSignals } from ${JSON.stringify(join(__dirname, "../../lib/training/signals.ts"))};
      const [a, b] = [endSignals(), endSignals()];
      console.log("ready");
      const timer = setInterval(() => {
        if (!a.heard() || !b.heard()) return;
        clearInterval(timer);
        a.release();
        setTimeout(() => { console.log("saved"); b.release(); setTimeout(() => {}, 60000); }, Number(process.argv[2]));
      }, 5);`;
    const script = join(folder, "two.mts");
    writeFileSync(script, source);
    for (const [delay, kills, words] of [
      [200, 1, "ready\nsaved\n"],
      [60_000, 2, "ready\n"],
    ] as const) {
      const child = spawn(process.execPath, ["--import", "tsx", script, `${delay}`], {
        cwd: join(__dirname, "../.."),
      });
      let out = "";
      const ready = new Promise<void>((resolve) =>
        child.stdout.on("data", (text) => {
          out += text;
          resolve();
        }),
      );
      const end = new Promise((resolve) => child.once("close", (_, signal) => resolve(signal)));
      await ready;
      for (let k = 0; k < kills; k++) {
        child.kill("SIGTERM");
        await sleep(100);
      }
      expect(await end).toBe("SIGTERM");
      expect(out).toBe(words);
    }
  });
});
