import { readFileSync } from "node:fs";
import { expected } from "../../lib/errors";

/** What a training took until its samples were good enough. Looking is not counted. */
export interface QualityTime {
  readonly seconds: number;
  /** Of all threads together. */
  readonly cpuSeconds: number;
  /** Of the whole processor, where the machine tells. */
  readonly joules?: number;
  readonly steps: number;
  /** Steps, and the quality after them. */
  readonly looks: readonly (readonly [steps: number, quality: number])[];
}

/** What has been spent after some steps, and the quality then. */
interface Look extends Omit<QualityTime, "looks"> {
  readonly quality: number;
}

/** When to stop. */
export interface Goal {
  /** What the quality is called, with its article. */
  readonly measure: string;
  readonly target: number;
  readonly better: "lower" | "higher";
  /** Steps at most. */
  readonly most: number;
}

/** Keeps what is seen of a training, and says when it is good enough. */
export function looks({ measure, target, better, most }: Goal) {
  const kept: Look[] = [];
  const reached = ({ quality }: Look) => (better === "lower" ? quality <= target : quality >= target);
  return {
    add(look: Look): boolean {
      kept.push(look);
      return reached(look);
    },
    /**
     * At the target, on the straight line between the last two looks; where the first one reaches it, then.
     * @throws where the last look is short of the target.
     */
    time(): QualityTime {
      const last = kept[kept.length - 1];
      if (!(last && reached(last))) {
        throw expected(`${measure} of ${target} within ${most} steps`, `${last?.quality}`);
      }
      const before = kept[kept.length - 2] ?? last;
      const share = before === last ? 1 : (before.quality - target) / (before.quality - last.quality);
      const between = (a: number, b: number) => a + share * (b - a);
      return {
        seconds: between(before.seconds, last.seconds),
        cpuSeconds: between(before.cpuSeconds, last.cpuSeconds),
        joules: last.joules === undefined ? undefined : between(before.joules ?? 0, last.joules),
        steps: Math.round(between(before.steps, last.steps)),
        looks: kept.map(({ steps, quality }) => [steps, quality] as const),
      };
    },
  };
}

/** Seconds, processor time and energy while it runs. */
export function stopwatch() {
  const now = () => {
    const { user, system } = process.cpuUsage();
    return { seconds: performance.now() / 1000, cpuSeconds: (user + system) / 1e6, joules: joulesSoFar() };
  };
  const spent = { seconds: 0, cpuSeconds: 0, joules: 0 };
  let from = now();
  return {
    start() {
      from = now();
    },
    stop() {
      const to = now();
      spent.seconds += to.seconds - from.seconds;
      spent.cpuSeconds += to.cpuSeconds - from.cpuSeconds;
      spent.joules += (to.joules ?? 0) - (from.joules ?? 0);
    },
    read: (): Pick<QualityTime, "seconds" | "cpuSeconds" | "joules"> => ({
      ...spent,
      joules: from.joules === undefined ? undefined : spent.joules,
    }),
  };
}

/** What the processor has used since it was switched on, by Linux's counter, where it can be read. */
export function joulesSoFar(): number | undefined {
  try {
    return Number(readFileSync("/sys/class/powercap/intel-rapl:0/energy_uj", "utf8")) / 1e6;
  } catch {
    return undefined;
  }
}
