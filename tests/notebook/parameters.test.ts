import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Notebook, parseNotebook } from "../../lib/notebook/nbformat";
import { checkValue, declaredParameters, injectParameters, parseValue } from "../../lib/notebook/parameters";
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

  it("have a type by their declared type or their default", () => {
    const typed = read([
      `let a: Scale = "quick", b = 100, c = -1e-3, d: string | undefined, e: string, f = true;
let g = [1], h: number[] | null = null, i = { a: 1 }, j: { a: number }, k = pick(1), l;
let m: "x" | "y" = "x", n: 1 | 2 = 1, o: string | number = 1;`,
      "parameters",
    ]);
    const types = Object.fromEntries(declaredParameters(typed).map(({ name, type }) => [name, type]));
    expect(types).toEqual({
      ...{ a: "text", b: "number", c: "number", d: "text", e: "text", f: "boolean" },
      ...{ g: "list", h: "list", i: "record", j: "record", k: undefined, l: undefined },
      ...{ m: "text", n: "number", o: "number" },
    });
    expect(declaredParameters(typed).find(({ name }) => name === "m")?.choices).toEqual(["x", "y"]);
  });

  it("take JSON from a command line, or the text itself", () => {
    const [, steps, , name, folder] = declaredParameters(notebook);
    expect(parseValue("12", steps)).toBe(12);
    expect(parseValue("[1, 2]", { name: "free", assignable: true })).toEqual([1, 2]);
    expect(parseValue("abc", { name: "free", assignable: true })).toBe("abc");
    expect(parseValue("12", name)).toBe("12");
    expect(parseValue("out/here", folder)).toBe("out/here");
  });
});

describe("a value of another type", () => {
  const [count, title, flag, list, kind] = declaredParameters(
    read([
      'let count = 1e3, title = "a", flag = false, list = [1], kind: "one" | "two" = "one";',
      "parameters",
    ]),
  );

  it.each([
    ["abc", count, 'Expected a number for the parameter count (default: 1e3), but received "abc".'],
    ["", count, 'Expected a number for the parameter count (default: 1e3), but received "".'],
    ["[1]", count, 'Expected a number for the parameter count (default: 1e3), but received "[1]".'],
    ["1e999", count, 'Expected a number for the parameter count (default: 1e3), but received "1e999".'],
    ["yes", flag, 'Expected true or false for the parameter flag (default: false), but received "yes".'],
    [
      "1",
      list,
      'Expected a list in JSON, as [1, 2], for the parameter list (default: [1]), but received "1".',
    ],
    [
      "tow",
      kind,
      'Expected one of one, two for the parameter kind (default: "one"), but received "tow". ' +
        'Did you mean "two"?',
    ],
  ])("is refused: %j", (text, parameter, message) => {
    expect(() => parseValue(text, parameter)).toThrow(expect.objectContaining({ message }));
  });

  it("is refused from a file too", () => {
    expect(() => checkValue(7, title)).toThrow(
      'Expected text for the parameter title (default: "a"), but received 7. In a file, put it in quotes.',
    );
    expect(checkValue(7, count)).toBe(7);
    expect(checkValue("7", title)).toBe("7");
    expect(() => checkValue("7", count)).toThrow('but received "7".');
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
