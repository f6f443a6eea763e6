import type { DatasetFacts } from "../../data";
import { licencePitfall } from "../../data/inspect";
import { inCode } from "../../errors";
import { formatNumber } from "../../text";
import { withFlags } from "./flags";
import type { OwnData } from "./own-data";
import { trainSpecs } from "./settings";
import { counted } from "./shown";

/** What a look at one's own data has shown, in a few lines for a terminal. */
export function cardText({ data }: OwnData, { splits, leaks, pitfalls }: DatasetFacts): readonly string[] {
  const [train] = splits;
  const counts = splits.map(({ name, samples }) => `${formatNumber(samples, 6)} ${sides[name]}`).join(", ");
  const shape = data.train.x.shape.slice(1);
  const what =
    shape.length === 3 ? `images of ${shape.join(" × ")}` : `rows of ${counted(shape[0], "number")}`;
  const columns = "columns" in data ? data.columns : [];
  const width = Math.max(0, ...columns.map(({ axis }) => axis.length));
  const shared = leaks.filter(({ equal, alike = 0 }) => equal + alike > 0);
  return [
    `${data.name}: ${what}, ${counts}`,
    ...(data.classes.length > 0 ? [`  classes: ${classCounts(data.classes, train.perClass)}`] : []),
    ...columns.map(({ axis, kind, missing, levels = [] }) => {
      const gaps = missing > 0 ? `, ${missing} missing` : "";
      return `  ${axis.padEnd(width)}  ${kind}${levels.length > 0 ? ` of ${levels.length}` : ""}${gaps}`;
    }),
    ...data.leftOut.slice(0, 5).map((note) => `  left out: ${nameOf(note)}: ${note.note}`),
    ...(data.leftOut.length > 5 ? [`  left out: ${data.leftOut.length - 5} more, see data-card.md`] : []),
    ...(shared.length === 0 ? ["  no held-out sample is among those for training"] : []),
    ...(data.origin?.notes ?? [])
      .filter((note) => !/ left out(?:$|:)|^0 test images /.test(note))
      .map((note) => `  note: ${note}`),
    ...pitfalls.map((pitfall) => `  note: ${pitfall === unlicensed.inCode ? unlicensed.here : pitfall}`),
  ];
}

/** The pitfall that names an option. */
const unlicensed = {
  inCode: inCode(licencePitfall),
  here: withFlags(licencePitfall, trainSpecs) ?? "No licence is stated.",
};

const sides = { train: "for training", test: "held out", validation: "for validation" } as const;

const nameOf = (note: { readonly file?: string; readonly column?: string }) => note.file ?? note.column ?? "";

function classCounts(classes: readonly string[], counts: readonly number[]): string {
  const most = 8;
  const shown = classes.slice(0, most).map((name, k) => `${name} ${counts[k] ?? 0}`);
  return [...shown, ...(classes.length > most ? [`and ${classes.length - most} more`] : [])].join(", ");
}
