import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeNotebook } from "../../../lib/cli/making/make-notebook";
import { parseNotebook } from "../../../lib/notebook/nbformat";
import { injectParameters } from "../../../lib/notebook/parameters";
import { checkNotebooks } from "../../../lib/notebook/runner/check-notebooks";
import { runNotebook } from "../../../lib/notebook/runner/run-notebook";

const folder = mkdtempSync(join(tmpdir(), "new-"));
afterAll(() => rmSync(folder, { recursive: true }));
const read = (name: string) => parseNotebook(readFileSync(join(folder, name), "utf8"), name);

describe("npm run new", () => {
  it("makes a notebook of that name, and replaces none", () => {
    expect(makeNotebook(["07-my_own-question"], folder)).toBe(
      "Wrote 07-my_own-question.ipynb. To run it: npm run reproduce -- 07-my_own-question.ipynb",
    );
    expect(read("07-my_own-question.ipynb").cells[0].source).toContain("# My own question\n");
    expect(() => makeNotebook(["07-my_own-question.ipynb"], folder)).toThrow(
      "There is a file 07-my_own-question.ipynb already: choose another name.",
    );
    makeNotebook(["deep/er"], folder);
    expect(read("deep/er.ipynb").cells[0].source).toContain("# Er\n");
  });

  it("asks for one name", () => {
    expect(() => makeNotebook([], folder)).toThrow("Expected one name for the notebook, such as my-question");
    expect(() => makeNotebook(["a", "b"], folder)).toThrow("but received a b.");
    expect(() => makeNotebook(["--.ipynb"], folder)).toThrow();
    expect(makeNotebook(["--help"], folder)).toContain("npm run new -- NAME");
  });

  it("makes one that compiles and runs as it is, with an answer", async () => {
    makeNotebook(["question"], folder);
    const notebook = read("question.ipynb");
    const root = resolve(__dirname, "../../..");
    expect(await checkNotebooks(root, [{ name: "question", notebook }])).toEqual([]);
    const short = injectParameters(notebook, {});
    const cells = short.cells.map((cell) => ({
      ...cell,
      source: cell.source
        .replace("steps: 500, points: 500", "steps: 20, points: 100")
        .replace(/, keepAs: label/, ""),
    }));
    const { status, failure, notebook: ran } = await runNotebook({ ...short, cells }, { root });
    expect(failure).toBeUndefined();
    expect(status).toBe("ok");
    expect(JSON.stringify(ran.cells)).toMatch(/\*\*Answer\.\*\* After one step the energy distance is /);
  }, 180_000);
});
