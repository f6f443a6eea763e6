import { readdirSync, readFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";

/** The project's folder. */
export const root = resolve(__dirname, "../..");

/** A text for people, and its path from the project's folder, with slashes. */
export interface Prose {
  readonly file: string;
  readonly text: string;
}

/** All Markdown files of the project, and the Markdown cells of its notebooks. */
export function prose(): Prose[] {
  const below = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((file) => `${folder}/${file.split(sep).join("/")}`)
      .sort();
  const files = ["README.md", ...[".github", "datasets", "tests", "lib"].flatMap(below)].filter((file) =>
    file.endsWith(".md"),
  );
  const notebooks = below("notebooks").filter((file) => /^notebooks\/[^/]+\.ipynb$/.test(file));
  return [
    ...files.map((file) => ({ file, text: readFileSync(join(root, file), "utf8") })),
    ...notebooks.map((file) => ({ file, text: markdownOf(readFileSync(join(root, file), "utf8")) })),
  ];
}

function markdownOf(notebook: string): string {
  const { cells } = JSON.parse(notebook) as { cells: { cell_type: string; source: string | string[] }[] };
  return cells
    .filter(({ cell_type }) => cell_type === "markdown")
    .map(({ source }) => [source].flat().join(""))
    .join("\n\n");
}
