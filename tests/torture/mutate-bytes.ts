import type { Rng } from "../../lib/random";
import { pick } from "./promise";

/** Texts that readers of JSON, tables and Markdown stumble over. */
const tokens = [
  ...["null", "[]", "{}", '""', "-1", "0", "1e999", "NaN", "1.5", "4294967296", "9007199254740993"],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "\0", "\u2028", "\ud800", "\uFEFF", "é", "𝔸"],
  ...["<script>", "</style>", "javascript:", "$$", "`", "```constructor\n", "![x](caf%E9.png)", "\u001b[31m"],
  ...[
    "\r",
    "\n\n",
    '"',
    "'",
    ",",
    ";",
    "\t",
    "[",
    "]",
    "(",
    ")",
    "{",
    "\\",
    "%",
    "&#xE000;",
    "attachment:constructor",
  ],
  ...[
    " ".repeat(3000),
    "\n".repeat(3000),
    "a".repeat(3000),
    "[".repeat(300),
    "*a ".repeat(500),
    "|".repeat(500),
  ],
];

/** A number in text, in place of one that is there. */
const numbers = [
  "-1",
  "0",
  "1",
  "2147483648",
  "1e308",
  "1e999",
  "-0",
  "0.5",
  "99999999999999999999",
  "65536",
];

/** Some bytes, changed at one to four places at random; of texts also in ways that keep them readable. */
export function mutate(bytes: Buffer, others: readonly Buffer[], random: Rng): Buffer {
  let out: Buffer = Buffer.from(bytes);
  for (let rest = 1 + random.int(4); rest > 0; rest--) out = once(out, others, random);
  return out;
}

function once(bytes: Buffer, others: readonly Buffer[], random: Rng): Buffer {
  const place = () => random.int(bytes.length + 1);
  const [a, b] = [place(), place()].sort((x, y) => x - y);
  const join = (...parts: (Uint8Array | string)[]) =>
    Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  switch (random.int(11)) {
    case 0:
    case 1: {
      const out = Buffer.from(bytes);
      if (out.length > 0) out[random.int(out.length)] ^= 1 << random.int(8);
      return out;
    }
    case 2: {
      const out = Buffer.from(bytes);
      if (out.length > 0) out[random.int(out.length)] = pick(random, [0, 1, 127, 128, 255, 10, 34]);
      return out;
    }
    case 3:
      return join(bytes.subarray(0, a), bytes.subarray(Math.min(b, a + 64)));
    case 4:
      return join(bytes.subarray(0, b), bytes.subarray(a));
    case 5:
      return bytes.subarray(0, a);
    case 6:
    case 7:
      return join(bytes.subarray(0, a), pick(random, tokens), bytes.subarray(a));
    case 8: {
      const text = bytes.toString("latin1");
      const found = [...text.matchAll(/-?\d+(?:\.\d+)?/g)];
      if (found.length === 0) return bytes;
      const { 0: old, index } = pick(random, found);
      return Buffer.from(
        text.slice(0, index) + pick(random, numbers) + text.slice(index + old.length),
        "latin1",
      );
    }
    case 9:
      return damagedJson(bytes, random) ?? bytes;
    default: {
      const other = pick(random, others);
      return join(bytes.subarray(0, a), other.subarray(random.int(other.length + 1)));
    }
  }
}

/** JSON that is still JSON, with one value at random replaced or gone; undefined for what is no JSON. */
function damagedJson(bytes: Buffer, random: Rng): Buffer | undefined {
  const root = parsed(bytes.toString());
  if (typeof root !== "object" || root === null) return undefined;
  let inside = root as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(inside);
    if (keys.length === 0) return Buffer.from("[]");
    const key = pick(random, keys);
    const value = inside[key];
    if (typeof value === "object" && value !== null && random.int(3) > 0) {
      inside = value as Record<string, unknown>;
      continue;
    }
    if (random.int(3) === 0) delete inside[key];
    else inside[key] = pick(random, [null, {}, [], "text", -1, 0.5, true, [[]], { a: 1 }]);
    return Buffer.from(JSON.stringify(random.int(8) === 0 ? pick(random, [null, 1, "a", []]) : root));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
