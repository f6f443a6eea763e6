import { describe, expect, it } from "vitest";
import { limitWords, timeLimits } from "../../lib/cli/time-limits";

describe("limits of time", () => {
  it("are days unless others are asked for", () => {
    expect(timeLimits({})).toEqual({ notebook: 604_800, cell: 259_200 });
  });

  it.each([
    ["90", 90],
    ["1.5", 1.5],
    ["90s", 90],
    ["30m", 1800],
    ["30 min", 1800],
    ["12h", 43_200],
    ["0.5d", 43_200],
    ["none", undefined],
  ])("are read from %j", (text, seconds) => {
    expect(timeLimits({ timeout: text, "cell-timeout": "1" })).toEqual({ notebook: seconds, cell: 1 });
    expect(timeLimits({ timeout: "1", "cell-timeout": text })).toEqual({ notebook: 1, cell: seconds });
  });

  it.each(["0", "-1", "", "soon", "3 weeks", "1e999", "NaN", "Infinity"])("are not read from %j", (text) => {
    expect(() => timeLimits({ "cell-timeout": text })).toThrow(
      `Expected a time such as 90 (seconds), 30m, 12h, 3d or none after --cell-timeout, but received "${text}".`,
    );
  });

  it("are said again by a command line, unless they are the usual ones", () => {
    expect(limitWords(timeLimits({}))).toEqual([]);
    expect(limitWords(timeLimits({ timeout: "12h", "cell-timeout": "none" }))).toEqual([
      ...["--timeout", "43200"],
      ...["--cell-timeout", "none"],
    ]);
  });
});
