import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../errors";

const NAME = "coupled-interpolants";

/**
 * The folder that holds this project's package.json: searched for upwards from this file, then from the
 * working directory (a notebook kernel may run modules that don't know their own folder).
 * @throws when neither lies inside the project.
 */
export function projectRoot(): string {
  const starts = [...(typeof __dirname === "string" ? [__dirname] : []), process.cwd()];
  for (const start of starts) {
    const root = rootAbove(start);
    if (root !== undefined) return root;
  }
  throw new UsageError(
    `Expected to run inside the project "${NAME}", but found no package.json of that name above ` +
      `${starts.map((start) => `"${start}"`).join(" or ")}. Start Node in the project's folder.`,
  );
}

/** The nearest folder at or above `start` whose package.json has this project's name. */
export function rootAbove(start: string): string | undefined {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (packageName(folder) === NAME) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/**
 * The folder of an installed npm package: `node_modules/<name>` in the project or, as Node itself resolves
 * it, in a parent folder. If there is none: where it should be in the project.
 */
export function packageFolder(name: string, root = projectRoot()): string {
  for (let folder = root; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (dirname(folder) === folder) return join(root, "node_modules", name);
  }
}

/**
 * The command that installs a package as the data here need it: `npm ci` in a clone of the project, which
 * has a lock file.
 */
export function installCommand(name: string, root = projectRoot()): string {
  if (existsSync(join(root, "package-lock.json"))) return "npm ci";
  const { peerDependencies = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return `npm install ${name}${Object.hasOwn(peerDependencies, name) ? `@${peerDependencies[name]}` : ""}`;
}

function packageName(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).name;
  } catch {
    return undefined;
  }
}
