import { createHash } from "node:crypto";
import type { ParameterValue } from "../../notebook/parameters";

/** The longest ID of a point, which names a folder. */
const longest = 100;

/**
 * The ID of the point with these values: `kind=coupled,seed=0`. What can't be in a file's name everywhere is
 * replaced, and what is too long is cut; such an ID ends with a part of the values' SHA-256, so that it
 * remains one of its own.
 */
export function pointId(values: Readonly<Record<string, ParameterValue>>): string {
  const entries = Object.entries(values);
  const exact = entries.map(([name, value]) => `${name}=${plain(value)}`).join(",");
  const safe = entries.map(([name, value]) => `${fileSafe(name)}=${fileSafe(plain(value))}`).join(",");
  if (safe === exact && safe.length <= longest && !safe.endsWith(".")) return safe;
  const hash = createHash("sha256").update(JSON.stringify(entries)).digest("hex").slice(0, 6);
  return `${safe.slice(0, longest - 7)}-${hash}`;
}

const plain = (value: ParameterValue) => (typeof value === "string" ? value : JSON.stringify(value));

/** Without signs that some system's file names can't have, nor the two that an ID itself is made of. */
const fileSafe = (text: string) => text.replace(/[^\p{L}\p{N}._+-]+/gu, "-");
