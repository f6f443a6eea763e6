import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { imageFolder, savePngs, table } from "../../lib/data";
import { dataCard } from "../../lib/figures";
import { rng } from "../../lib/random";

const folder = mkdtempSync(join(tmpdir(), "card "));
afterAll(() => rmSync(folder, { recursive: true }));

describe("dataCard", () => {
  it("of images has counts, classes, leaks, what is left out, and a contact sheet", async () => {
    const photos = join(folder, "my_photos");
    const labels = Array.from({ length: 30 }, (_, k) => k % 2);
    savePngs(photos, rng(1).normals([30, 8, 8, 3]), { labels, classes: ["cat|dog", "<b>"] });
    savePngs(photos, rng(2).normals([1, 8, 8, 3]), { names: ["lone"] });
    const data = await imageFolder(photos, {
      size: 8,
      classes: "folders",
      cacheFolder: join(folder, "cache"),
      log: () => {},
    });
    const card = dataCard(data, { perRow: 4 });
    expect(card.text).toContain("### my\\_photos");
    expect(card.text).toContain("| samples | train 24, test 6 |");
    expect(card.text).toContain("| one sample | image, 8 × 8 × 3 |");
    expect(card.text).toMatch(
      /\| class \| train \| test \|\n\|---\|---\|---\|\n\| -b- \| 1\d \| \d \|\n\| cat-dog \| 1\d/,
    );
    expect(card.text).toContain("**Leaks between splits.** test and train: 0 equal, 0 of 6 look like one.");
    expect(card.text).toContain("- lone.png: it lies in no class's folder");
    expect(card.text).toContain("No licence is stated");
    const bundle = await card.toBundle();
    expect(bundle["text/markdown"]).toMatch(
      /!\[The first 4 images of each class.*\]\(data:image\/png;base64,/,
    );
    const kept = join(folder, "kept");
    await card.save(kept);
    expect(readdirSync(kept).sort()).toEqual(["my_photos.md", "my_photos.png"]);
    expect(readFileSync(join(kept, "my_photos.md"), "utf8")).toContain("](<my_photos.png>)");
    expect(readFileSync(join(kept, "my_photos.png")).subarray(1, 4).toString()).toBe("PNG");
  });

  it("of a table has what its columns became", async () => {
    const rows = Array.from({ length: 30 }, (_, k) => ({
      "height (cm)": k % 9 === 0 ? null : 170 + k,
      colour: ["red", "green", "a|b"][k % 3],
      born: new Date(Date.UTC(2000, 0, 1 + k)),
      note: `${k}th`,
    }));
    const card = dataCard(await table(rows, { condition: ["colour"], name: "people", licence: "CC0" }));
    expect(card.sheet).toBeUndefined();
    expect(card.text).toMatch(
      /\| height \(cm\) \| numeric \| x\\\[0\\\] = \(v − 1\d\d(?:\.\d)?\) \/ [\d.]+ \| 4 \|/,
    );
    expect(card.text).toMatch(/\| born \| date \| x\\\[1\\\] = \(days since 1970 − /);
    expect(card.text).toContain(
      "| colour | categorical | ξ.embedding\\[0 … 2\\]: one of a\\|b, green, red | 0 |",
    );
    expect(card.text).toContain("- note: its 30 different texts are too many for categories");
    expect(card.text).toMatch(/\| missing values \| [\d.]+ % \|/);
    await card.save(join(folder, "tables"));
    expect(readdirSync(join(folder, "tables"))).toEqual(["people.md"]);
  });
});
