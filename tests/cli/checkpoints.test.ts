import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openCheckpoints } from "../../lib/cli/checkpoints";

const run = mkdtempSync(join(tmpdir(), "checkpoints-"));
afterAll(() => rmSync(run, { recursive: true, force: true }));

it("says whether a run has left checkpoints, and removes them when asked", () => {
  const { folder, resumed, remove } = openCheckpoints(run);
  expect(resumed).toBe(false);
  writeFileSync(join(folder, "step-100"), "");
  expect(openCheckpoints(run).resumed).toBe(true);
  remove();
  expect(existsSync(folder)).toBe(false);
});
