import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expected } from "../errors";
import { projectRoot } from "../files/project";
import { hasTag, type Notebook, parseNotebook, titleOf } from "./nbformat";
import { declaredParameters } from "./parameters";
import { sectionTexts, statementsIn } from "./section-texts";

/** What a stored notebook says under one of its headings. */
export interface CommittedSection {
  /** The file's name, such as "02-inpainting.ipynb". */
  readonly file: string;
  /** The notebook's first heading, or its file's name. */
  readonly title: string;
  /** What its outputs were made with, such as `{ scale: "small", seed: 0 }`. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** One line of Markdown each: see `statementsIn`. Links inside the notebook lead to its file. */
  readonly statements: readonly string[];
}

/** Options of {@link committedSections}. */
export interface CommittedSectionsOptions {
  /** The heading, without its number signs. */
  readonly heading: string;
  /** Default: the project's folder `notebooks`. */
  readonly folder?: string;
  /** Names of files to leave out, such as that of the notebook that asks. */
  readonly except?: readonly string[];
}

/**
 * What the notebooks of a folder say under a heading, by name: outputs that are stored in their files, of
 * whatever run made them. A notebook without that heading, or without outputs there, has no statements.
 *
 * @example committedSections({ heading: "What did not work" }).map(({ title }) => title);
 * @throws when a file is not a notebook, or there is no such folder.
 */
export function committedSections(options: CommittedSectionsOptions): CommittedSection[] {
  const { heading, folder = join(projectRoot(), "notebooks"), except = [] } = options;
  if (!existsSync(folder)) {
    throw expected("a folder of notebooks", `"${folder}", which doesn't exist`, "Name one: folder.");
  }
  const files = readdirSync(folder).filter((name) => name.endsWith(".ipynb") && !except.includes(name));
  return files.sort().map((file) => {
    const notebook = parseNotebook(readFileSync(join(folder, file), "utf8"), file);
    const statements = statementsIn(sectionTexts(notebook, heading).join("\n\n"));
    return Object.freeze({
      file,
      title: titleOf(notebook) ?? file,
      settings: settingsOf(notebook),
      statements: statements.map((line) => line.replaceAll("](#", `](${file}#`)),
    });
  });
}

/** The notebook's defaults, and what the note below its parameters says of the outputs. */
function settingsOf(notebook: Notebook): Record<string, unknown> {
  const defaults = declaredParameters(notebook).map(({ name, value }) => [name, value]);
  const cell = notebook.cells.find((one) => hasTag(one, "parameters"));
  const noted = (cell?.cell_type === "code" ? cell.outputs : [])
    .map((output) => (output.output_type === "stream" ? output.text : ""))
    .flatMap((text) => [
      ...(/^The outputs in this file were made with (.*)\.$/gm.exec(text)?.[1].matchAll(setting) ?? []),
    ])
    .map(([, name, value]) => [name, JSON.parse(value)]);
  return Object.fromEntries([...defaults, ...noted]);
}

/** `name = value` with a value in JSON that is neither a list nor a record. */
const setting = /(\w+) = ("(?:[^"\\]|\\.)*"|[^\s",[{]+)(?=, |$)/g;
