import { mkdirSync } from "node:fs";
import { expected } from "../../lib/errors";
import type { Rng } from "../../lib/random";
import { findChromium, startChromium } from "../report/chromium";
import type { Finding, Promised } from "./promise";
import { attack } from "./xss/attacks";
import { inspect, type Seen } from "./xss/inspect";
import { carriedParts, type HostilePage, hostileReport, otherPages } from "./xss/pages";

/** What was found of one attack: the faults, and of what kind it is. */
type Found = Finding & { faults: string[] };

/** How thoroughly the attacks are put to the test. */
interface Width {
  /** Attacks on one report. */
  readonly batch: number;
  /** An attack stands in one of so many cells, all of them in turn. */
  readonly share: number;
  /** So many elements of each page with live figures are touched with the mouse as well. */
  readonly mouse: number;
}

/** Attacks on readers of reports, `batch` of them on each report and on each other page. */
export const xssOf = ({ batch, share, mouse }: Width): Promised => ({
  name: "xss",
  what: "payloads in every field of reports, of live figures and of other pages, with and without the policy",
  promise:
    "none runs when it is read, hovered, focused or clicked; nothing is requested under the policy, " +
    "and without it nothing by our own code",
  rounds: 600,
  missing: () =>
    findChromium() ? undefined : "No Chromium was found: install it, or set CHROMIUM to its path.",
  async prepare(folder) {
    const program = findChromium();
    if (!program) throw expected("Chromium", "none", "Install it, or set CHROMIUM to its path.");
    mkdirSync(folder, { recursive: true });
    const [browser, parts] = await Promise.all([startChromium(program), carriedParts()]);
    const known = new Map<number, Found>();

    /** Puts a batch of attacks to the test; what is no attack's own is laid to the first one. */
    const tryBatch = async (first: number, randomOf: (k: number) => Rng) => {
      const ks = Array.from({ length: batch }, (_, i) => first + i);
      const attacks = ks.map((k) => attack(k, randomOf(k)));
      const texts = attacks.map(({ text }) => text);
      for (const [i, { kind }] of attacks.entries()) known.set(ks[i], { kind, faults: [] });
      const pages = [await hostileReport(texts, { parts, share }), ...(await otherPages(texts, parts))];
      for (const page of pages) {
        const touched = page.live ? mouse : Math.ceil(mouse / 4);
        const [held, free] = await Promise.all(
          [true, false].map((policy) => inspect(browser, page, { policy, folder, mouse: touched })),
        );
        for (const [policy, seen] of [
          [true, held],
          [false, free],
        ] as const) {
          for (const { attack: i, fault } of faultsOf(page, seen, policy)) {
            known
              .get(first + i)
              ?.faults.push(`${page.name}, ${policy ? "with" : "without"} the policy: ${fault}`);
          }
        }
      }
    };
    return {
      async round(k, random) {
        const first = k - (k % batch);
        if (!known.has(k)) await tryBatch(first, (other) => random.fork("attack", other));
        const found = known.get(k)!;
        known.delete(k);
        return found;
      },
      close: () => browser.close(),
    };
  },
});

/** As many as a report of ordinary size holds. */
export const xss = xssOf({ batch: 60, share: 1, mouse: 60 });

/** What a page did that it must not do, and the attack that it is laid to. */
export function faultsOf(
  { placed }: Pick<HostilePage, "placed">,
  { ran, acted, requests }: Seen,
  policy: boolean,
): readonly { readonly attack: number; readonly fault: string }[] {
  const from = (n: number) => placed[n] ?? { attack: 0, field: "no field" };
  return [
    ...ran.map((n) => ({ ...from(n), fault: `ran, from ${from(n).field}` })),
    ...acted.map((fault) => ({ attack: 0, fault })),
    ...requests.flatMap((url) => {
      const [, n = -1] = /(?:\/\/x|ran\()(\d+)/.exec(decodeURIComponent(url)) ?? [];
      const placedAt = from(Number(n));
      // Plotly fetches what a plot, or a style in its texts, names: only the policy keeps it from that.
      if (!policy && placedAt.field.startsWith("plot: ")) return [];
      return [{ ...placedAt, fault: `${url.slice(0, 100)} was requested, from ${placedAt.field}` }];
    }),
  ];
}
