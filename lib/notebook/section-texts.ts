import MarkdownIt from "markdown-it";
import { type Cell, type Notebook, textIn } from "./nbformat";

/**
 * The Markdown under a heading of a notebook, in order: that of its text cells and what its code cells show
 * as Markdown, up to the next heading of the same level or a higher one. Nothing where there is no such
 * heading, or its cells have no outputs.
 */
export function sectionTexts(notebook: Notebook, heading: string): string[] {
  const out: string[] = [];
  let level = 0; // of the section that is being read, or 0 outside it
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "markdown") {
      if (level > 0) out.push(...shownBy(cell));
      continue;
    }
    let [inside, from] = [level > 0, 0];
    const lines = cell.source.split("\n");
    for (const title of headingsIn(cell.source)) {
      if (level > 0 && title.level > level) continue;
      if (inside) out.push(lines.slice(from, title.start).join("\n"));
      inside = title.text === heading;
      level = inside ? title.level : 0;
      from = title.end;
    }
    if (inside) out.push(lines.slice(from).join("\n"));
  }
  return out.map((text) => text.trim()).filter((text) => text !== "");
}

/**
 * The statements that a Markdown text makes, one line each: its list items, with what is nested in them, and
 * its paragraphs that begin in bold; where it has neither, all its paragraphs. Of "Two things:", followed by
 * the items "one" and "another", these are the items.
 */
export function statementsIn(text: string): string[] {
  const lines = text.split("\n");
  const said = markdownIt.parse(text, {}).flatMap(({ type, level, map }) => {
    const item = type === "list_item_open" && level === 1;
    if (!map || !(item || (type === "paragraph_open" && level === 0))) return [];
    const line = lines
      .slice(...map)
      .join(" ")
      .replace(/\s+/g, " ")
      .trim();
    const words = item ? line.replace(/^([-*+]|\d+[.)])( |$)/, "") : line;
    return words === "" || words.startsWith("$$") ? [] : [{ words, lead: item || words.startsWith("**") }];
  });
  const leading = said.filter(({ lead }) => lead);
  return (leading.length > 0 ? leading : said).map(({ words }) => words);
}

const markdownIt = new MarkdownIt({ html: true });

/** The headings of a text, each with the lines from `start` to before `end`. */
function headingsIn(source: string) {
  const tokens = markdownIt.parse(source, {});
  return tokens.flatMap((token, k) => {
    if (token.type !== "heading_open" || token.level > 0 || !token.map) return [];
    const [start, end] = token.map;
    return [{ level: Number(token.tag.slice(1)), text: tokens[k + 1].content.trim(), start, end }];
  });
}

function shownBy(cell: Cell): string[] {
  if (cell.cell_type !== "code") return [];
  return cell.outputs.flatMap((output) =>
    output.output_type === "stream" || output.output_type === "error"
      ? []
      : [textIn(output.data, "text/markdown")],
  );
}
