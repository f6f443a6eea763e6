import os from "node:os";
import type { CallKind } from "../../lib/experiments/timed-calls";
import { quantile } from "../../lib/statistics/quantile";
import type { Peer } from "./peer";

/** What PyTorch computes in: `bfloat16` is that of `torch.autocast`, with weights and sums in float32. */
export type Precision = "float32" | "bfloat16";

/** How PyTorch is asked to compute. */
export interface Setting {
  readonly layout: "nchw" | "channels_last";
  readonly threads: number;
  /**
   * Threads for matrix products. The BLAS library may have threads of its own, which wait for work without
   * sleeping, as PyTorch's do: with one of each kind on every core, they slow each other down.
   */
  readonly products: number;
  readonly precision: Precision;
  /** Softmax attention by PyTorch's own operator, or by two products and a softmax. */
  readonly attention: "fused" | "products";
}

/** PyTorch's times of some calls. */
export interface PeerTimes {
  readonly seconds: readonly number[];
  readonly cpu: readonly number[];
  /** Most bytes that its process has had in use. */
  readonly peak: number;
  /** Of every call that was a training step. */
  readonly losses?: readonly number[];
}

/** A setting's median time in a few calls. */
export interface Probe {
  readonly setting: Setting;
  readonly milliseconds: number;
}

export interface SettingsOptions {
  /** Name of the network: only U-Nets have images to lay out. */
  readonly network: string;
  /** Default: 1, and 2 where there are two cores. */
  readonly threads?: number;
  readonly precisions: readonly Precision[];
}

/** The settings to try, with the attention that is usually faster in the precision. */
export function settingsFor({ network, threads, precisions }: SettingsOptions): Setting[] {
  const most = Math.min(os.availableParallelism(), 2);
  const counts = threads ? [threads] : Array.from({ length: most }, (_, i) => i + 1);
  const layouts = network === "unet" ? (["nchw", "channels_last"] as const) : (["nchw"] as const);
  return precisions.flatMap((precision) => {
    const attention = precision === "float32" ? "fused" : "products";
    return layouts.flatMap((layout) =>
      counts.flatMap((count) =>
        [...new Set([1, count])].map(
          (products): Setting => ({ layout, threads: count, products, precision, attention }),
        ),
      ),
    );
  });
}

/** What is chosen within a precision. */
export const settingName = ({ layout, threads, products, attention }: Setting): string =>
  `${layout}, ${threads} thread(s), ${products} for products, ` +
  (attention === "fused" ? "fused attention" : "attention by products");

/** Times some calls in a setting. */
export const peerTimes = async (peer: Peer, kind: CallKind, setting: Setting, runs: number) =>
  (await peer.ask({
    do: kind === "velocity" ? "velocity" : "train",
    setting,
    runs,
  })) as unknown as PeerTimes;

/**
 * Tries settings briefly, and then the fastest of each precision with the other kind of attention. One call
 * in each isn't counted: it allocates.
 */
export async function probed(
  peer: Peer,
  kind: CallKind,
  options: SettingsOptions,
  calls: number,
): Promise<Probe[]> {
  const probe = async (setting: Setting): Promise<Probe> => {
    const { seconds } = await peerTimes(peer, kind, setting, calls + 1);
    return { setting, milliseconds: 1000 * quantile(seconds.slice(1), 0.5) };
  };
  const probes: Probe[] = [];
  for (const setting of settingsFor(options)) probes.push(await probe(setting));
  if (options.network === "mlp") return probes;
  for (const precision of options.precisions) {
    const { setting } = fastest(probes, precision)!;
    const attention = setting.attention === "fused" ? "products" : "fused";
    probes.push(await probe({ ...setting, attention }));
  }
  return probes;
}

/** The fastest of those of one precision, if there are any. */
export function fastest<T extends Probe>(probes: readonly T[], precision?: Precision): T | undefined {
  const among = probes.filter(({ setting }) => !precision || setting.precision === precision);
  return among.reduce<T | undefined>(
    (least, one) => (least && least.milliseconds <= one.milliseconds ? least : one),
    undefined,
  );
}

/**
 * The settings worth a careful measurement: of each precision the fastest, and the next one where it is so
 * near that a probe can't tell them apart.
 */
export function finalists(probes: readonly Probe[], near = 1.1): Setting[] {
  const precisions = [...new Set(probes.map(({ setting }) => setting.precision))];
  return precisions.flatMap((precision) => {
    const [first, second] = probes
      .filter(({ setting }) => setting.precision === precision)
      .sort((a, b) => a.milliseconds - b.milliseconds);
    const isClose = second && second.milliseconds <= near * first.milliseconds;
    return isClose ? [first.setting, second.setting] : [first.setting];
  });
}
