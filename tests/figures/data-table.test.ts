import { table } from "arquero";
import { describe, expect, it } from "vitest";
import { dataTable } from "../../lib/figures";

const html = async (shown: ReturnType<typeof dataTable>) => (await shown.toBundle())["text/html"] as string;
const cells = (text: string) => [...text.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, cell]) => cell);

describe("dataTable", () => {
  it("shows the first rows of an arquero table, its types and its size", async () => {
    const frame = table({
      name: ["cat", "dog", "<owl>"],
      n: [1, 2.123456, Number.NaN],
      seen: [true, null, false],
      day: [new Date("2024-05-01"), new Date("2024-05-02T10:00:00Z"), null],
    });
    const text = await html(dataTable(frame, { title: "Animals", limit: 2 }));
    expect(cells(text).slice(0, 8)).toEqual([
      "cat",
      "1",
      "true",
      "2024-05-01",
      "dog",
      "2.1235",
      "–",
      "2024-05-02T10:00:00.000Z",
    ]);
    expect([...text.matchAll(/class="type">([^<]*)</g)].map(([, type]) => type)).toEqual([
      "string",
      "number",
      "boolean",
      "date",
    ]);
    expect(text).toContain("First 2 of 3 rows · 4 columns");
    expect(text).toContain("<caption>Animals</caption>");
    expect(await html(dataTable(frame))).toContain("&lt;owl&gt;");
  });

  it("shows a danfojs DataFrame with the types that it states", async () => {
    const { DataFrame } = await import("danfojs-node");
    const frame = new DataFrame(
      [
        [1, "a"],
        [2, "b"],
        [3.5, "c"],
      ],
      { columns: ["x", "kind"] },
    );
    const text = await html(dataTable(frame, { limit: 2 }));
    expect(cells(text).slice(0, 4)).toEqual(["1", "a", "2", "b"]);
    expect([...text.matchAll(/class="type">([^<]*)</g)].map(([, type]) => type)).toEqual([
      "float32",
      "string",
    ]);
    expect(text).toContain("First 2 of 3 rows · 2 columns");
  });

  it("shows records, of unlike keys too", async () => {
    const shown = dataTable([{ a: 1 }, { a: 2, b: [1, 2] }]);
    expect(cells(await html(shown)).slice(0, 4)).toEqual(["1", "–", "2", "[1,2]"]);
    expect((await shown.toBundle())["text/plain"]).toBe(
      "     a  b\nnumber  array\n     1  –\n     2  [1,2]\n2 rows · 2 columns",
    );
  });

  it("says what it can show when it gets something else", () => {
    expect(() => dataTable(3 as never)).toThrow(
      /arquero table, a danfojs DataFrame or an array of records.*number/,
    );
    expect(() => dataTable(null as never)).toThrow(/received null/);
    expect(() => dataTable([1] as never)).toThrow(/an array of other things/);
    expect(() => dataTable([{ a: 1 }], { limit: 0 })).toThrow(/limit/);
  });
});
