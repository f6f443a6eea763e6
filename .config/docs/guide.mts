import type { CommentDisplayPart, DeclarationReflection, DocumentReflection, ProjectReflection } from "typedoc";
import { ReflectionKind } from "typedoc";

/** A page is called as its heading says, which then need not stand on it twice. */
export function nameByHeading(page: DocumentReflection): void {
  const [first] = page.content;
  const heading = first?.kind === "text" ? /^# (.+)\n+/.exec(first.text) : null;
  if (!heading) throw new Error(`A page of the guide begins with "# " and its title; "${page.name}" doesn't.`);
  page.name = heading[1];
  first.text = first.text.slice(heading[0].length);
}

/**
 * On GitHub, the guide's links to files and folders of lib lead to the code; here, to what the reference
 * says of them. `[`name`](…/file.ts)` leads to the thing of that name, another link to a file to the first
 * that it exports.
 */
export function linkToReference(project: ProjectReflection, root: string): void {
  const { files } = project;
  const inFile = new Map<string, DeclarationReflection[]>();
  for (const room of project.children ?? []) {
    const [source] = room.sources ?? [];
    const path = `${root}/${source?.fileName}`;
    files.registerReflectionPath(path as never, room);
    files.registerReflectionPath(path.replace(/\/index\.ts$/, "") as never, room);
    for (const thing of room.children ?? []) {
      const file = `${root}/${thing.sources?.[0]?.fileName}`;
      inFile.set(file, [...(inFile.get(file) ?? []), thing]);
    }
  }
  for (const [file, things] of inFile) {
    const functions = things.filter(({ kind }) => kind === ReflectionKind.Function);
    files.registerReflectionPath(file as never, functions[0] ?? things[0]);
    for (const thing of things) files.registerReflectionPath(`${file}/${thing.name}` as never, thing);
  }
  const pages = [...(project.documents ?? []).map(({ content }) => content), project.readme ?? []];
  for (const content of pages) content.forEach((part, i) => sharpen(part, content[i - 1]));

  function sharpen(part: CommentDisplayPart, before: CommentDisplayPart | undefined): void {
    if (part.kind !== "relative-link" || part.target === undefined) return;
    const path = files.resolvePath(part.target);
    const text = before?.kind === "text" || before?.kind === "code" ? before.text : "";
    const name = /`(\w+)(?:\(.*\))?`\]\($/.exec(text)?.[1];
    const thing = inFile.get(path ?? "")?.find((candidate) => candidate.name === name);
    if (thing) part.target = files.registerAbsolute(`${path}/${name}` as never).target;
  }
}

/** A page with what screen readers jump to, headings without a gap, and nothing to press in a button. */
export function withLandmarks(html: string): string {
  let last = 0;
  return html
    .replace(/(?<=<div class="col-content")/, ' role="main"')
    .replace(/(?<=<div class="col-sidebar")/, ' role="complementary" aria-label="Contents"')
    .replace(/<summary.*?<\/summary>/gs, (text) => text.replace(/<a [^>]*>(.*?)<\/a>/gs, permalinkless))
    .replace(/<h3>(Settings|On This Page)<\/h3>/g, "<h2>$1</h2>")
    .replace(/<(\/?)h([1-6])\b/g, (_, slash: string, level: string) => {
      if (slash === "") last = Math.min(Number(level), last + 1);
      return `<${slash}h${last}`;
    });
}

/** A link to the place where one is already is left out, others keep their text. */
const permalinkless = (link: string, text: string) => (/aria-label="Permalink"/.test(link) ? "" : text);
