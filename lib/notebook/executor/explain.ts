import type * as TypeScript from "typescript";
import type { Internals } from "./compiler-host";

/** What is known of the code at a place in a cell: of a name, or of the call around the place. */
export interface Explanation {
  /** The declaration of the name, or the signature of the function that is called. */
  readonly code: string;
  readonly documentation: readonly TypeScript.SymbolDisplayPart[];
  readonly tags: readonly TypeScript.JSDocTagInfo[];
  /** The argument of the call that the place is in. */
  readonly argument?: Argument;
}

/** An argument of a call, as the function's signature has it. */
interface Argument {
  /** Its name and type. */
  readonly code: string;
  readonly documentation: readonly TypeScript.SymbolDisplayPart[];
  /** Its properties, where it is an object of options. */
  readonly options: readonly Option[];
}

interface Option {
  /** Its name and type. */
  readonly code: string;
  readonly documentation: readonly TypeScript.SymbolDisplayPart[];
}

/** A compiled cell: its file, and the program that the file belongs to. */
export interface CompiledCell {
  readonly program: TypeScript.Program;
  readonly file: TypeScript.SourceFile;
}

/** Explains a name from what the compiler says of it. */
export const ofName = (info: TypeScript.QuickInfo): Explanation => ({
  // An imported name is explained as what it was imported from.
  code: textOf(info.displayParts).replace(/^\(alias\) (.*)\nimport .*$/s, "$1"),
  documentation: info.documentation ?? [],
  tags: info.tags ?? [],
});

/** Explains the innermost call around an offset of a cell's file, if there is one. */
export function ofCall(ts: Internals, cell: CompiledCell, offset: number): Explanation | undefined {
  const { program, file } = cell;
  const help = ts.SignatureHelp.getSignatureHelpItems(program, file, offset, undefined, {
    isCancellationRequested: () => false,
    throwIfCancellationRequested() {},
  });
  if (!help) return undefined;
  const { items, selectedItemIndex, argumentIndex } = help;
  const item = items[selectedItemIndex];
  const parameters = item.parameters.map(({ displayParts }) =>
    textOf(displayParts).replace(/^\{[^}]*\}/, "options"),
  );
  const separator = textOf(item.separatorDisplayParts);
  const code = textOf(item.prefixDisplayParts) + parameters.join(separator) + textOf(item.suffixDisplayParts);
  const others = items.length > 1 ? ` // and ${items.length - 1} more` : "";
  const k = item.isVariadic ? Math.min(argumentIndex, parameters.length - 1) : argumentIndex;
  const explained = { code: code + others, documentation: item.documentation, tags: item.tags };
  const parameter = item.parameters[k];
  if (!parameter) return explained;
  const options = optionsOf(ts, program.getTypeChecker(), callAround(ts, help.applicableSpan, file), k);
  return {
    ...explained,
    argument: { code: parameters[k], documentation: parameter.documentation, options },
  };
}

type Call = TypeScript.CallExpression | TypeScript.NewExpression;

/** The innermost call whose arguments have the given place. */
function callAround(ts: Internals, span: TypeScript.TextSpan, file: TypeScript.SourceFile): Call | undefined {
  let found: Call | undefined;
  const visit = (node: TypeScript.Node): void => {
    if (node.pos > span.start || node.end < span.start) return;
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && node.arguments?.pos === span.start) {
      found = node;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The properties of a call's k-th argument, where its function takes an object there. */
function optionsOf(
  ts: Internals,
  checker: TypeScript.TypeChecker,
  call: Call | undefined,
  k: number,
): readonly Option[] {
  const parameter = call && checker.getResolvedSignature(call)?.parameters[k];
  if (!parameter) return [];
  const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(parameter, call));
  const isOptions =
    type.flags & ts.TypeFlags.Object &&
    !checker.isArrayLikeType(type) &&
    type.getCallSignatures().length === 0;
  if (!isOptions) return [];
  return type.getProperties().map((property) => {
    const optional = property.flags & ts.SymbolFlags.Optional;
    const own = checker.getTypeOfSymbolAtLocation(property, call);
    const shown = checker.typeToString(optional ? checker.getNonNullableType(own) : own, call);
    return {
      code: `${property.name}${optional ? "?" : ""}: ${shown}`,
      documentation: property.getDocumentationComment(checker),
    };
  });
}

const textOf = (parts: readonly TypeScript.SymbolDisplayPart[] = []) =>
  parts.map(({ text }) => text).join("");
