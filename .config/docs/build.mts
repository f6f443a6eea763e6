/**
 * Builds the documentation: `npm run docs` writes reports/docs (or the folder given), which works offline.
 * The guide is .github/guide; the reference is made from the doc comments of the rooms that the package
 * exports.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { Application, type Context, Converter, type DeclarationReflection, PageEvent, ReflectionKind } from "typedoc";
import { addMath } from "../../lib/report/markdown-math";
import { linkToReference, nameByHeading, withLandmarks } from "./guide.mjs";

const root = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), "../..");
const out = resolve(root, process.argv[2] ?? "reports/docs");
const guide = join(root, ".github/guide");

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
// As in .config/build.mts; the root comes last, so that each thing is documented in its room.
const entries = Object.keys(manifest.exports)
  .filter((name) => name !== "./package.json" && name !== ".")
  .map((name) => `lib/${name.slice(2)}`)
  .map((path) => (existsSync(join(root, `${path}.ts`)) ? `${path}.ts` : `${path}/index.ts`));
entries.push("lib/index.ts");

// In the order of the table of contents; a page that it lacks would be found by no one.
const contents = readFileSync(join(guide, "README.md"), "utf8");
const pages = [...contents.matchAll(/\]\(([a-z-]+\.md)\)/g)].map(([, name]) => name);
for (const name of readdirSync(guide)) {
  if (name.endsWith(".md") && name !== "README.md" && !pages.includes(name)) {
    throw new Error(`.github/guide/README.md has no link to ${name}. Add it to the list of pages.`);
  }
}

const app = await Application.bootstrap({
  name: "Coupled interpolants",
  entryPoints: entries.map((entry) => join(root, entry)),
  tsconfig: join(root, "tsconfig.json"),
  basePath: root,
  displayBasePath: root,
  // Types are checked by `npm run check`, tests and all.
  skipErrorChecking: true,
  readme: join(guide, "README.md"),
  projectDocuments: pages.map((name) => join(guide, name)),
  customCss: join(root, ".config/docs/style.css"),
  out,
  json: join(out, "reference.json"),
  disableGit: true,
  excludeReferences: true,
  includeVersion: true,
  sortEntryPoints: false,
  searchInDocuments: true,
  sort: ["kind", "alphabetical"],
  kindSortOrder: ["Document", "Module", "Function", "Variable", "Class", "Interface", "TypeAlias"],
  groupOrder: ["Documents", "Functions", "Variables", "Classes", "Interfaces", "Type Aliases"],
  highlightLanguages: ["typescript", "javascript", "json", "yaml", "sh", "python"],
  headings: { readme: false, document: true },
  // A file's name is no address.
  markdownItOptions: { html: true, linkify: false },
  // Rooms hold up to 200 things: their own pages and the search show them, not the menu.
  navigationLeaves: entries.map((entry) => basename(entry.replace(/(?<=.\/.*)\/index\.ts$/, ""), ".ts")),
  validation: { notExported: true, invalidLink: true, notDocumented: true, rewrittenLink: true },
  // Properties may speak for themselves; what a room exports may not.
  requiredToBeDocumented: ["Module", "Function", "Variable", "Class", "Interface", "TypeAlias"],
  // Shorthands within signatures.
  intentionallyNotExported: [
    ...["Answer", "Counts", "Noted", "Numbers", "Open"],
    ...["ProgramFlopsOptions", "Setting", "TreeLike", "TreeOf"],
  ],
  // The code lies in no repository that the pages could link to: they say where, without a link.
  sourceLinkTemplate: "{path}",
});
app.options.setValue("markdownItLoader", (parser: Parameters<typeof addMath>[0]) => addMath(parser));

app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_: Context, page) => nameByHeading(page));
// An options record that is taken apart in a list of parameters has no name of its own.
app.converter.on(Converter.EVENT_CREATE_PARAMETER, (_: Context, parameter) => {
  if (parameter.name === "__namedParameters") parameter.name = "options";
});
app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }: Context) => {
  const order = (path = "") => pages.indexOf(path.slice(path.lastIndexOf("/") + 1));
  project.documents?.sort(
    (a, b) => order(project.files.getReflectionPath(a)) - order(project.files.getReflectionPath(b)),
  );
  for (const reflection of Object.values(project.reflections)) {
    for (const source of (reflection as Partial<DeclarationReflection>).sources ?? []) delete source.url;
  }
  linkToReference(project, root.split(sep).join("/"));
});

app.renderer.on(PageEvent.END, (page: PageEvent) => {
  page.contents = withLandmarks(page.contents ?? "");
});

const project = await app.convert();
if (!project) process.exit(1);
app.validate(project);
await app.generateOutputs(project);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
const symbols = project.getReflectionsByKind(ReflectionKind.SomeExport).length;
console.log(`Wrote ${join(out, "index.html")}: ${pages.length} pages of the guide, ${symbols} symbols.`);
