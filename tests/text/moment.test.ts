import { expect, it } from "vitest";
import { momentText } from "../../lib/text";

it("is a day and a time on the local clock, and a year if it is another", () => {
  const moment = new Date(2026, 10, 5, 9, 3);
  expect(momentText(moment, new Date(2026, 0, 1))).toBe("5 Nov 09:03");
  expect(momentText(moment, new Date(2027, 0, 1))).toBe("5 Nov 2026 09:03");
});
