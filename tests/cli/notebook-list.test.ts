import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { questionOf } from "../../lib/cli/notebook-list";
import { parseOptions } from "../../lib/cli/options";
import { reproduce } from "../../lib/cli/reproduction";
import { parseNotebook } from "../../lib/notebook/nbformat";
import { type CellSource, notebookText } from "../notebook/project";

const root = mkdtempSync(join(tmpdir(), "notebook-list-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const put = (path: string, text: string) => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
};

/** Leaves a run of `notebooks/01-a.ipynb`. */
function leave(minute: number, status: string, seconds: number, scale: string, more: object = {}) {
  const started = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  const changed = scale === "quick" ? [] : ["scale"];
  const base = { format: 1, id: `run-${minute}`, notebook: "01-a", path: "notebooks/01-a.ipynb", started };
  const run = { ...base, parameters: {}, changed, key: "", page: "", status, pid: 1, host: hostname() };
  put(`reports/runs/run-${minute}/run.json`, JSON.stringify({ ...run, ...more }));
  put(
    `reports/runs/run-${minute}/01-a.metrics.json`,
    JSON.stringify({ seconds, scale, metrics: {}, ...more }),
  );
}

beforeAll(() => {
  const a = notebookText("# A\n\n**Question.** Is it so?", [
    'let scale = "quick";\nlet seed = 0;\nlet rate = -0.5;\nlet kind: "one" | "two" = "two";',
    "parameters",
  ]);
  put("notebooks/01-a.ipynb", a.replace('"metadata":{}', '"metadata":{"tags":["paper"]}'));
  put("notebooks/02-b.ipynb", notebookText("# B", "1 + 1"));
  put("mine.ipynb", notebookText("# Mine"));
  leave(1, "ok", 50, "quick");
  leave(2, "ok", 44, "quick");
  leave(3, "ok", 4800, "small");
  leave(4, "failed", 3, "quick");
  leave(5, "ok", 7, "quick", { changed: ["rate"] });
  leave(6, "ok", 8, "quick", { resumed: true });
});

async function list(...args: string[]): Promise<string> {
  let text = "";
  const terminal = { write: (more: string) => (text += more) };
  const { signal } = new AbortController();
  const options = parseOptions(["--list", ...args]);
  expect(await reproduce(options, { root, from: root, terminal, signal } as never)).toBe(0);
  return text;
}

describe("a list of notebooks", () => {
  it("has their questions, parameters and times, and which run by default", async () => {
    expect(await list()).toBe(`01-a (runs by default)
  A
  Is it so?
  parameters: scale=quick (or small, paper), seed=0, rate=-0.5, kind=two (or one)
  took 44 s at quick, 1 h 20 min at small

02-b
  B

2 notebooks. 1 runs by default, all with --all. Times are of complete runs in reports.
`);
  });

  it("is of those that were named, wherever they lie", async () => {
    expect(await list("--only", "2", "--out", "elsewhere")).toBe("02-b\n  B\n\n1 notebook.\n");
    expect(await list("mine.ipynb")).toMatch(/^mine\n {2}Mine\n\n1 notebook\./);
  });
});

describe("the question of a notebook", () => {
  const asked = (...cells: CellSource[]) => questionOf(parseNotebook(notebookText(...cells), "a"));

  it("is what is asked after the word, in plain text, at most two sentences", () => {
    const text =
      "# T\n\nIs that all? Yes.\n\n**Questions.** There is $\\alpha_t$ (Dr. A,\n2020). " +
      "Is *it* `so`, for $\\gamma = 0$? ";
    expect(asked(`${text}And then?\n\n$$why?$$\n\nStill? No.\n\n## Next\n\nWhat?`)).toBe(
      "Is it so, for γ = 0? And then?",
    );
    expect(asked("# T", ["let a = 1;", "parameters"], "# \n\n**Question.** [Where](a.md)?")).toBe("Where?");
  });

  it("is what stands there where nothing ends in a question mark, and none where nothing is asked", () => {
    expect(asked("# T\n\n**Question.** Write yours here. An example follows.")).toBe("Write yours here.");
    expect(asked("# T\n\nDoes it work?\n")).toBe("Does it work?");
    expect(asked("# T\n\nIt works.")).toBeUndefined();
    expect(asked("1 + 1", "# T\n\nLate?")).toBeUndefined();
  });
});
