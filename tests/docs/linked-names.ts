import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import ts from "typescript";

/** A name in a text that links to a file of TypeScript which has no such name. */
export interface WrongName {
  readonly file: string;
  readonly name: string;
  readonly link: string;
}

/**
 * Of the links such as [`linear`](lib/interpolants/linear.ts) in a text, those whose file neither declares
 * nor exports what they name: a function, perhaps with its arguments, or a member after dots.
 */
export function wrongNames(file: string, text: string): WrongName[] {
  const links = [...text.matchAll(/\[`([^`]+)`\]\(([^()\s#]+\.ts)\)/g)].map(([, name, link]) => ({
    name,
    link,
  }));
  return links.flatMap(({ name, link }) => {
    const first = /^[A-Za-z_$][\w$]*(?=$|[.(<])/.exec(name)?.[0];
    const target = resolve(dirname(file), link);
    // A path or code; dead links are found elsewhere.
    if (first === undefined || !existsSync(target)) return [];
    return namesOf(target).has(first) ? [] : [{ file, name, link }];
  });
}

const found = new Map<string, ReadonlySet<string>>();

/** What a file declares or exports at its top level. */
function namesOf(path: string): ReadonlySet<string> {
  const known = found.get(path);
  if (known) return known;
  const names = new Set<string>();
  const { statements } = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  for (const statement of statements) {
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) names.add(name.getText());
    } else if (ts.isExportDeclaration(statement) && statement.exportClause) {
      statement.exportClause.forEachChild((child) => {
        if (ts.isExportSpecifier(child)) names.add(child.name.text);
      });
    } else if ("name" in statement && statement.name) names.add((statement.name as ts.Node).getText());
  }
  found.set(path, names);
  return names;
}
