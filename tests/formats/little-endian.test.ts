import { endianness } from "node:os";
import { expect, it } from "vitest";
import { littleEndian } from "../../lib/formats/little-endian";

it("is what the system says of itself", () => {
  expect(littleEndian).toBe(endianness() === "LE");
});
