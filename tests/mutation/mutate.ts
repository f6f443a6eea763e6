/**
 * Breaks one sign or factor at a time and sees whether the tests notice: `npm run mutate -- --help`.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArguments } from "../../lib/cli/arguments";
import { expected, UsageError } from "../../lib/errors";
import { type Mutation, mutations } from "./mutations";

const help = `Breaks one sign or factor at a time, in a temporary copy of this folder, and runs the tests that must notice.

npm run mutate -- [options]

  --only TEXT   only mutations with TEXT in their name or file; may be given more than once
  --list        names, without running anything
  --help        this text

Ends with 1 if a mutation survives, or if tests/mutation/mutations.ts has a text that its file does not hold exactly once.`;

const root = resolve(__dirname, "../..");

function main(args: readonly string[]): number {
  const options = parseArguments(args, {
    only: { type: "string", multiple: true },
    list: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  if (options.help) {
    console.log(help);
    return 0;
  }
  const chosen = choice(options.only);
  if (options.list) {
    console.log(chosen.map(({ name, file }) => `${name} (${file})`).join("\n"));
    return 0;
  }
  const stale = chosen.filter((mutation) => !applies(mutation));
  for (const { name, file, text } of stale) {
    console.error(
      `NOT FOUND exactly once in ${file}: ${text}\n  ${name}. Change it in tests/mutation/mutations.ts.`,
    );
  }
  if (stale.length > 0) return 1;

  const folder = realpathSync(mkdtempSync(join(tmpdir(), "mutation-")));
  try {
    copyTree(folder);
    const whole = runTests(folder, [...new Set(chosen.flatMap(({ tests }) => tests))]);
    for (const { file, failed, message } of whole) {
      if (failed !== undefined || message !== undefined) {
        throw new UsageError(`${file} fails before anything is broken: ${failed ?? message}. Mend it first.`);
      }
    }
    let survived = 0;
    for (const mutation of chosen) if (!check(folder, mutation)) survived++;
    console.log(`\n${chosen.length - survived} of ${chosen.length} caught`);
    return survived === 0 ? 0 : 1;
  } finally {
    // A link is removed, not what it points to.
    rmSync(folder, { recursive: true, force: true });
  }
}

function choice(only: readonly string[] | undefined): readonly Mutation[] {
  if (!only) return mutations;
  const chosen = mutations.filter(({ name, file }) => only.some((text) => `${name} ${file}`.includes(text)));
  if (chosen.length > 0) return chosen;
  throw expected("part of a mutation's name or file after --only", only.join(", "), "--list shows them.");
}

const applies = ({ file, text }: Mutation) => readFileSync(join(root, file), "utf8").split(text).length === 2;

function copyTree(folder: string): void {
  for (const part of [".config", "datasets", "lib", "tests", "package.json", "tsconfig.json"]) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  symlinkSync(realpathSync(join(root, "node_modules")), join(folder, "node_modules"), "junction");
}

/** Whether every test file noticed; says so. */
function check(folder: string, { name, file, text, broken, tests }: Mutation): boolean {
  const path = join(folder, file);
  const source = readFileSync(path, "utf8");
  writeFileSync(
    path,
    source.replace(text, () => broken),
  );
  const results = runTests(folder, tests);
  writeFileSync(path, source);
  const caught = results.every(({ failed }) => failed !== undefined);
  console.log(`${caught ? "caught    " : "NOT CAUGHT"}  ${name}`);
  for (const { file: test, failed, message } of results) {
    const outcome = failed ?? message;
    console.log(`              ${test}: ${outcome ?? "passes"}`);
  }
  return caught;
}

interface FileResult {
  readonly file: string;
  /** Name of the first test that failed. */
  readonly failed?: string;
  /** Why the file's tests could not run, which is no sign of a good test. */
  readonly message?: string;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

function runTests(folder: string, tests: readonly string[]): readonly FileResult[] {
  const output = join(folder, "report.json");
  const { stderr } = spawnSync(
    process.execPath,
    [
      join(folder, "node_modules/vitest/vitest.mjs"),
      "run",
      "--config=.config/vitest.mts",
      "--reporter=json",
      `--outputFile=${output}`,
      ...tests,
    ],
    { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  const report = readReport(output, stderr);
  return tests.map((file): FileResult => {
    const result = report.testResults.find(({ name }) => resolve(name) === join(folder, file));
    if (!result) return { file, message: "not run" };
    const failed = result.assertionResults.find(({ status }) => status === "failed");
    if (failed) return { file, failed: failed.fullName };
    return result.status === "passed" ? { file } : { file, message: result.message.split("\n")[0] };
  });
}

function readReport(path: string, stderr: string): Report {
  try {
    const report = JSON.parse(readFileSync(path, "utf8"));
    rmSync(path);
    return report;
  } catch {
    throw new UsageError(`Vitest did not run the tests. ${stderr.trim()}`);
  }
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof UsageError ? `mutate: ${error.message}` : error);
  process.exitCode = 1;
}
