import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../files/project";

/**
 * The rooms of the library by whose code batches are drawn and steps made. What networks, objectives and the
 * engine compute is known to the bit from a step's program; what is read from files, from the checksum of the
 * data.
 */
export const rooms: readonly string[] = [
  ...["array.ts", "random.ts", "gaussian.ts", "statistics"],
  ...["conditions", "data", "transport", "couplings", "interpolants", "objectives", "training"],
];

/**
 * A hash of the code of these rooms, as it is on disk: the source in a clone of the project, what was built
 * in an installed package; "" where neither is at hand.
 */
export function libraryDigest(lib = libraryFolder()): string {
  if (lib === undefined) return "";
  const hash = createHash("sha256");
  for (const file of rooms.flatMap((room) => codeOf(lib, room))) {
    hash.update(`${file.split("\\").join("/")}\n`);
    hash.update(readFileSync(join(lib, file)));
  }
  return hash.digest("hex");
}

function libraryFolder(): string | undefined {
  try {
    const root = projectRoot();
    // ES modules, by CommonJS ones too: both are built from the same source, and share what is kept.
    return [join(root, "lib"), join(root, "dist", "esm")].find(
      (folder) => codeOf(folder, "training").length > 0,
    );
  } catch {
    return undefined;
  }
}

/** The files of a room: TypeScript, or what was built of it, without types and source maps. */
function codeOf(lib: string, room: string): string[] {
  const built = room.replace(/[.]ts$/, ".mjs");
  const file = [room, built].find((name) => isThere(join(lib, name)));
  if (file === undefined) return [];
  if (file.endsWith(".ts") || file.endsWith(".mjs")) return [file];
  return readdirSync(join(lib, room), { recursive: true, encoding: "utf8" })
    .map((name) => join(room, name))
    .filter((name) => /[.](?:ts|mjs)$/.test(name))
    .sort();
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
