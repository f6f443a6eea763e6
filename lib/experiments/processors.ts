import os from "node:os";

/** Processor time up to now, in milliseconds. */
export interface ProcessorTime {
  /** Of this process, all threads together. */
  readonly own: number;
  /** Of all processes, on all processors. */
  readonly busy: number;
  /** Of all processors, idle or not. */
  readonly all: number;
}

/** Of all threads of this process together, up to now, in milliseconds. */
export function ownTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export function processorTime(): ProcessorTime {
  let [busy, all] = [0, 0];
  for (const { times } of os.cpus()) {
    const total = times.user + times.nice + times.sys + times.irq + times.idle;
    busy += total - times.idle;
    all += total;
  }
  return { own: ownTime(), busy, all };
}

/** The share of all processors' time that other processes took between two times, to about 10 ms. */
export function othersShare(from: ProcessorTime, to: ProcessorTime): number {
  const others = to.busy - from.busy - (to.own - from.own);
  return to.all > from.all ? Math.max(0, others / (to.all - from.all)) : 0;
}
