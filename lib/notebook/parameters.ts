import type * as TypeScript from "typescript";
import { expected, nearest, UsageError } from "../errors";
import { typescript } from "./executor/converter";
import { type Cell, hasTag, type Notebook } from "./nbformat";

/** A variable that a notebook's `parameters` cell declares. */
export interface NotebookParameter {
  readonly name: string;
  /** Whether it was declared by `let`, so that a value can be assigned. */
  readonly assignable: boolean;
  /** Whether it holds text, by its declared type or its default. */
  readonly text: boolean;
}

/** A value for a parameter: what JSON can hold. */
export type ParameterValue =
  | string
  | number
  | boolean
  | null
  | readonly ParameterValue[]
  | { readonly [name: string]: ParameterValue };

/** The parameters that a notebook declares, in order; none when no cell is tagged `parameters`. */
export function declaredParameters(notebook: Notebook): NotebookParameter[] {
  const cell = notebook.cells.find(isParameters);
  if (!cell) return [];
  const ts = typescript();
  const file = ts.createSourceFile("parameters.ts", cell.source, ts.ScriptTarget.Latest, true);
  return file.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) =>
    declarationList.declarations.map((declaration) => ({
      name: declaration.name.getText(file),
      assignable: (declarationList.flags & ts.NodeFlags.Let) !== 0,
      text: holdsText(ts, declaration),
    })),
  );
}

function holdsText(ts: typeof TypeScript, { type, initializer }: TypeScript.VariableDeclaration): boolean {
  if (initializer && ts.isStringLiteralLike(initializer)) return true;
  return type?.kind === ts.SyntaxKind.StringKeyword;
}

/**
 * The value that a command line's text stands for: JSON where it is JSON and the parameter does not hold
 * text, else the text itself.
 */
export function parseValue(text: string, parameter: NotebookParameter): ParameterValue {
  if (parameter.text) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * The notebook with a cell tagged `injected-parameters` after the cell tagged `parameters`, as papermill does
 * it. The values are assigned, so that a value of a wrong type is a compile error that names the parameter. A
 * cell injected before is replaced.
 * @throws when the notebook does not declare one of the names, or declares it by `const`.
 */
export function injectParameters(
  notebook: Notebook,
  values: Readonly<Record<string, ParameterValue>>,
): Notebook {
  const cells = notebook.cells.filter((cell) => !hasTag(cell, "injected-parameters"));
  const names = Object.keys(values);
  if (names.length === 0) return { ...notebook, cells };
  const declared = declaredParameters(notebook);
  for (const name of names) checkDeclared(name, declared);
  const assignments = names.map((name) => `  ${name} = ${literal(values[name])};`);
  const injected: Cell = {
    cell_type: "code",
    id: "injected-parameters",
    metadata: { tags: ["injected-parameters"] },
    // In a block, or the value of the last one would be shown.
    source: `// Parameters of this run\n{\n${assignments.join("\n")}\n}`,
    execution_count: null,
    outputs: [],
  };
  cells.splice(cells.findIndex(isParameters) + 1, 0, injected);
  return { ...notebook, cells };
}

/** The value in code. There, unlike in JSON, a plain key `__proto__` would set an object's prototype. */
const literal = (value: ParameterValue): string =>
  JSON.stringify(value).replaceAll('"__proto__":', '["__proto__"]:');

function checkDeclared(name: string, declared: readonly NotebookParameter[]): void {
  const parameter = declared.find((candidate) => candidate.name === name);
  if (parameter && !parameter.assignable) {
    throw new UsageError(`The parameter ${name} is declared by const and can't be set. Declare it by let.`);
  }
  if (parameter) return;
  const names = declared.map((candidate) => candidate.name);
  throw unknownParameter(name, names);
}

/** The error for a parameter that is not among the declared ones. */
export function unknownParameter(name: string, declared: readonly string[]): UsageError {
  const near = nearest(name, declared);
  return expected(
    declared.length > 0
      ? `one of the parameters ${declared.join(", ")}`
      : "no parameter, for none is declared",
    `"${name}"`,
    near ? `Did you mean "${near}"?` : "",
  );
}

const isParameters = (cell: Cell) => cell.cell_type === "code" && hasTag(cell, "parameters");
