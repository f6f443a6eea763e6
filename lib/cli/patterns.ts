import { readdirSync } from "node:fs";
import { join, sep } from "node:path";

/** Whether a path has signs that stand for other ones: `*`, `**`, `?`, `[…]` or `{…,…}`. */
export const isPattern = (path: string): boolean => /[*?[{]/.test(path);

/**
 * The files that an absolute pattern stands for, in the order of their paths. `*` and `?` stand for signs
 * within a name, `**` for any folders, `[ab]` for one of some signs, `{a,b}` for one of some texts. Hidden
 * folders and `node_modules` are left out unless the pattern names them before its first sign.
 */
export function filesMatching(pattern: string): string[] {
  const parts = pattern.split(sep).join("/").split("/");
  const first = parts.findIndex(isPattern);
  const base = parts.slice(0, first).join("/") || "/";
  const wanted = new RegExp(`^${parts.slice(first).map(source).join("/").replaceAll("<any>/", anyFolders)}$`);
  const deep = parts.length - first > 1;
  return filesUnder(base, "", deep)
    .filter((file) => wanted.test(file))
    .sort()
    .map((file) => join(base, file));
}

const anyFolders = "(?:[^/]+/)*";

function source(part: string): string {
  if (part === "**") return "<any>";
  let depth = 0;
  return part.replace(/\[[^\]]+\]|[\s\S]/g, (sign) => {
    if (sign.length > 1) return sign.replace(/^\[!/, "[^").replaceAll("\\", "\\\\");
    if (sign === "*") return "[^/]*";
    if (sign === "?") return "[^/]";
    if (sign === "{") depth++;
    if (sign === "{") return "(?:";
    if (depth > 0 && sign === ",") return "|";
    if (depth > 0 && sign === "}") depth--;
    else return sign.replace(/[\\^$.+()|[\]{}]/, "\\$&");
    return ")";
  });
}

function filesUnder(base: string, folder: string, deep: boolean): string[] {
  let entries: import("node:fs").Dirent[];
  try {
    entries = readdirSync(join(base, folder), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (!entry.isDirectory()) return [path];
    const left = !deep || entry.name.startsWith(".") || entry.name === "node_modules";
    return left ? [] : filesUnder(base, path, deep);
  });
}
