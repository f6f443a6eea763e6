import type * as TypeScript from "typescript";

/** What a cell's script calls with the line and column of the statement that it begins; both count from 0. */
export const markName = "__at__";

/**
 * A transformer that makes a cell tell which statement it has come to: before each of its own, and before
 * those inside loops and branches that wait for something. Loops that wait for nothing run as they are
 * written.
 */
export function withMarks(ts: typeof TypeScript): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => {
    const { factory } = context;
    return (file) => {
      const marked = (statements: readonly TypeScript.Statement[]) =>
        statements.flatMap((statement) => [...mark(statement), inside(statement) as TypeScript.Statement]);
      const inside = (node: TypeScript.Node): TypeScript.Node => {
        if (!waits(ts, node)) return node;
        if (ts.isBlock(node)) return factory.updateBlock(node, marked(node.statements));
        return ts.visitEachChild(node, inside, context);
      };
      const mark = (statement: TypeScript.Statement) => {
        if (ts.isFunctionDeclaration(statement) || ts.isExportDeclaration(statement)) return [];
        const { line, character } = file.getLineAndCharacterOfPosition(written(statement).getStart(file));
        const place = [line, character].map((n) => factory.createNumericLiteral(n));
        const call = factory.createCallExpression(factory.createIdentifier(markName), undefined, place);
        return [factory.createExpressionStatement(call)];
      };
      // tslab stores the value of the last expression under a name, which the source map does not know.
      const written = (statement: TypeScript.Statement): TypeScript.Node => {
        if (!ts.isVariableStatement(statement)) return statement;
        const [{ name, initializer }] = statement.declarationList.declarations;
        return initializer && /^tsLastExpr\d*$/.test(name.getText(file)) ? initializer : statement;
      };
      return factory.updateSourceFile(file, marked(file.statements));
    };
  };
}

/** Whether a node waits for something itself, not in a function that it defines. */
function waits(ts: typeof TypeScript, node: TypeScript.Node): boolean {
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
  return ts.forEachChild(node, (child) => waits(ts, child)) ?? false;
}
