import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expected, UsageError } from "../errors";

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
      `${starts.map((start) => `"${start}"`).join(" or ")}. Start Node in the project's folder; where a ` +
      "program is bundled into one file, leave this package out of the bundle.",
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

/** Whether this is a clone of the project, which has a lock file, and not the package as it was installed. */
const isClone = (root: string): boolean => existsSync(join(root, "package-lock.json"));

/**
 * The command that installs packages at the versions that are needed here: `npm ci` in a clone of the
 * project.
 */
export function installCommand(names: string | readonly string[], root = rootOrNone()): string {
  if (root !== undefined && isClone(root)) return "npm ci";
  const versions = root === undefined ? {} : versionsAt(root);
  const wanted = [names].flat().map((name) => {
    return Object.hasOwn(versions, name) ? `${name}@${versions[name]}` : name;
  });
  return `npm install ${wanted.join(" ")}`;
}

function versionsAt(root: string): Readonly<Record<string, string>> {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return { ...manifest.devDependencies, ...manifest.peerDependencies };
}

/** What restores a file or folder of the project, named by its path in it. */
export function restoreAdvice(path: string, root = projectRoot()): string {
  return isClone(root)
    ? `git checkout -- ${path}`
    : `remove the folder "${root}", and install the package again`;
}

/**
 * The folder in which a program may leave what it keeps, in `.cache`: the clone of the project or, where the
 * package is installed or bundled, the working directory. What lies in node_modules is lost by the next
 * installation, and often can't be written.
 */
export function workFolder(root = rootOrNone()): string {
  return root !== undefined && isClone(root) ? root : process.cwd();
}

function rootOrNone(): string | undefined {
  try {
    return projectRoot();
  } catch {
    return undefined;
  }
}

/**
 * An optional package, or several: what is needed for one thing only, and a project may do without.
 * @param load imports them, or finds one of their files
 * @throws an error that says what they are for and how to install them, when one isn't there.
 */
export async function optionalPackage<T>(
  names: string | readonly string[],
  use: string,
  load: () => Promise<T> | T,
): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw error;
    const list = [names].flat();
    throw expected(
      `the npm package${list.length > 1 ? "s" : ""} ${list.join(" and ")}, for ${use}`,
      list.length > 1 ? "not all of them" : "none",
      `To install ${list.length > 1 ? "them" : "it"}: ${installCommand(names)}`,
    );
  }
}

function packageName(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).name;
  } catch {
    return undefined;
  }
}
