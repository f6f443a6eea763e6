import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { damages } from "./damages";
import { diskRows, disks } from "./disks";
import { figures, tableOf } from "./figures";
import { kills } from "./kills";
import { mutations } from "./mutations";
import type { Promised } from "./promise";
import { noScore, putToTest } from "./runs";
import { together } from "./together";

// A short form of `npm run torture`.

const folder = mkdtempSync(join(tmpdir(), "torture "));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const removed = diskRows.findIndex(({ name }) => name === "training, folder removed");

// The numbers of the rounds: of kills one of a training by SIGKILL, of processes at once two writers. More of
// these, which take long, are in tests/training/signals.test.ts.
it.each<[string, Promised, number, number]>([
  ["kills", kills, 5, 6],
  ["damages", damages, 0, 12],
  ["mutations", mutations, 0, 140],
  ["processes at once", together, 2, 3],
  ["disks", disks, removed, removed + 1],
])(
  "some %s: nothing is lost",
  async (name, promised, first, rounds) => {
    const place = join(folder, name);
    mkdirSync(place);
    const from = { ...noScore, done: first, held: first };
    const score = await putToTest(promised, { folder: place, random: rng("short"), from, rounds });
    expect(score.faults).toEqual([]);
    expect(score).toMatchObject({ done: rounds, held: rounds });
  },
  300_000,
);

it("counts what was not as promised, and goes on from where it was", async () => {
  const odd: Promised = {
    ...damages,
    prepare: async () => ({
      round: async (k) => ({ kind: k < 2 ? "a" : "b", faults: k % 2 === 1 ? ["wrong"] : [] }),
    }),
  };
  let left = 2;
  const given = { folder, random: rng(0), rounds: 5 };
  const first = await putToTest(odd, { ...given, goOn: () => left-- > 0 });
  expect(first.done).toBe(1);
  const score = await putToTest(odd, { ...given, from: first });
  expect(score).toMatchObject({ done: 5, held: 3, kinds: { a: 2, b: 3 } });
  expect(score.faults).toEqual(["round 1, a: wrong", "round 3, b: wrong"]);
  expect(tableOf(figures({ damages: { ...score, peakMemory: 2 ** 28 } }))).toContain(
    "| 5 damages to the newest checkpoint | noticed, set aside, and the run ends as if nothing had been: " +
      "from the checkpoint before | 3 of 5 | 256 MB |",
  );
});
