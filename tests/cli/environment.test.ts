import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { environment } from "../../lib/cli/environment";

const root = mkdtempSync(join(tmpdir(), "environment-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
    cwd: root,
    encoding: "utf8",
  });
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const remove = (path: string) => rmSync(join(root, path));
const state = async () => (await environment(root, [])).git;

beforeAll(() => {
  write("package.json", JSON.stringify({ name: "own", version: "1.0.0" }));
  write("lib/index.ts", "export const a = 1;\n");
  write("README.md", "A project.\n");
  write(".gitignore", "/reports\n");
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "all", "--no-gpg-sign");
});

it("has changes where a tracked file differs from the commit, staged or not", async () => {
  const commit = git("rev-parse", "HEAD").trim();
  expect(await state()).toEqual({ commit, dirty: false });
  write("README.md", "Another.\n");
  expect(await state()).toEqual({ commit, dirty: true });
  git("add", "README.md");
  expect(await state()).toEqual({ commit, dirty: true });
  git("reset", "-q", "--hard");
  remove("lib/index.ts");
  expect(await state()).toEqual({ commit, dirty: true });
  git("reset", "-q", "--hard");
  expect(await state()).toEqual({ commit, dirty: false });
});

it("has none through untracked files that can't change a run, and some through code and data", async () => {
  const dirtyWith = async (path: string) => {
    write(path, "{}");
    const found = (await state())!.dirty;
    remove(path);
    return found;
  };
  for (const path of ["my question.ipynb", "mine/a.ipynb", "notes.md", "photos/lib/é.png", "reports/a.ts"]) {
    expect([path, await dirtyWith(path)]).toEqual([path, false]);
  }
  for (const path of ["lib/new.ts", "lib/a/weights.bin", "datasets/rows.json", "helper.ts", "mine/é b.mjs"]) {
    expect([path, await dirtyWith(path)]).toEqual([path, true]);
  }
});

it("is none in a folder of another checkout", async () => {
  const inside = join(root, "inside");
  write("inside/package.json", JSON.stringify({ name: "other", version: "1.0.0" }));
  expect((await environment(inside, [])).git).toBeNull();
});
