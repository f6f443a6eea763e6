import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../lib/errors";
import { keepAlsoAs, writeAtomically } from "../../lib/files/atomic-write";

vi.mock("node:fs", async (original) => {
  const actual = await original<typeof fs>();
  const { writeSync, fsyncSync, linkSync } = actual;
  return { ...actual, writeSync: vi.fn(writeSync), fsyncSync: vi.fn(fsyncSync), linkSync: vi.fn(linkSync) };
});

const parent = mkdtempSync(join(tmpdir(), "atomic "));
afterAll(() => rmSync(parent, { recursive: true }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(parent, "case "));
});

const fails = (code: string) => () => {
  throw Object.assign(new Error(`${code}: on purpose, write`), { code });
};
const thrownBy = (f: () => void): UsageError => {
  try {
    f();
  } catch (error) {
    return error as UsageError;
  }
  throw new Error("nothing was thrown");
};

describe("writeAtomically", () => {
  it("makes the folder, replaces the file as a whole, and leaves nothing else", () => {
    const path = join(folder, "a", "b c", "file.bin");
    writeAtomically(path, "é");
    writeAtomically(path, Uint8Array.of(1, 2, 250));
    expect([...readFileSync(path)]).toEqual([1, 2, 250]);
    expect(readdirSync(join(folder, "a", "b c"))).toEqual(["file.bin"]);
  });

  it("writes what is made in pieces, and long texts whose characters lie across a piece's end", () => {
    const path = join(folder, "pieces");
    const long = `${"a".repeat(2 ** 22 - 1)}😀${"b".repeat(2 ** 22)}\ud800`;
    writeAtomically(path, ["é", Uint8Array.of(10, 250), long]);
    expect(
      readFileSync(path).equals(Buffer.concat([Buffer.from([195, 169, 10, 250]), Buffer.from(long)])),
    ).toBe(true);
    function* failing() {
      yield "new";
      throw new RangeError("Invalid string length");
    }
    expect(() => writeAtomically(path, failing)).toThrow(`Can't write ${path}: Invalid string length.`);
    expect(readdirSync(folder)).toEqual(["pieces"]);
    expect(readFileSync(path, "utf8").startsWith("é")).toBe(true);
  });

  it("makes the folder again where it is removed meanwhile", () => {
    const path = join(folder, "removed", "file");
    const { fsyncSync } = fs;
    vi.mocked(fsyncSync).mockImplementationOnce((file) => {
      fsyncSync(file);
      rmSync(join(folder, "removed"), { recursive: true });
    });
    writeAtomically(path, function* () {
      yield "all";
      yield " of it";
    });
    expect(readFileSync(path, "utf8")).toBe("all of it");
  });

  it("flushes the content before it takes the old file's place", () => {
    const path = join(folder, "file");
    writeFileSync(path, "old");
    const seen: string[] = [];
    vi.mocked(fs.fsyncSync).mockImplementationOnce(() => {
      seen.push(readFileSync(path, "utf8"));
    });
    writeAtomically(path, "new");
    expect(seen).toEqual(["old"]);
    expect(readFileSync(path, "utf8")).toBe("new");
  });

  it.each(Object.entries({ writing: fs.writeSync, flushing: fs.fsyncSync }))(
    "keeps the old file where %s fails",
    (_, call) => {
      const path = join(folder, "file");
      writeFileSync(path, "old");
      vi.mocked(call).mockImplementationOnce(fails("ENOSPC"));
      const error = thrownBy(() => writeAtomically(path, "new"));
      expect(error).toBeInstanceOf(UsageError);
      expect(error.message).toBe(
        `Can't write ${path}: the disk is full. Free some space and run the command again.`,
      );
      expect(error.cause).toMatchObject({ code: "ENOSPC" });
      expect(readFileSync(path, "utf8")).toBe("old");
      expect(readdirSync(folder)).toEqual(["file"]);
    },
  );

  it("goes on where only a part was written at once", () => {
    const { writeSync } = fs;
    vi.mocked(writeSync).mockImplementationOnce(((file: number, bytes: Uint8Array) =>
      writeSync(file, bytes, 0, 2)) as typeof writeSync);
    writeAtomically(join(folder, "file"), "abcdef");
    expect(readFileSync(join(folder, "file"), "utf8")).toBe("abcdef");
  });

  it("says in one line what is in the way, and what to do", () => {
    writeFileSync(join(folder, "plain"), "");
    mkdirSync(join(folder, "taken"));
    const at = (name: string) => thrownBy(() => writeAtomically(join(folder, name), "")).message;
    for (const name of ["plain/file", "plain/deep/file"]) {
      const why = "a part of this path is a file, not a folder";
      expect(at(name)).toBe(`Can't write ${join(folder, name)}: ${why}. Choose another folder.`);
    }
    expect(at("taken")).toBe(
      `Can't write ${join(folder, "taken")}: there is a folder of that name. Choose another folder.`,
    );
    const advice = "Pass another path.";
    expect(() => writeAtomically(join(folder, "taken"), "", { advice })).toThrow(
      /of that name\. Pass another path\.$/,
    );
    vi.mocked(fs.fsyncSync).mockImplementationOnce(fails("EIO"));
    expect(at("odd")).toBe(
      `Can't write ${join(folder, "odd")}: EIO: on purpose, write. Choose another folder.`,
    );
    expect(readdirSync(folder).sort()).toEqual(["plain", "taken"]);
  });

  it.skipIf(!existsSync("/proc/self"))("answers at once where no folder can be made", () => {
    expect(() => writeAtomically("/proc/none/deep/file", "")).toThrow("no folder can be made there");
  });

  it.skipIf(process.platform === "win32")("says that a link leads nowhere", () => {
    symlinkSync(join(folder, "gone"), join(folder, "dangling"));
    for (const name of ["dangling/file", "dangling/deep/file"]) {
      expect(() => writeAtomically(join(folder, name), "")).toThrow(
        "a link that leads nowhere. Choose another",
      );
    }
  });

  it.skipIf(process.platform === "win32")("leaves what is no file alone, such as a device", () => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    expect(() => writeAtomically(path, "text")).toThrow(
      `Can't write ${path}: there is a device of that name, not a file. Choose another folder.`,
    );
    expect(readdirSync(folder)).toEqual(["pipe"]);
    expect(lstatSync(path).isFIFO()).toBe(true);
  });

  it("keeps what a file holds under a second name, which later writes leave alone", () => {
    const [from, to] = ["from", "to"].map((name) => join(folder, name));
    writeFileSync(to, "old");
    for (const content of ["first", "second"]) {
      writeAtomically(from, content);
      keepAlsoAs(from, to);
      keepAlsoAs(from, to);
      writeAtomically(from, "later");
      expect([from, to].map((path) => readFileSync(path, "utf8"))).toEqual(["later", content]);
    }
    // Where there are no hard links.
    vi.mocked(fs.linkSync).mockImplementationOnce(fails("EPERM"));
    keepAlsoAs(from, to);
    writeAtomically(from, "last");
    expect(readFileSync(to, "utf8")).toBe("later");
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it.skipIf(process.platform === "win32")("replaces a link, and not the file that it leads to", () => {
    writeFileSync(join(folder, "target"), "target");
    symlinkSync(join(folder, "target"), join(folder, "link"));
    writeAtomically(join(folder, "link"), "new");
    expect(readFileSync(join(folder, "target"), "utf8")).toBe("target");
    expect(readFileSync(join(folder, "link"), "utf8")).toBe("new");
  });
});

describe("what killed saves have left", () => {
  const host = hostname().replace(/[^A-Za-z0-9-]/g, "-");
  const leave = (name: string, secondsAgo = 0) => {
    writeFileSync(join(folder, name), "half");
    const at = new Date(Date.now() - 1000 * secondsAgo);
    utimesSync(join(folder, name), at, at);
    return name;
  };
  /** A number that no process has: that of one that has ended. */
  const deadPid = () =>
    new Promise<number>((resolve) => {
      const child: ChildProcess = spawn(process.execPath, ["-e", ""]);
      child.on("exit", () => resolve(child.pid as number));
    });

  it("is removed by a later save of the same path, and nothing else is", async () => {
    const dead = await deadPid();
    leave(`file.${host}.${dead}.0011aabb.tmp`);
    // An earlier process had this one's number.
    leave(`file.${host}.${process.pid}.0011aabb.tmp`, process.uptime() + 60);
    leave(`file.elsewhere.1.0011aabb.tmp`, 2 * 3600);
    const kept = [
      leave(`file.${host}.${process.pid}.ccddeeff.tmp`), // this process, being written
      leave(`file.${host}.${process.ppid}.0011aabb.tmp`), // a process that runs
      leave(`file.elsewhere.1.ccddeeff.tmp`, 60), // another computer's, perhaps being written
      leave(`file2.${host}.${dead}.0011aabb.tmp`), // of another path
      leave(`file.${host}.${dead}.tmp`), // not a name of ours
      leave("file.tmp"),
    ];
    writeAtomically(join(folder, "file"), "whole");
    expect(readdirSync(folder).sort()).toEqual([...kept, "file"].sort());
  });

  it("is what a process that is killed in mid-save leaves", async () => {
    const script = `
      const fs = require("node:fs");
      fs.fsyncSync = () => process.kill(process.pid, "SIGKILL");
      require(${JSON.stringify(join(__dirname, "../../lib/files/atomic-write.ts"))})
        .writeAtomically(${JSON.stringify(join(folder, "file"))}, "half");
    `;
    const child = spawn(process.execPath, ["--require", require.resolve("tsx/cjs"), "-e", script]);
    expect(await new Promise((resolve) => child.on("exit", (_, signal) => resolve(signal)))).toBe("SIGKILL");
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^file\..*\.tmp$/)]);
    writeAtomically(join(folder, "file"), "whole");
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});
