/**
 * Shows what the measures of filled holes see: known faults of growing size in the holes of test emoji, each
 * measured, and each compared with the next. Run it with `npx tsx datasets/tools/measure-ladder.ts [n]`; 480
 * images take some minutes. Its table is in datasets/features/README.md.
 */
import { takeRows } from "../../lib/array";
import { tiles } from "../../lib/couplings";
import { emoji } from "../../lib/data";
import { featureNetwork, type HoleMeasures, holeMeasures, kernelDistance } from "../../lib/metrics";
import { rng } from "../../lib/random";
import { type ConfidenceInterval, pairedComparison } from "../../lib/statistics";
import { another, blurred, exchanged, type Fault, grey, noise, specks } from "./hole-faults";

/** Faults in order: each step is worse than the one before it. */
const ladders: Readonly<Record<string, Readonly<Record<string, Fault>>>> = {
  specks: {
    "0 % specks": specks(0),
    "0.5 % specks": specks(0.005),
    "1 % specks": specks(0.01),
    "2 % specks": specks(0.02),
    "5 % specks": specks(0.05),
  },
  noise: { "noise of 0.03": noise(0.03), "noise of 0.1": noise(0.1) },
  blur: { "blur of 0.5 pixels": blurred(0.5), "blur of 1 pixel": blurred(1), "blur of 2 pixels": blurred(2) },
  content: {
    "hole from the same class": another("same class"),
    "hole from another class": another("other class"),
    "hole left grey": grey,
  },
};

const columns = {
  "C2ST, %": { of: ({ classifier }: HoleMeasures) => classifier, scale: 100 },
  "edges × 10⁵": { of: ({ edges }: HoleMeasures) => edges, scale: 1e5 },
  "outliers, %": { of: ({ outliers }: HoleMeasures) => outliers, scale: 100 },
  "perceptual × 100": { of: ({ perceptual }: HoleMeasures) => perceptual!, scale: 100 },
  "KID, paired, × 10⁵": { of: ({ features }: HoleMeasures) => features, scale: 1e5 },
  "MSE × 1000": { of: ({ error }: HoleMeasures) => error, scale: 1000 },
} as const;

async function main(): Promise<void> {
  const n = Number(process.argv[2] ?? 480);
  const { test } = await emoji({ size: 32 });
  const network = await featureNetwork("emoji");
  const order = rng(0).permutation(test.x.shape[0]);
  const rows = order.subarray(0, n);
  const truth = takeRows(test.x, rows);
  const reference = await network.features(takeRows(test.x, order.subarray(n, 2 * n)));
  const keep = tiles({ grid: 8, p: 0.3 }).draw({ n, h: 32, w: 32 }, rng(0).fork("holes"));
  const holes = { truth, keep, classes: Int32Array.from(rows, (row) => test.categories[row]) };

  print(["fault", ...Object.keys(columns), "C2ST, pairs, %", "KID × 1000"]);
  const measured = async (name: string, x = truth, against = truth) => {
    const found = await holeMeasures({ x, truth: against, keep, network, rng: rng(0).fork("measures") });
    const kid = kernelDistance(await network.features(x), reference);
    print([
      name,
      ...Object.values(columns).map(({ of, scale }) => interval(of(found), scale)),
      interval(found.classifier.pairs, 100),
      `${short(1000 * kid.value)} ± ${short(1000 * kid.standardError)}`,
    ]);
    return { name, found };
  };
  const flawless = await measured("none", truth);
  const speckled = specks(0.05)(holes, rng(0).fork("faults"));
  const null_ = exchanged(speckled, truth, rng(0).fork("exchange"));
  await measured("5 % specks, exchanged at random", null_.x, null_.truth);
  const verdicts: string[][] = [];
  for (const steps of Object.values(ladders)) {
    let before = flawless;
    for (const [name, fault] of Object.entries(steps)) {
      const next = await measured(name, fault(holes, rng(0).fork("faults")));
      const told = Object.values(columns).map(({ of }) => tells(before.found, next.found, of));
      if (name !== "0 % specks") verdicts.push([`${before.name} → ${name}`, ...told]);
      before = next;
    }
  }
  console.log();
  print(["step", ...Object.keys(columns)]);
  for (const row of verdicts) print(row);
}

/** How a measure judges the step from one fault to a worse one. */
function tells(
  before: HoleMeasures,
  after: HoleMeasures,
  of: (measures: HoleMeasures) => { readonly values: Float64Array },
): string {
  const { verdict } = pairedComparison({ a: [of(before).values], b: [of(after).values] });
  return { a: "worse", b: "better (!)", tie: "–" }[verdict];
}

const short = (value: number) => `${Number(value.toPrecision(3))}`;

const interval = ({ value, low, high }: ConfidenceInterval, scale: number) =>
  `${short(scale * value)} (${short(scale * low)} to ${short(scale * high)})`;

function print(cells: readonly string[]): void {
  console.log(`| ${cells.join(" | ")} |`);
  if (cells[0] === "fault" || cells[0] === "step") console.log(`|${cells.map(() => "---|").join("")}`);
}

main();
