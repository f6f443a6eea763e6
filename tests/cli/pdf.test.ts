import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { JSDOM } from "jsdom";
import { afterAll, describe, expect, it } from "vitest";
import { findChromium } from "../../lib/report/print/find-chromium";
import { makeProject, notebookText } from "../notebook/project";

const project = makeProject({
  "notebooks/01-good.ipynb": notebookText("# Good", ["let seed = 0;", "parameters"], "seed"),
  "notebooks/02-bad.ipynb": notebookText("# Bad", 'throw new RangeError("on purpose");'),
});
afterAll(() => project.remove());

const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;

function reproduce(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const command = ["--import", tsx, join(project.root, "lib/cli/reproduce.ts"), ...args];
  const all = { ...process.env, INIT_CWD: project.root, ...env };
  return spawnSync(process.execPath, command, { cwd: project.root, encoding: "utf8", env: all });
}

const at = (path: string) => join(project.root, "reports", path);
const isPdf = (path: string) => readFileSync(path, "latin1").startsWith("%PDF-");
const linksOf = (page: string) =>
  [...new JSDOM(readFileSync(page, "utf8")).window.document.querySelectorAll(".links a")].map((link) => [
    link.textContent,
    link.getAttribute("href"),
  ]);
const runOf = (name: string) => {
  const folders = readdirSync(at("runs")).filter((id) => id.endsWith(name));
  return at(`runs/${folders.sort().at(-1)}/${name}`);
};

describe("npm run reproduce -- --pdf", () => {
  it("says before the first run that there is nothing to print with", () => {
    const { status, stdout, stderr } = reproduce(["--pdf"], { CHROME_PATH: at("no browser") });
    expect(stderr).toMatch(
      /^reproduce: Expected Chromium, Chrome or Edge.*no browser", where nothing is\.\n$/,
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(existsSync(at("runs"))).toBe(false);
  });

  it("keeps the report where the browser fails, says so, and links no PDF", () => {
    const { status, stdout } = reproduce(["--pdf", "--only", "01"], { CHROME_PATH: "/bin/false" });
    expect(stdout).toMatch(/^Can't print .*01-good\.html: Expected a PDF .* \/bin\/false/m);
    expect(status).toBe(1);
    expect(linksOf(at("01-good.html")).map(([label]) => label)).toEqual([
      "All reports",
      "Notebook",
      "Metrics",
    ]);
    expect(existsSync(at("01-good.pdf"))).toBe(false);
  });
});

const missing = findChromium() === undefined;
if (missing) console.warn("Reports are not printed by npm run reproduce: no Chromium was found.");

describe.skipIf(missing)("npm run reproduce -- --pdf, with a browser", () => {
  it("prints what was run before, and each report of a new run, also of one that fails", () => {
    const { status, stdout } = reproduce(["--pdf"]);
    expect(stdout).toMatch(
      /01-good: nothing changed since .*\(the report was printed: reports\/01-good\.html\)/,
    );
    expect(status).toBe(1);
    for (const name of ["01-good", "02-bad"]) {
      expect(isPdf(`${runOf(name)}.pdf`)).toBe(true);
      expect(linksOf(`${runOf(name)}.html`)).toContainEqual(["PDF", `${name}.pdf`]);
    }
    expect(readFileSync(at("01-good.pdf")).equals(readFileSync(`${runOf("01-good")}.pdf`))).toBe(true);
    expect(linksOf(at("01-good.html"))).toContainEqual(["PDF", "01-good.pdf"]);
    // Such a link would lead to a folder of this computer.
    expect(readFileSync(at("01-good.pdf"), "latin1")).not.toContain("file://");
    expect(readFileSync(at("runs.html"), "utf8")).toContain("/02-bad.pdf");
  });

  it("prints nothing again that is there, and leaves no PDF of an older run beside the index", () => {
    const before = statSync(`${runOf("01-good")}.pdf`).mtimeMs;
    expect(reproduce(["--pdf", "--only", "01"]).stdout).toMatch(
      /nothing changed .* \(reports\/01-good\.html\)/,
    );
    expect(statSync(`${runOf("01-good")}.pdf`).mtimeMs).toBe(before);
    expect(reproduce(["--only", "01", "--set", "seed=1"]).status).toBe(0);
    expect(existsSync(at("01-good.pdf"))).toBe(false);
    expect(linksOf(at("01-good.html")).map(([label]) => label)).not.toContain("PDF");
  });
});
