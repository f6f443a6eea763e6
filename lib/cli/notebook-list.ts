import { stripVTControlCharacters } from "node:util";
import { hasTag, type Notebook, titleOf } from "../notebook/nbformat";
import type { NotebookParameter } from "../notebook/parameters";
import { duration } from "../text";
import { isOfPaper, type NotebookFile } from "./notebook-files";
import { listRuns, type Run } from "./runs/list-runs";
import { settingsOf } from "./settings";
import { shownPath } from "./shown-path";
import { wrapped } from "./wrapped";

interface NotebookListOptions {
  /** The project's folder. */
  readonly root: string;
  /** The folder of reports, whose runs say how long a notebook took. */
  readonly out: string;
  readonly files: readonly NotebookFile[];
}

const columns = 100;

/**
 * Notebooks as a text: the name of each, its title, what it asks, its parameters with their defaults, how
 * long its newest complete run took at each scale, and whether it runs where nothing is named.
 */
export function notebookList({ root, out, files }: NotebookListOptions): string {
  const runs = listRuns(out);
  const settings = settingsOf(files, { texts: {}, fromFile: {} });
  const blocks = files.map((file, k) => {
    const { name, path, notebook } = file;
    const { declared, values } = settings[k];
    const question = questionOf(notebook);
    const own = runs.filter((run) => run.path === shownPath(root, path));
    const lines = [
      titleOf(notebook),
      question && question !== titleOf(notebook) ? question : undefined,
      declared.length > 0 &&
        `parameters: ${declared.map((one) => parameterText(one, values[one.name])).join(", ")}`,
      timesText(own),
    ].flatMap((text) => (text ? [printable(text)] : []));
    const head = `${name}${isOfPaper(file) ? " (runs by default)" : ""}`;
    const body = lines.flatMap((line) => wrapped(line, columns - 2).map((part) => `  ${part}`));
    return `${[head, ...body].join("\n")}\n`;
  });
  const usual = files.filter(isOfPaper).length;
  const times = runs.length > 0 ? ` Times are of complete runs in ${shownPath(root, out)}.` : "";
  const defaults =
    usual > 0 && usual < files.length
      ? ` ${usual} ${usual === 1 ? "runs" : "run"} by default, all with --all.`
      : "";
  return `${blocks.join("\n")}\n${files.length} ${files.length === 1 ? "notebook" : "notebooks"}.${defaults}${times}\n`;
}

const printable = (text: string) => stripVTControlCharacters(text).replace(/\s+/g, " ").trim();

/** `scale=quick (or small, paper)`, with the value that it has where it isn't given. */
function parameterText({ name, default: initial, choices }: NotebookParameter, given: unknown): string {
  const value = given === undefined ? initial : JSON.stringify(given);
  const others = choices?.filter((choice) => JSON.stringify(choice) !== value) ?? [];
  const text = value === undefined ? name : `${name}=${value.replace(/^"([\w.-]+)"$/, "$1")}`;
  return others.length > 0 ? `${text} (or ${others.join(", ")})` : text;
}

/** How long the newest complete runs took, one for each scale; not those with other parameters changed. */
function timesText(runs: readonly Run[]): string | undefined {
  const seconds = new Map<string, number>();
  for (const { status, record, changed } of runs) {
    const usual = changed.every((name) => name === "scale" || name === "seed");
    if (status !== "ok" || !record || record.resumed || !usual) continue;
    const at = record.scale === null || record.scale === undefined ? "" : ` at ${record.scale}`;
    if (!seconds.has(at)) seconds.set(at, record.seconds);
  }
  if (seconds.size === 0) return undefined;
  return `took ${[...seconds]
    .sort(([, a], [, b]) => a - b)
    .map(([at, time]) => `${duration(time)}${at}`)
    .join(", ")}`;
}

/**
 * What a notebook asks: the first two questions after **Question.** in its first cells, or after its title
 * where nothing is marked so; undefined where there are none.
 */
export function questionOf(notebook: Notebook): string | undefined {
  const first = notebook.cells.findIndex((cell) => cell.cell_type === "code" && !hasTag(cell, "parameters"));
  const before = notebook.cells.slice(0, first < 0 ? undefined : first);
  const text = before
    .flatMap(({ cell_type, source }) => (cell_type === "markdown" ? [source] : []))
    .join("\n\n")
    .split(/^## /m)[0]
    .replace(/^# .*$/m, "");
  const marked = /\*\*Questions?[.:]?\*\*[.:]?\s*/.exec(text);
  const sentences = (marked ? text.slice(marked.index + marked[0].length) : text)
    .split(/\n\s*\n/)
    .filter((paragraph) => !/^\s*(?:\$\$|```|[|>])/.test(paragraph))
    .flatMap((paragraph) => plain(paragraph).split(/(?<=[.?!]["”)]?) +(?=[\p{Lu}"“(])/u));
  const asked = sentences.filter((sentence) => /\?["”)]?$/.test(sentence)).slice(0, 2);
  if (asked.length > 0) return asked.join(" ");
  return marked ? sentences[0] : undefined;
}

/** Markdown without its marks, and the plainest of TeX as letters. */
const plain = (markdown: string) =>
  markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\\([A-Za-z]+)/g, (_, name: string) => (Object.hasOwn(letters, name) ? letters[name] : ""))
    .replace(/[*`$]|(?<![\w\\])_|_(?!\w)/g, "")
    .replace(/\s+/g, " ")
    .trim();

const letters: Readonly<Record<string, string>> = {
  ...{ alpha: "α", beta: "β", gamma: "γ", epsilon: "ε", varepsilon: "ε", xi: "ξ", rho: "ρ", sigma: "σ" },
  ...{ zeta: "ζ", theta: "θ", mu: "μ", lambda: "λ", varphi: "φ", sim: "~", to: "→", ge: "≥", le: "≤" },
};
