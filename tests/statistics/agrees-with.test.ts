import { expect, it } from "vitest";
import { agreesWith } from "../../lib/statistics";

it("agreesWith asks that the value is inside, and that the interval is narrow", () => {
  expect(agreesWith({ low: 0.9, high: 1.1 }, 1, { widest: 0.5 })).toBe("agrees");
  expect(agreesWith({ low: 0.9, high: 1.1 }, 1.2, { widest: 0.5 })).toBe("differs");
  expect(agreesWith({ low: 0, high: 1.1 }, 1, { widest: 0.5 })).toBe("can't tell");
  expect(agreesWith({ low: 0, high: 1.1 }, 1.2, { widest: 0.5 })).toBe("differs");
  expect(
    agreesWith({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }, 1, { widest: 9 }),
  ).toBe("can't tell");
});
