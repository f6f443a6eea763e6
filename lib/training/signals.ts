/** The signals by which a process is asked to end: by a user, a scheduler, a closed terminal. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

type Signal = (typeof signals)[number];
type Listener = ((signal: Signal) => void) & { readonly savesFirst?: true };

/** Hears whether this process was asked to end. */
export interface EndSignals {
  /** The signal that came, if one did. */
  heard(): Signal | undefined;
  /** Stops listening. If a signal came, the process then ends by it, once no other training has to save. */
  release(): void;
}

/** Hears nothing. */
export const noSignals: EndSignals = Object.freeze({ heard: () => undefined, release() {} });

/**
 * Puts off the end of this process, when a signal asks for it, until work is saved and `release` is called. A
 * second signal ends it at once. Signals that the program itself listens to are left to it.
 */
export function endSignals(): EndSignals {
  let heard: Signal | undefined;
  const listener: Listener = Object.assign(
    (signal: Signal) => {
      if (heard) release();
      heard = signal;
    },
    { savesFirst: true as const },
  );
  const ours = signals.filter((signal) => process.listeners(signal).every(savesFirst));
  for (const signal of ours) process.on(signal, listener);
  const release = () => {
    for (const signal of ours) process.off(signal, listener);
    if (heard && !process.listeners(heard).some(savesFirst)) process.kill(process.pid, heard);
  };
  return Object.freeze({ heard: () => heard, release });
}

const savesFirst = (listener: Listener) => listener.savesFirst === true;
