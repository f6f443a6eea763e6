import { describe, expect, it } from "vitest";
import { choose, expected, nearest, quotedShort, UsageError } from "../lib/errors";

describe("expected", () => {
  it("says what was expected, what came and what to do", () => {
    const error = expected("a rate above 0", "-1", "Pass rate: 1e-3.");
    expect(error).toBeInstanceOf(UsageError);
    expect(error.name).toBe("UsageError");
    expect(error.message).toBe("Expected a rate above 0, but received -1. Pass rate: 1e-3.");
    expect(expected("a", "b").message).toBe("Expected a, but received b.");
  });
});

describe("choose", () => {
  const options = { small: 1, quick: 2 };

  it("gives the entry of that name", () => {
    expect(choose("scale", "quick", options)).toBe(2);
  });

  it("lists the names and proposes the nearest", () => {
    expect(() => choose("scale", "quik", options)).toThrow(
      'Expected one of small, quick as scale, but received "quik". Did you mean "quick"?',
    );
  });

  it("proposes nothing when nothing is near, and does not find what objects inherit", () => {
    expect(() => choose("scale", "zzzzzzzz", options)).toThrow(/received "zzzzzzzz"\.$/);
    expect(() => choose("scale", "toString", options)).toThrow("as scale");
  });
});

describe("nearest", () => {
  it("ignores case and bears a typing slip: a letter lost, added, changed or swapped", () => {
    for (const slip of ["Euler", "eulr", "euller", "eular", "eluer"]) {
      expect(nearest(slip, ["heun", "dopri5", "euler"])).toBe("euler");
    }
  });

  it("finds nothing among far words", () => {
    expect(nearest("xyz", ["gaussian"])).toBeUndefined();
    expect(nearest("xyz", [])).toBeUndefined();
  });
});

it("quotes a text, and cuts a long one", () => {
  expect(quotedShort('a "b"')).toBe('"a \\"b\\""');
  expect(quotedShort("x".repeat(500)).length).toBeLessThan(90);
});
