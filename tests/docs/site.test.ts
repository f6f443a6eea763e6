import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compilerOptions } from "../examples/find";
import { findChromium, startChromium } from "../report/chromium";
import { deadPageLinks } from "./links";
import { root } from "./texts";

// The site is built once, and looked at as a reader has it: from the file system, without a network.

const program = findChromium();
if (!program) {
  console.warn(
    "The documentation is not opened in a browser: no Chromium was found. " +
      "Install it, or set CHROMIUM to its path.",
  );
}

const site = mkdtempSync(join(tmpdir(), "docs-"));
const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;
let built: { status: number | null; output: string };

beforeAll(() => {
  const args = ["--import", tsx, join(root, ".config/docs/build.mts"), site];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  built = { status, output: stdout + stderr };
}, 600_000);
afterAll(() => rmSync(site, { recursive: true, force: true }));

const pages = () =>
  readdirSync(site, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".html"))
    .map((file) => join(site, file));

/** What TypeDoc's JSON says of a thing, as far as it matters here. */
interface Thing {
  readonly name: string;
  readonly variant: string;
  readonly comment?: { readonly summary: readonly unknown[] };
  readonly signatures?: readonly Thing[];
  readonly children?: readonly Thing[];
}

const documented = ({ comment, signatures }: Thing): boolean =>
  (comment?.summary.length ?? 0) > 0 || (signatures ?? []).some(documented);

describe("the documentation", () => {
  it("is built without a warning: no link without a target, nothing undocumented", () => {
    expect(built.output).not.toMatch(/warning|error/i);
    expect(built.status).toBe(0);
    expect(built.output).toMatch(/Wrote .*index\.html: \d+ pages of the guide, \d+ symbols\./);
  });

  it("has all that the package exports, each with what it is", () => {
    const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const { children: rooms } = JSON.parse(readFileSync(join(site, "reference.json"), "utf8")) as {
      children: Thing[];
    };
    const things = rooms.flatMap(({ children = [] }) =>
      children.filter(({ variant }) => variant !== "reference"),
    );
    const names = new Set(things.map(({ name }) => name));
    const files = Object.values<{ import?: { default: string } }>(exports)
      .flatMap((entry) => (entry.import ? [entry.import.default] : []))
      .map((path) => join(root, path.replace("./dist/esm/", "lib/").replace(".mjs", ".ts")));
    expect(files).toContain(join(root, "lib/couplings/index.ts"));
    const compiled = ts.createProgram(files, compilerOptions());
    const checker = compiled.getTypeChecker();
    const exported = files.flatMap((file) => {
      const symbol = checker.getSymbolAtLocation(compiled.getSourceFile(file)!);
      return symbol ? checker.getExportsOfModule(symbol).map(({ name }) => name) : [];
    });
    expect(exported.length).toBeGreaterThan(900);
    expect(exported.filter((name) => !names.has(name))).toEqual([]);
    expect([...rooms, ...things].filter((thing) => !documented(thing)).map(({ name }) => name)).toEqual([]);
  }, 300_000);

  it("has no dead link, and takes nothing from elsewhere", () => {
    expect(pages().length).toBeGreaterThan(900);
    const dead = pages().flatMap((page) => deadPageLinks(page, readFileSync(page, "utf8")));
    expect(dead).toEqual([]);
    const loaded = /<(?:script|img|link|iframe)\b[^>]*(?:src|href)="(?:https?:)?\/\//;
    expect(pages().filter((page) => loaded.test(readFileSync(page, "utf8")))).toEqual([]);
  }, 300_000);

  it("shows mathematics, and leads from the guide to the reference", () => {
    const page = readFileSync(join(site, "documents/Choosing_a_coupling.html"), "utf8");
    expect(page).toContain("<math");
    expect(page).not.toContain('class="math-error"');
    expect(page).toMatch(/href="\.\.\/functions\/[a-z]+\.[a-zA-Z]+\.html"/);
  });
});

describe.skipIf(!program)("the documentation in Chromium, without a network", () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    browser = await startChromium(program!);
    context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
  }, 300_000);
  afterAll(() => browser?.close());
  const open = async (path: string) => page.goto(`${pathToFileURL(join(site, path))}`);

  it("is searched", async () => {
    await open("index.html");
    await page.click("#tsd-search-trigger");
    await page.fill("#tsd-search-input", "inpainting");
    const result = page.locator("#tsd-search-results a", { hasText: "inpainting" }).first();
    await result.waitFor({ timeout: 20_000 });
    await result.click();
    await page.waitForURL(/couplings\.\w*inpainting\w*\.html/i);
    expect(await page.locator("h1").first().textContent()).toMatch(/inpainting/i);
  }, 300_000);

  interface Finding {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }
  const findings = async () => {
    await page.evaluate(axe.source);
    const violations = await page.evaluate(
      async () =>
        (await (globalThis as never as { axe: { run(): Promise<{ violations: Finding[] }> } }).axe.run())
          .violations,
    );
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  };

  it.each(["light", "dark"] as const)(
    "is accessible, says axe, on a %s screen",
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      const guide = readdirSync(join(site, "documents")).map((name) => `documents/${name}`);
      const reference = [
        "modules/couplings.html",
        "functions/couplings.inpainting.html",
        "interfaces/data.TableOptions.html",
        "types/data.Fit.html",
      ];
      for (const path of ["index.html", "modules.html", ...guide, ...reference]) {
        await open(path);
        await page.waitForSelector("#tsd-nav-container a");
        expect({ path, findings: await findings() }).toEqual({ path, findings: [] });
      }
    },
    600_000,
  );

  it("has findings where there is something to be found", async () => {
    await page.setContent('<html lang="en"><title>a</title><main><h1>a</h1><img src="a.png"></main></html>');
    expect(await findings()).toEqual([expect.stringMatching(/^image-alt: /)]);
  }, 300_000);
});
