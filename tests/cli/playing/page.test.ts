import { expect, it } from "vitest";
import { trainedText } from "../../../lib/cli/playing/page";

it("says of the models what their cards do, the least and the most", () => {
  const cards = [
    { parameters: 435_969, hours: 0.26 },
    { parameters: 977_179, hours: 2.94 },
    { parameters: 482_209, hours: 0.13 },
  ];
  expect(trainedText(cards)).toBe(
    "Networks of 0.44 to 0.98 million parameters, each trained for 0.13 to 2.9 hours of one core.",
  );
});
