import { createRequire } from "node:module";
import { constants, setPriority } from "node:os";
import { join, relative, sep } from "node:path";
import type * as TypeScript from "typescript";
import { writeAtomically } from "../../files/atomic-write";
import { endWithParent } from "../end-with-parent";
import type { FileTypeError } from "./lib-types";

// The process of one type check of the project's files. It uses the project's own compiler, which is newer
// than the one that tslab brings; where that is not installed, nothing is found. What it learns is kept for
// the next one.

const [root] = process.argv.splice(2);
process.on("disconnect", () => process.exit());
endWithParent();
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
process.once("message", (files: readonly string[]) => {
  const { errors, keep } = check(files);
  process.send?.(errors, () => {
    keep();
    process.exit();
  });
});

function check(files: readonly string[]): { errors: FileTypeError[]; keep(): void } {
  const ts: typeof TypeScript = createRequire(join(root, "package.json"))("typescript");
  const config = ts.findConfigFile(root, ts.sys.fileExists);
  const { compilerOptions = {} } = config ? ts.readConfigFile(config, ts.sys.readFile).config : {};
  const options = {
    ...ts.convertCompilerOptionsFromJson(compilerOptions, root).options,
    noEmit: true,
    skipLibCheck: true,
    // In the midst of editing these are no news.
    noUnusedLocals: false,
    noUnusedParameters: false,
    incremental: true,
    tsBuildInfoFile: join(root, ".cache", "types", "notebook.tsbuildinfo"),
  };
  const host = ts.createIncrementalCompilerHost(options);
  const program = ts.createIncrementalProgram({ rootNames: files, options, host });
  const own = program.getSourceFiles().filter(({ fileName }) => isOwn(fileName));
  const found = own.flatMap((file) => [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ]);
  const errors = found.flatMap(({ file, start = 0, messageText, code }) => {
    if (!file) return [];
    const { line, character } = file.getLineAndCharacterOfPosition(start);
    const message = `${ts.flattenDiagnosticMessageText(messageText, "\n")} (TS${code})`;
    const name = relative(root, file.fileName).split(sep).join("/");
    return [{ file: name, line: line + 1, column: character + 1, message }];
  });
  return { errors, keep: () => void program.emit(undefined, (path, text) => writeAtomically(path, text)) };
}

function isOwn(file: string): boolean {
  const path = relative(root, file);
  return !path.startsWith("..") && !path.split(/[\\/]/).includes("node_modules");
}
