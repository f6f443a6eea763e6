import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

/** A property of a record that a room exports, and where it stands. */
export interface Property {
  /** Such as "TrainOptions.steps". */
  readonly name: string;
  /** Such as "lib/training/train.ts:31". */
  readonly place: string;
  readonly documented: boolean;
}

const sources = new Map<string, ts.SourceFile>();

function sourceOf(path: string): ts.SourceFile {
  const known = sources.get(path);
  if (known) return known;
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  sources.set(path, source);
  return source;
}

/** The file that a relative import names. */
function resolved(from: string, specifier: string): string | undefined {
  const base = join(dirname(from), specifier);
  return [`${base}.ts`, join(base, "index.ts")].find((path) => existsSync(path));
}

/** The interfaces that a file exports, its own and those that it passes on. */
function interfacesOf(path: string): readonly ts.InterfaceDeclaration[] {
  const found: ts.InterfaceDeclaration[] = [];
  for (const statement of sourceOf(path).statements) {
    if (ts.isInterfaceDeclaration(statement)) {
      const exported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
      if (exported) found.push(statement);
    }
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) continue;
    const from = resolved(path, (statement.moduleSpecifier as ts.StringLiteral).text);
    if (!from) continue;
    const { exportClause } = statement;
    const names =
      exportClause && ts.isNamedExports(exportClause)
        ? exportClause.elements.map(({ name, propertyName }) => (propertyName ?? name).text)
        : undefined;
    found.push(...interfacesOf(from).filter(({ name }) => !names || names.includes(name.text)));
  }
  return found;
}

/**
 * The properties and methods of all records that a room exports. A record within a record is
 * documented by the property that holds it.
 * @param index the room's index.ts
 */
export function propertiesOf(index: string, root: string): readonly Property[] {
  const found: Property[] = [];
  for (const declaration of new Set(interfacesOf(index))) {
    const source = declaration.getSourceFile();
    for (const member of declaration.members) {
      if (!member.name) continue;
      const { line } = source.getLineAndCharacterOfPosition(member.getStart(source));
      found.push({
        name: `${declaration.name.text}.${member.name.getText(source)}`,
        place: `${relative(root, source.fileName)}:${line + 1}`,
        documented: ts.getJSDocCommentsAndTags(member).length > 0,
      });
    }
  }
  return found;
}
