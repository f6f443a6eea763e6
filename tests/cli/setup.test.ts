import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

let parent: string;
let root: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "setup-"));
  root = join(parent, "with space");
  write("package-lock.json", JSON.stringify({ packages: lock }));
  mkdirSync(join(root, "lib/cli"), { recursive: true });
  cpSync(resolve(__dirname, "../../lib/cli/setup.mjs"), join(root, "lib/cli/setup.mjs"));
  // In npm's place: notes how it was called, and does what npm ci would do to the list of what is installed.
  write(
    "npm.cjs",
    `const fs = require("node:fs");
    fs.writeFileSync("calls", process.argv.slice(2).join(" ") + "\\n", { flag: "a" });
    if (process.env.FAIL) process.exit(7);
    fs.mkdirSync("node_modules/a", { recursive: true });
    fs.writeFileSync("node_modules/.package-lock.json", fs.readFileSync("package-lock.json"));`,
  );
});
afterEach(() => rmSync(parent, { recursive: true }));

const lock = {
  "": { version: "0.1.0" },
  "node_modules/a": { version: "1.0.0" },
  "node_modules/a/node_modules/b": { version: "2.0.0" },
  "node_modules/other-system": { version: "3.0.0", optional: true },
};

function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function setup(env: object = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "lib/cli/setup.mjs")], {
    cwd: parent,
    encoding: "utf8",
    env: { ...process.env, npm_execpath: join(root, "npm.cjs"), ...env },
  });
  return { status, stdout, stderr };
}

const calls = () => readFileSync(join(root, "calls"), "utf8").trim().split("\n").length;

it("installs what is missing, once, and then says nothing", () => {
  const first = setup();
  expect(first).toMatchObject({ status: 0, stderr: "" });
  expect(first.stdout).toContain("since no packages are installed yet");
  expect(readFileSync(join(root, "calls"), "utf8")).toContain("ci ");
  expect(setup()).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(calls()).toBe(1);
});

it("installs again when the lock changed or a package is gone", () => {
  setup();
  const newer = { ...lock, "node_modules/a/node_modules/b": { version: "2.0.1" } };
  write("package-lock.json", JSON.stringify({ packages: newer }));
  expect(setup().stdout).toContain("since b is not at 2.0.1");
  rmSync(join(root, "node_modules/a"), { recursive: true });
  expect(setup().stdout).toContain("since node_modules/a is missing");
  expect(calls()).toBe(3);
});

it("accepts packages that somebody else installed, without those for other systems", () => {
  const { "node_modules/other-system": _, ...packages } = lock;
  write("node_modules/.package-lock.json", JSON.stringify({ packages }));
  mkdirSync(join(root, "node_modules/a"));
  expect(setup()).toEqual({ status: 0, stdout: "", stderr: "" });
});

it("ends with one line when npm fails or the lock is damaged", () => {
  expect(setup({ FAIL: "1" })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^npm ci failed; .*\n$/),
  });
  write("package-lock.json", "{");
  expect(setup()).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^package-lock\.json is missing.*\n$/),
  });
});
