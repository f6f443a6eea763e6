import { expect, it } from "vitest";
import { isRecord } from "../../lib/formats/is-record";

it("tells JSON's objects from its other values", () => {
  const texts = ["{}", '{"a": []}', "[]", '[{"a": 1}]', "null", "1", '"a"', "true"];
  expect(texts.filter((text) => isRecord(JSON.parse(text)))).toEqual(["{}", '{"a": []}']);
  expect(isRecord(undefined)).toBe(false);
});
