import { expect, test } from "vitest";
import { padded } from "../../lib/data/idx-dataset";

test("padding puts −1 around each picture, and none leaves it alone", () => {
  const bytes = Uint8Array.of(255, 0, 255, 255);
  expect([...padded(bytes, [2, 1, 2], 1).data]).toEqual(
    [
      [-1, -1, -1, -1, -1, 1, -1, -1, -1, -1, -1, -1],
      [-1, -1, -1, -1, -1, 1, 1, -1, -1, -1, -1, -1],
    ].flat(),
  );
  expect(padded(bytes, [2, 1, 2], 0).shape).toEqual([2, 1, 2, 1]);
});
