import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { expected, UsageError } from "../../errors";
import { formatNotebook } from "../../notebook/nbformat";
import { parseMixed } from "../arguments";
import { exitCodesHelp } from "../exit-codes";
import { quoted } from "../shell-word";
import { writeFile } from "../write-file";
import { templateNotebook } from "./template";

const help = `Makes a notebook to start from: a question, parameters, a training, figures, an answer.

npm run new -- NAME            writes NAME.ipynb, here or in the folder that NAME begins with
npm run new -- --help          this text

It runs as it is, in seconds: npm run reproduce -- NAME.ipynb

${exitCodesHelp}`;

/**
 * Does what the command line asks for.
 * @param from the folder that a relative path is relative to
 * @returns the text to print
 * @throws a one-line error when no name is given, or there is such a file.
 */
export function makeNotebook(args: readonly string[], from: string): string {
  const { values, positionals } = parseMixed(args, {
    help: { type: "boolean", short: "h", default: false },
  } as const);
  if (values.help) return help;
  const [given, ...more] = positionals;
  if (given === undefined || more.length > 0) {
    const received = given === undefined ? "none" : positionals.join(" ");
    throw expected("one name for the notebook, such as my-question", received);
  }
  const file = given.endsWith(".ipynb") ? given : `${given}.ipynb`;
  const name = basename(file, ".ipynb");
  if (!/[\p{L}\d]/u.test(name)) throw expected("a name with a letter or digit in it", `"${given}"`);
  const path = resolve(from, file);
  if (existsSync(path)) throw new UsageError(`There is a file ${file} already: choose another name.`);
  writeFile(path, formatNotebook(templateNotebook(titleOf(name))));
  return `Wrote ${file}. To run it: npm run reproduce -- ${quoted(file)}`;
}

/** `07-my-question` → "My question". */
function titleOf(name: string): string {
  const words = name
    .replace(/^\d+[-_ ]+/, "")
    .replace(/[-_\s]+/g, " ")
    .trim();
  const title = words === "" ? name : words;
  return title[0].toUpperCase() + title.slice(1);
}
