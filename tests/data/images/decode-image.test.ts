import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { inspectImage } from "../../../lib/data/images/decode-image";
import { oneAtATime } from "../../../lib/data/images/one-at-a-time";

describe("many images, asked for together", () => {
  it("have each their own fault, and no damaged one ends the process", async () => {
    const cutSvg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect wid');
    const noTiff = Buffer.from("II*\0\xff\xff\xff\x7f", "latin1");
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const kinds = [cutSvg, png, noTiff, png];
    const outcome = (bytes: Uint8Array) =>
      inspectImage(bytes).then(
        ({ width, height }) => `${width} × ${height}`,
        (error: Error) => error.message,
      );
    const alone: string[] = [];
    for (const bytes of kinds) alone.push(await outcome(bytes));
    expect(alone[0]).toMatch(/^its XML is damaged or refused \(.*rect/);
    expect(alone[1]).toBe("8 × 8");
    expect(alone[2]).toMatch(/^it is damaged or cut off/);
    const together = await Promise.all(Array.from({ length: 2000 }, (_, k) => outcome(kinds[k % 4])));
    for (const [k, said] of together.entries()) expect(said).toBe(alone[k % 4]);
  });
});

describe("oneAtATime", () => {
  it("begins each work when the one before has ended, in the order of the calls", async () => {
    const turns = oneAtATime();
    const events: string[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 3));
      events.push(`${name} ends`);
      if (name === "second") throw new Error("no good");
      return name;
    };
    const results = await Promise.allSettled(["first", "second", "third"].map((name) => turns(work(name))));
    expect(events).toEqual(
      ["first", "second", "third"].flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });
});
