import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import {
  compilerOptions,
  type Example,
  examplesOf,
  exportedFunctions,
  exportsOfLib,
  findExamples,
  root,
} from "./examples/find";
import * as prelude from "./examples/prelude";

// Every `@example` in a doc comment of lib is code that compiles and runs. It is a module of its own, in
// which there are
//
// - all that lib exports;
// - what tests/examples/prelude.ts exports: `data` (points [256, 2], labelled), `images` and `colourImages`
//   ([32, 8, 8, c], labelled), a `coupling`, an `interpolant`, a `network`, the `model` trained with them on
//   `data`, its velocity `b`, and `pairs` of the coupling.
//
// An example may use `await`, declare names anew, and import from "./lib" or a package, as a notebook does.
// It runs in an empty folder, which is deleted afterwards, for at most SECONDS.

const SECONDS = 30;

const examples = findExamples();
const place = ({ file, line }: Example) => `${file}:${line}`;

/** The module of an example, and what the compiler says against it. */
interface Module {
  readonly code: string;
  readonly errors: readonly string[];
}

/** Examples that the test itself needs: they are compiled with those of lib. */
const own = {
  wrong: { file: "lib/a.ts", line: 7, code: "\nconst t: number = 1;\nlinear({ gama: t });" },
  right: { file: "lib/b.ts", line: 3, code: 'import { linear } from "./lib";\nlinear().at(await 0.5);' },
  anew: { file: "lib/c.ts", line: 3, code: "const [b, { data }] = [1, { data: 2 }];\n(b + data).toFixed();" },
  late: { file: "lib/d.ts", line: 1, code: 'await Promise.reject(new Error("late"));' },
};

let library: ts.Program;
let modules: Map<Example, Module>;

beforeAll(() => {
  const host = cachingHost();
  library = ts.createProgram([join(root, "lib/index.ts")], compilerOptions(), host);
  modules = compiled([...examples, ...Object.values(own)], host);
});

describe("an example", () => {
  it.each(examples.map((example) => [place(example), example] as const))(
    "%s compiles and runs",
    async (at, example) => {
      const { code, errors } = modules.get(example)!;
      if (errors.length > 0) throw new Error(`The example does not compile.\n${errors.join("\n")}`);
      try {
        await run(code);
      } catch (cause) {
        throw new Error(`The example at ${at} fails: ${cause}`, { cause });
      }
    },
    SECONDS * 1000,
  );

  it("is found with its line, without stars or fences", () => {
    const text = [
      "/** One. @example one(1) */",
      "export const one = (x: number) => x;",
      "/**",
      " * Two.",
      " * @example",
      " * ```ts",
      " * if (two) {",
      " *   two();",
      " * }",
      " * ```",
      " * @throws never",
      " */",
      "export function two() {}",
      "/** @returns 3 */",
      "export interface Three {",
      "  /** @example ({ three: 3 }) */",
      "  three: number;",
      "}",
    ];
    expect(examplesOf("a.ts", text.join("\n"))).toEqual([
      { file: "a.ts", line: 1, code: "one(1)" },
      { file: "a.ts", line: 5, code: "\n\nif (two) {\n  two();\n}" },
      { file: "a.ts", line: 16, code: "({ three: 3 })" },
    ]);
  });

  it("that does not compile is named by file and line", () => {
    expect(modules.get(own.wrong)?.errors).toEqual([expect.stringMatching(/^lib\/a\.ts:9: .*'gama'/)]);
  });

  it("that fails says so", async () => {
    await expect(run(modules.get(own.late)!.code)).rejects.toThrow("late");
  });

  it("may import from the library, wait, and declare names anew", async () => {
    for (const example of [own.right, own.anew]) {
      const { code, errors } = modules.get(example)!;
      expect(errors).toEqual([]);
      await run(code);
    }
  });

  it("is given by some exported functions, which can be listed", () => {
    const functions = exportedFunctions(library);
    expect(functions.find(({ name }) => name === "insideHole")).toMatchObject({ examples: 1 });
    expect(functions.find(({ name }) => name === "ndarray")).toMatchObject({ file: "lib/array.ts" });
    expect(functions.some(({ name }) => name === "NdArray" || name === "prelude")).toBe(false);
    const without = functions.filter(({ examples }) => examples === 0).length;
    console.log(`${functions.length - without} of ${functions.length} exported functions have an example.`);
  });
});

/** Compiles all examples as one program. */
function compiled(given: readonly Example[], host: ts.CompilerHost): Map<Example, Module> {
  const names = [...exportsOfLib(library).keys()];
  const inPrelude = Object.keys(prelude);
  // One line before the example, so that its own lines keep their distance.
  const sources = given.map(({ code }) => {
    const taken = declaredNames(code);
    const free = (name: string) => !taken.has(name);
    const fromLib = `import { ${names.filter(free).join(", ")} } from "./lib";`;
    const fromPrelude = `import { ${inPrelude.filter(free).join(", ")} } from "./tests/examples/prelude";`;
    return `${fromLib} ${fromPrelude} export {};\n${code}`;
  });
  const paths = given.map((_, i) => join(root, `example-${i}.ts`));
  const virtual = new Map(paths.map((path, i) => [path, sources[i]]));
  const options = compilerOptions();
  const program = ts.createProgram(paths, options, {
    ...host,
    fileExists: (path) => virtual.has(path) || host.fileExists(path),
    readFile: (path) => virtual.get(path) ?? host.readFile(path),
    getSourceFile: (path, language, ...rest) => {
      const text = virtual.get(path);
      return text === undefined
        ? host.getSourceFile(path, language, ...rest)
        : ts.createSourceFile(path, text, language);
    },
  });
  return new Map(
    given.map((example, i) => {
      const source = program.getSourceFile(paths[i]);
      const diagnostics = [
        ...program.getSyntacticDiagnostics(source),
        ...program.getSemanticDiagnostics(source),
      ];
      const errors = diagnostics.map(({ file, start = 0, messageText }) => {
        const after = file ? file.getLineAndCharacterOfPosition(start).line - 1 : 0;
        const line = example.line + after;
        return `${example.file}:${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
      });
      const { outputText } = ts.transpileModule(sources[i], {
        compilerOptions: { ...options, module: ts.ModuleKind.CommonJS, sourceMap: false },
      });
      return [example, { code: outputText, errors }];
    }),
  );
}

/** The names that a module declares or imports at its outermost level. */
function declaredNames(code: string): Set<string> {
  const names = new Set<string>();
  const add = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.add(name.text);
    else for (const part of name.elements) if (ts.isBindingElement(part)) add(part.name);
  };
  for (const statement of ts.createSourceFile("a.ts", code, ts.ScriptTarget.Latest).statements) {
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) add(name);
    } else if (ts.isImportDeclaration(statement)) {
      const { name, namedBindings } = statement.importClause ?? {};
      if (name) add(name);
      if (namedBindings && ts.isNamespaceImport(namedBindings)) add(namedBindings.name);
      if (namedBindings && ts.isNamedImports(namedBindings)) {
        for (const part of namedBindings.elements) add(part.name);
      }
    } else if (
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement)
    ) {
      if (statement.name) add(statement.name);
    }
  }
  return names;
}

/** Runs a CommonJS module, in which there may be `await` at the outermost level. */
async function run(code: string): Promise<void> {
  const loaded = new Map<string, unknown>();
  for (const { fileName } of ts.preProcessFile(code, true, true).importedFiles) {
    const path = fileName.startsWith(".") ? join(root, fileName) : fileName;
    loaded.set(fileName, await import(/* @vite-ignore */ path));
  }
  const AsyncFunction = (async () => {}).constructor as new (
    ...parts: string[]
  ) => (require: (name: string) => unknown, exports: object) => Promise<void>;
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), "example-"));
  process.chdir(folder);
  try {
    await new AsyncFunction("require", "exports", code)((name) => loaded.get(name), {});
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
}

/** A host that reads and parses each file once, for several programs. */
function cachingHost(): ts.CompilerHost {
  const host = ts.createCompilerHost(compilerOptions(), true);
  const files = new Map<string, ts.SourceFile | undefined>();
  return {
    ...host,
    getSourceFile: (path, ...rest) => {
      if (!files.has(path)) files.set(path, host.getSourceFile(path, ...rest));
      return files.get(path);
    },
  };
}
