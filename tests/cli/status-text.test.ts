import { expect, it } from "vitest";
import { statusText } from "../../lib/cli/status-text";
import type { Output } from "../../lib/notebook/executor/output";
import { progressMime } from "../../lib/notebook/mime";
import type { ProgressUpdate } from "../../lib/notebook/progress-text";

const shown = (progress: ProgressUpdate, update: boolean): Output => ({
  type: "display",
  data: { "text/plain": "", [progressMime]: { label: "coupled", ...progress } },
  metadata: {},
  displayId: "1",
  update,
});

it("tells where work goes on after an interruption once, and not in every line", () => {
  const text = statusText("[1/2] 01-mine");
  text.cell(2, 5);
  const first = shown({ step: 804, steps: 900, resumedAt: 803 }, false);
  const second = shown({ step: 805, steps: 900, resumedAt: 803 }, true);
  expect(text.beginning(first)).toBe("[1/2] 01-mine: coupled: resumed at step 803");
  expect(text.output(first)).toBe("[1/2] 01-mine · cell 3/5 · coupled: 804/900 steps");
  expect(text.beginning(second)).toBeUndefined();
  expect(text.output(second)).toBe("[1/2] 01-mine · cell 3/5 · coupled: 805/900 steps");
});

it("tells of what was kept in a line of its own", () => {
  const text = statusText("[1/2] 01-mine");
  text.cell(2, 5);
  const at = new Date(2001, 10, 25, 22, 10).toISOString();
  const kept = shown({ step: 900, steps: 900, kept: { at, seconds: 184 } }, false);
  expect(text.beginning(kept)).toBe(
    "[1/2] 01-mine: coupled: 900 steps · kept from 25 Nov 2001 22:10 (3 min 4 s)",
  );
  expect(text.output(kept)).toBe("[1/2] 01-mine · cell 3/5");
});

it("has nothing to tell of work that began as usual, or of other outputs", () => {
  const text = statusText("[1/2] 01-mine");
  expect(text.beginning(shown({ step: 1, steps: 900 }, false))).toBeUndefined();
  expect(text.beginning({ type: "stream", name: "stdout", text: "resumed" })).toBeUndefined();
});
