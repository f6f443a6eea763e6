import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../data/root";

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
 * A hash of the code of these rooms, as it is on disk; "" where the library's source isn't at hand, as in a
 * build of it.
 */
export function libraryDigest(lib = libraryFolder()): string {
  if (lib === undefined) return "";
  const hash = createHash("sha256");
  for (const file of rooms.flatMap((room) => filesIn(lib, room))) {
    hash.update(`${file.split("\\").join("/")}\n`);
    hash.update(readFileSync(join(lib, file)));
  }
  return hash.digest("hex");
}

function libraryFolder(): string | undefined {
  try {
    const lib = join(projectRoot(), "lib");
    return statSync(lib, { throwIfNoEntry: false })?.isDirectory() ? lib : undefined;
  } catch {
    return undefined;
  }
}

function filesIn(lib: string, room: string): string[] {
  const path = join(lib, room);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found ? [room] : [];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .map((name) => join(room, name))
    .filter((file) => file.endsWith(".ts"))
    .sort();
}
