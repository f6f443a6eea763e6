import type * as TypeScript from "typescript";
import { expected, nearest, UsageError } from "../errors";
import { typescript } from "./executor/converter";
import { type Cell, hasTag, type Notebook } from "./nbformat";

/** A variable that a notebook's `parameters` cell declares. */
export interface NotebookParameter {
  readonly name: string;
  /** Whether it was declared by `let`, so that a value can be assigned. */
  readonly assignable: boolean;
  /** What it holds, by its declared type or its default; absent when neither tells. */
  readonly type?: ParameterType;
  /** The texts that it may hold, when its declared type lists them. */
  readonly choices?: readonly string[];
  /** The code of its default, if it has one. */
  readonly default?: string;
  /** The value of its default, if that is written out in literals. */
  readonly value?: ParameterValue;
}

/** The kinds of values that are told apart. */
type ParameterType = "text" | "number" | "boolean" | "list" | "record";

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
      type: typeOfNode(ts, declaration.type) ?? typeOfDefault(ts, declaration.initializer),
      choices: choicesOf(ts, declaration.type),
      default: declaration.initializer?.getText(file),
      value: declaration.initializer && literalValue(ts, declaration.initializer),
    })),
  );
}

type Ts = typeof TypeScript;

function typeOfNode(ts: Ts, node: TypeScript.TypeNode | undefined): ParameterType | undefined {
  if (!node) return undefined;
  if (ts.isUnionTypeNode(node)) {
    const types = new Set(
      node.types.filter((part) => !isNothing(ts, part)).map((part) => typeOfNode(ts, part)),
    );
    return types.size === 1 ? [...types][0] : undefined;
  }
  if (ts.isArrayTypeNode(node) || ts.isTupleTypeNode(node)) return "list";
  if (ts.isTypeLiteralNode(node)) return "record";
  if (ts.isLiteralTypeNode(node)) return typeOfDefault(ts, node.literal);
  return keywordTypes(ts).get(node.kind);
}

const keywordTypes = (ts: Ts) =>
  new Map<TypeScript.SyntaxKind, ParameterType>([
    [ts.SyntaxKind.StringKeyword, "text"],
    [ts.SyntaxKind.NumberKeyword, "number"],
    [ts.SyntaxKind.BooleanKeyword, "boolean"],
  ]);

function isNothing(ts: Ts, node: TypeScript.TypeNode): boolean {
  if (node.kind === ts.SyntaxKind.UndefinedKeyword) return true;
  return ts.isLiteralTypeNode(node) && node.literal.kind === ts.SyntaxKind.NullKeyword;
}

function typeOfDefault(ts: Ts, node: TypeScript.Node | undefined): ParameterType | undefined {
  if (!node) return undefined;
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return "text";
  if (ts.isNumericLiteral(node)) return "number";
  if (ts.isPrefixUnaryExpression(node)) return typeOfDefault(ts, node.operand);
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) return "boolean";
  if (ts.isArrayLiteralExpression(node)) return "list";
  if (ts.isObjectLiteralExpression(node)) return "record";
  return undefined;
}

function choicesOf(ts: Ts, node: TypeScript.TypeNode | undefined): readonly string[] | undefined {
  if (!node || !ts.isUnionTypeNode(node)) return undefined;
  const texts = node.types.flatMap((part) =>
    ts.isLiteralTypeNode(part) && ts.isStringLiteral(part.literal) ? [part.literal.text] : [],
  );
  return texts.length === node.types.length ? texts : undefined;
}

/** The value of literals, or nothing when the code holds anything else. */
function literalValue(ts: Ts, node: TypeScript.Expression): ParameterValue | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    const value = literalValue(ts, node.operand);
    return typeof value === "number" ? -value : undefined;
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) {
    return node.kind === ts.SyntaxKind.TrueKeyword;
  }
  if (node.kind === ts.SyntaxKind.NullKeyword) return null;
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return literalValue(ts, node.expression);
  if (ts.isArrayLiteralExpression(node)) {
    const values = node.elements.map((element) => literalValue(ts, element));
    return values.every((value) => value !== undefined) ? values : undefined;
  }
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  const entries = node.properties.map((property) => {
    if (!ts.isPropertyAssignment(property)) return undefined;
    const { name, initializer } = property;
    const value = literalValue(ts, initializer);
    if (value === undefined || ts.isComputedPropertyName(name)) return undefined;
    return [name.text, value] as const;
  });
  return entries.every((entry) => entry !== undefined) ? Object.fromEntries(entries) : undefined;
}

/**
 * The value that a command line's text stands for: JSON, or the text itself where the parameter holds text or
 * nothing tells what it holds.
 * @throws when the value is not of the parameter's type.
 */
export function parseValue(text: string, parameter: NotebookParameter): ParameterValue {
  if (parameter.type === "text") return checkValue(text, parameter);
  let value: ParameterValue;
  try {
    value = JSON.parse(text);
  } catch {
    value = text;
  }
  return checkValue(value, parameter, `"${text}"`);
}

/**
 * The value itself.
 * @param received the value as an error shows it
 * @throws an error that names the parameter, its type and its default when the value is not of its type.
 */
export function checkValue(
  value: ParameterValue,
  parameter: NotebookParameter,
  received = JSON.stringify(value),
): ParameterValue {
  const { name, type, choices } = parameter;
  const initial = parameter.default === undefined ? "" : ` (default: ${parameter.default})`;
  const place = `for the parameter ${name}${initial}`;
  if (type !== undefined && typeOfValue(value) !== type) {
    const advice = type === "text" && typeof value !== "object" ? "In a file, put it in quotes." : "";
    throw expected(`${typeNames[type]} ${place}`, received, advice);
  }
  if (typeof value === "string" && choices && !choices.includes(value)) {
    const near = nearest(value, choices);
    throw expected(`one of ${choices.join(", ")} ${place}`, received, near ? `Did you mean "${near}"?` : "");
  }
  return value;
}

const typeNames: Readonly<Record<ParameterType, string>> = {
  text: "text",
  number: "a number",
  boolean: "true or false",
  list: "a list in JSON, as [1, 2],",
  record: 'a record in JSON, as {"a": 1},',
};

function typeOfValue(value: ParameterValue): ParameterType | undefined {
  if (typeof value === "string") return "text";
  if (typeof value === "number") return Number.isFinite(value) ? "number" : undefined;
  if (typeof value === "boolean") return "boolean";
  if (value === null) return undefined;
  return Array.isArray(value) ? "list" : "record";
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
function unknownParameter(name: string, declared: readonly string[]): UsageError {
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
