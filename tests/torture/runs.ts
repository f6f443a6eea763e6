import type { Rng } from "../../lib/random";
import { crowd } from "./crowd";
import { damages } from "./damages";
import { disks } from "./disks";
import { kills } from "./kills";
import { large } from "./large";
import { memory } from "./memory";
import { mutations } from "./mutations";
import type { Finding, Promised } from "./promise";
import { together } from "./together";
import { xss } from "./xss";

/** All promises, in the order of the table. */
export const promises: readonly Promised[] = [
  kills,
  damages,
  mutations,
  xss,
  together,
  memory,
  disks,
  crowd,
  large,
];

/** What was found of a promise so far; as JSON, a run goes on from it. */
export interface Score {
  readonly done: number;
  readonly held: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** The first faults, each with its round. */
  readonly faults: readonly string[];
  readonly peakMemory: number;
}

export const noScore: Score = Object.freeze({ done: 0, held: 0, kinds: {}, faults: [], peakMemory: 0 });

/** The score with one more round. */
function scored(score: Score, { faults, kind }: Finding): Score {
  return {
    done: score.done + 1,
    held: score.held + (faults.length === 0 ? 1 : 0),
    kinds: { ...score.kinds, [kind]: (score.kinds[kind] ?? 0) + 1 },
    faults: [...score.faults, ...faults.map((fault) => `round ${score.done}, ${kind}: ${fault}`)].slice(
      0,
      50,
    ),
    peakMemory: Math.max(score.peakMemory, process.memoryUsage.rss()),
  };
}

/** Does rounds of a promise from where the score is, until `rounds` are done or `goOn` says no. */
export async function putToTest(
  promised: Promised,
  {
    folder,
    random,
    rounds = promised.rounds,
    from = noScore,
    goOn = () => true,
    onRound,
  }: {
    readonly folder: string;
    readonly random: Rng;
    readonly rounds?: number;
    readonly from?: Score;
    readonly goOn?: () => boolean;
    readonly onRound?: (score: Score) => void;
  },
): Promise<Score> {
  let score = from;
  if (score.done >= rounds || !goOn()) return score;
  const bench = await promised.prepare(folder);
  try {
    while (score.done < rounds && goOn()) {
      score = scored(score, await bench.round(score.done, random.fork(promised.name, score.done)));
      onRound?.(score);
    }
  } finally {
    await bench.close?.();
  }
  return score;
}
