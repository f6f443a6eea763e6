import { expect, test } from "vitest";
import { sha256 } from "../../lib/files/sha256";

// The digest of "abc" as the standard (FIPS 180-2) gives it.
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

test("sha256 is the standard's, also of parts", () => {
  expect(sha256("abc")).toBe(ABC);
  expect(sha256("a", new Uint8Array([98]), "c")).toBe(ABC);
});
