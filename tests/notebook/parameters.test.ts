import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Notebook, parseNotebook } from "../../lib/notebook/nbformat";
import { declaredParameters, injectParameters, parseValue } from "../../lib/notebook/parameters";
import { notebookText } from "./project";

const declaration = `import { type Scale } from "./lib";
let scale: Scale = "quick"; // let other = 1;
let steps = 100, rate: number = 1e-3;
let name = "digits";
let folder: string | undefined;
let label: string;
const fixed = 3;
function helper() { let inner = 1; return inner; }`;
const notebook = read(["# Title"], ["1"], [declaration, "parameters"], ["steps"]);

function read(...cells: readonly (readonly [string, ...string[]])[]): Notebook {
  return parseNotebook(notebookText(...cells), "test.ipynb");
}

const injected = (from: Notebook) =>
  from.cells.filter(({ metadata }) => metadata.tags?.includes("injected-parameters"));

describe("a notebook's parameters", () => {
  it("are the variables that its tagged cell declares", () => {
    expect(declaredParameters(notebook).map(({ name }) => name)).toEqual([
      "scale",
      "steps",
      "rate",
      "name",
      "folder",
      "label",
      "fixed",
    ]);
    expect(declaredParameters(read(["let a = 1"]))).toEqual([]);
  });

  it("are text where they are declared so", () => {
    const isText = Object.fromEntries(declaredParameters(notebook).map(({ name, text }) => [name, text]));
    expect(isText).toMatchObject({
      scale: true,
      steps: false,
      rate: false,
      name: true,
      label: true,
      fixed: false,
    });
  });

  it("take JSON from a command line, or the text itself", () => {
    const [, steps, , name, folder] = declaredParameters(notebook);
    expect(parseValue("12", steps)).toBe(12);
    expect(parseValue("[1, 2]", steps)).toEqual([1, 2]);
    expect(parseValue("false", steps)).toBe(false);
    expect(parseValue("12", name)).toBe("12");
    expect(parseValue("out/here", folder)).toBe("out/here");
  });
});

describe("injecting", () => {
  it("puts assignments into a cell after the tagged one", () => {
    const { cells } = injectParameters(notebook, { scale: "small", steps: 5 });
    expect(cells.map(({ id }) => id)).toEqual([
      "cell-0",
      "cell-1",
      "cell-2",
      "injected-parameters",
      "cell-3",
    ]);
    expect(cells[3].metadata.tags).toEqual(["injected-parameters"]);
    expect(cells[3].source.split("\n").slice(1)).toEqual(["{", '  scale = "small";', "  steps = 5;", "}"]);
  });

  it("replaces a cell injected before, and leaves none without values", () => {
    const once = injectParameters(notebook, { steps: 5 });
    expect(injected(injectParameters(once, { steps: 6 })).map(({ source }) => source)).toEqual([
      expect.stringContaining("steps = 6"),
    ]);
    expect(injectParameters(once, {}).cells).toEqual(notebook.cells);
  });

  it("writes values that read back as they are", () => {
    const value = fc.jsonValue({ maxDepth: 2 });
    fc.assert(
      fc.property(value, (given) => {
        const [cell] = injected(injectParameters(notebook, { steps: given as never }));
        let steps: unknown;
        const read = new Function("set", cell.source.replace("steps = ", "set(").replace(/;\n\}$/, ");\n}"));
        read((got: unknown) => {
          steps = got;
        });
        expect(JSON.stringify(steps)).toBe(JSON.stringify(given));
      }),
      { numRuns: 100, examples: [[JSON.parse('{"__proto__": {"\\"__proto__\\":": 1}}')]] },
    );
  });

  it("refuses names that are not declared, or constants", () => {
    expect(() => injectParameters(notebook, { stepz: 1 })).toThrow('Did you mean "steps"?');
    expect(() => injectParameters(notebook, { fixed: 1 })).toThrow("declared by const");
    expect(() => injectParameters(read(["1"]), { steps: 1 })).toThrow("none is declared");
  });
});
