import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { holdLock, type Lock, withLock } from "../../lib/files/lock";
import { birthOf } from "../../lib/files/running";

const folder = mkdtempSync(join(tmpdir(), "lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;

/** Appends to a file as it enters and leaves the lock, some times. */
const enters = `
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from ${JSON.stringify(resolve(__dirname, "../../lib/files/lock.ts"))};
(async () => {
  const [lock, log, name] = process.argv.slice(2);
  for (let k = 0; k < 20; k++) {
    await withLock(lock, async () => {
      appendFileSync(log, "in " + name + "\\n");
      await sleep(Math.random() * 3);
      appendFileSync(log, "out " + name + "\\n");
    });
  }
})();
`;

/** Whether each line "in NAME" is followed by "out NAME". */
function neverTwo(log: string): boolean {
  const lines = readFileSync(log, "utf8").trim().split("\n");
  return lines.every((line, k) => k % 2 === 1 || lines[k + 1] === line.replace("in", "out"));
}

describe("a lock", () => {
  it("lets in one at a time, of this process and of others", async () => {
    const [lock, log, script] = ["a/lock", "log", "enters.ts"].map((name) => join(folder, name));
    writeFileSync(script, enters);
    const children = ["b", "c", "d"].map((name) =>
      spawn(process.execPath, ["--import", tsx, script, lock, log, name], { stdio: "inherit" }),
    );
    const own = Array.from({ length: 20 }, (_, k) =>
      withLock(lock, async () => {
        appendFileSync(log, `in ${k}\n`);
        await sleep(1);
        appendFileSync(log, `out ${k}\n`);
      }),
    );
    await Promise.all([...own, ...children.map((child) => once(child, "exit"))]);
    expect(readFileSync(log, "utf8").split("\n").length - 1).toBe(2 * (3 * 20 + 20));
    expect(neverTwo(log)).toBe(true);
    expect(existsSync(lock)).toBe(false);
  });

  it("is free again when the work has failed, and gives what the work gives", async () => {
    const lock = join(folder, "failing");
    await expect(withLock(lock, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(existsSync(lock)).toBe(false);
    expect(await withLock(lock, () => 7)).toBe(7);
  });

  it("is taken over from a process that is gone, and from no other", async () => {
    const lock = join(folder, "left");
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const hold = (holder: object) =>
      writeFileSync(lock, JSON.stringify({ pid: child.pid, host: hostname(), since: "long ago", ...holder }));
    const attempt = () => withLock(lock, () => "taken", 0);
    const refusal = new RegExp(
      `has been in use by process ${child.pid} on .* since long ago.*Stop that process, or remove ${lock}`,
    );
    hold({});
    await expect(attempt()).rejects.toThrow(refusal);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await withLock(lock, () => "taken")).toBe("taken");
    // Another computer's.
    hold({ host: "elsewhere" });
    await expect(attempt()).rejects.toThrow(/on elsewhere/);
    const before = new Date(Date.now() - 3600_000);
    utimesSync(lock, before, before);
    expect(await withLock(lock, () => "taken")).toBe("taken");
    // Nothing of it was written when its process was killed.
    writeFileSync(lock, "");
    utimesSync(lock, before, before);
    expect(await withLock(lock, () => "taken")).toBe("taken");
    // A process that looked whether the lock was left was killed.
    hold({});
    writeFileSync(`${lock}.takeover`, "");
    utimesSync(`${lock}.takeover`, before, before);
    expect(await withLock(lock, () => "taken")).toBe("taken");
    expect(existsSync(`${lock}.takeover`)).toBe(false);
  });

  it.skipIf(!existsSync("/proc/self/stat"))(
    "is taken over from a process whose number another one has now",
    async () => {
      const lock = join(folder, "reused");
      const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
      const attempt = (born: string, patience: number) => {
        writeFileSync(lock, JSON.stringify({ pid: child.pid, host: hostname(), since: "long ago", born }));
        return withLock(lock, () => "taken", patience);
      };
      await expect(attempt(birthOf(child.pid!), 0)).rejects.toThrow("has been in use by process");
      expect(await attempt("1", 60)).toBe("taken");
      child.kill("SIGKILL");
    },
  );

  it("may be held for long: others are told by whom, and don't wait", () => {
    const path = join(folder, "for long");
    const lock = holdLock(path) as Lock;
    lock.renew();
    expect(holdLock(path)).toEqual({
      heldBy: expect.stringMatching(`^process ${process.pid} on .*, since 20`),
    });
    lock.release();
    (holdLock(path) as Lock).release();
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), since: "long ago" }));
    (holdLock(path) as Lock).release();
    // Another computer's, if it wasn't renewed for an hour.
    writeFileSync(path, JSON.stringify({ pid: 1, host: "elsewhere", since: "long ago" }));
    expect(holdLock(path)).toEqual({ heldBy: "process 1 on elsewhere, since long ago" });
    const before = new Date(Date.now() - 3_700_000);
    utimesSync(path, before, before);
    (holdLock(path) as Lock).release();
  });

  it("outlives the removal of its folder, and takes away no other's", () => {
    const place = join(folder, "removed");
    const path = join(place, "lock");
    const lock = holdLock(path) as Lock;
    rmSync(place, { recursive: true });
    lock.renew();
    expect(existsSync(path)).toBe(false);
    mkdirSync(place);
    lock.renew();
    expect(JSON.parse(readFileSync(path, "utf8")).pid).toBe(process.pid);
    rmSync(place, { recursive: true });
    mkdirSync(place);
    const other = JSON.stringify({ pid: process.ppid, host: hostname(), since: "now" });
    writeFileSync(path, other);
    lock.renew();
    lock.release();
    expect(readFileSync(path, "utf8")).toBe(other);
    // A path at which nothing can be done any more.
    rmSync(place, { recursive: true });
    writeFileSync(place, "");
    lock.renew();
    lock.release();
    expect(readFileSync(place, "utf8")).toBe("");
  });
});
