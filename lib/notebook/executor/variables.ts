import type * as TypeScript from "typescript";

/**
 * The program with a checker that distinguishes variables from properties. tslab replaces a name by an
 * earlier cell's variable when the name's symbol was declared there. For `{ x }` it gets the symbol of the
 * property and misses the variable; for `const { x: y } = z` it gets a property of z's type, which may have
 * been declared in an earlier cell, and takes it for a variable.
 */
export function withVariables(ts: typeof TypeScript, program: TypeScript.Program): TypeScript.Program {
  let seeing: TypeScript.TypeChecker | undefined;
  const getTypeChecker = () => {
    seeing ??= seeingVariables(ts, program.getTypeChecker());
    return seeing;
  };
  return Object.assign(Object.create(program) as TypeScript.Program, { getTypeChecker });
}

function seeingVariables(ts: typeof TypeScript, checker: TypeScript.TypeChecker): TypeScript.TypeChecker {
  const getSymbolAtLocation = (node: TypeScript.Node) => {
    const { parent } = node;
    if (parent && ts.isShorthandPropertyAssignment(parent)) {
      return checker.getShorthandAssignmentValueSymbol(parent);
    }
    const isProperty =
      parent &&
      ((ts.isBindingElement(parent) && parent.propertyName === node) ||
        (ts.isPropertyAssignment(parent) && parent.name === node));
    return isProperty ? undefined : checker.getSymbolAtLocation(node);
  };
  return Object.assign(Object.create(checker) as TypeScript.TypeChecker, { getSymbolAtLocation });
}

/**
 * TypeScript's `visitEachChild`, which writes `{ x }` out as `{ x: exports.x }` where the visitor replaces x.
 */
export function visitEachChild(
  ts: typeof TypeScript,
): (
  node: TypeScript.Node,
  visitor: TypeScript.Visitor,
  context: TypeScript.TransformationContext,
) => TypeScript.Node {
  return (node, visitor, context) => {
    if (ts.isShorthandPropertyAssignment(node)) {
      const value = visitor(node.name);
      if (value !== undefined && value !== node.name) {
        return ts.factory.createPropertyAssignment(node.name, value as TypeScript.Expression);
      }
    }
    return ts.visitEachChild(node, visitor, context);
  };
}
