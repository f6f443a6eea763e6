import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { concrete, tableRecords } from "../../lib/data";
import { projectRoot } from "../../lib/files/project";

const record = JSON.parse(readFileSync(join(projectRoot(), "datasets", "concrete.json"), "utf8"));

describe("concrete", () => {
  it("has the rows and recipes of its record, without repeated rows, split by recipe", async () => {
    const { train, test, columns, origin } = await concrete();
    const rows = [train, test].flatMap(({ x }) => tableRecords(x, columns).map((row) => JSON.stringify(row)));
    expect(rows).toHaveLength(record.rows - record.repeated);
    expect(new Set(rows).size).toBe(rows.length);
    const [inTrain, inTest] = [new Set(train.recipes), new Set(test.recipes)];
    expect(inTrain.size + inTest.size).toBe(record.recipes);
    expect([...inTest].filter((recipe) => inTrain.has(recipe))).toEqual([]);
    expect(inTest.size).toBe(Math.round(0.4 * record.recipes));
    expect(origin!.checksum).toBe(record.files["concrete.csv"].sha256);
  });

  it("numbers recipes by their ingredients, whatever age and strength", async () => {
    const { train } = await concrete();
    const mixOf = new Map<number, string>();
    train.recipes.forEach((recipe, i) => {
      const mix = train.x.data.slice(9 * i, 9 * i + 7).join();
      expect(mixOf.get(recipe) ?? mix).toBe(mix);
      mixOf.set(recipe, mix);
    });
    expect(new Set(mixOf.values()).size).toBe(mixOf.size);
  });

  it("knows the first mix of Yeh's table: 540 kg cement, 79.99 MPa after 28 days", async () => {
    const { train, test, columns } = await concrete();
    const rows = [train, test].flatMap(({ x }) => tableRecords(x, columns));
    const found = rows.filter((row) => row.cement === 540 && row.coarse === 1040 && row.age === 28);
    expect(found).toHaveLength(1);
    expect(found[0].strength).toBeCloseTo(79.99, 4);
  });

  it("splits otherwise by another number, and alike by the same", async () => {
    const [a, b, c] = [
      await concrete(),
      await concrete({ split: 0 }),
      await concrete({ split: 1, test: 0.2 }),
    ];
    expect(a.train.x).toEqual(b.train.x);
    expect(new Set(c.test.recipes).size).toBe(Math.round(0.2 * record.recipes));
    expect(c.test.recipes[0] === a.test.recipes[0] && c.test.x.data[8] === a.test.x.data[8]).toBe(false);
    await expect(concrete({ test: 1 })).rejects.toThrow("a test share between 0 and 1");
  });
});
