import { join } from "node:path";
import { expect, test } from "vitest";
import { checkpointIn } from "../../lib/training";

test("a run's name becomes a file name without spaces or separators", () => {
  expect(checkpointIn("runs", "emoji, coupled / seed 0")).toBe(
    join("runs", "emoji-coupled-seed-0.safetensors"),
  );
});

test("no folder, no checkpoint", () => {
  expect(checkpointIn("", "emoji")).toBeUndefined();
});
