/** Times of single calls. */
export interface Times {
  /** By the clock. */
  readonly seconds: readonly number[];
  /** Of all threads together. */
  readonly cpu: readonly number[];
}

/** Collects the times between ticks, but those of the first `skip` calls. */
export function stopwatch(skip = 0): Times & { readonly tick: () => void } {
  const seconds: number[] = [];
  const cpu: number[] = [];
  let left = skip;
  let last: { readonly at: number; readonly used: NodeJS.CpuUsage } | undefined;
  return {
    seconds,
    cpu,
    tick() {
      const at = performance.now();
      const used = process.cpuUsage();
      if (last && left-- <= 0) {
        seconds.push((at - last.at) / 1000);
        cpu.push((used.user + used.system - last.used.user - last.used.system) / 1e6);
      }
      last = { at, used };
    },
  };
}
