import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readParameterFile } from "../../lib/cli/parameter-file";

const folder = mkdtempSync(join(tmpdir(), "parameters-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(name: string, content: string) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return readParameterFile(path);
}

it("reads YAML and JSON alike", () => {
  const values = { steps: 100, rate: 1e-3, kind: "coupled", list: [1, 2], nested: { a: null }, on: true };
  const yaml = "# mine\nsteps: 100\nrate: 1e-3\nkind: coupled\nlist: [1, 2]\nnested:\n  a: null\non: true\n";
  expect(read("a.yaml", yaml)).toEqual(values);
  expect(read("a.yml", yaml)).toEqual(values);
  expect(read("a.json", JSON.stringify(values))).toEqual(values);
});

it.each([
  ["a.txt", "", /^Expected a \.yaml or \.json file after --params, but received ".*a\.txt"\.$/],
  ["a.yaml", "", /^Expected names with values in .*a\.yaml, as in "steps: 100", but received nothing\.$/],
  ["a.yaml", "- 1", /but received a list\.$/],
  ["a.json", "3", /but received a number\.$/],
  ["a.yaml", "a: 1\na: 2", /^Can't read .*a\.yaml: Map keys must be unique at line 2, column 1\.$/],
  ["a.yaml", "a: [1", /^Can't read .*a\.yaml: .* at line 1, column/],
  ["a.json", "{", /^Can't read .*a\.json: /],
  ["a.yaml", "a: [.nan]", /^Expected a value that JSON can hold for a in /],
])("answers a wrong %s (%j) in one line", (name, content, message) => {
  expect(() => read(name, content)).toThrow(
    expect.objectContaining({ name: "UsageError", message: expect.stringMatching(message) }),
  );
});
