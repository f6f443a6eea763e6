import { once } from "node:events";
import type { Task } from "./hand";
import { type Started, startHand } from "./process";

/** How a task ended: 0, or what it failed by, in a line. */
interface TaskEnd {
  readonly code: number | null;
  readonly err: string;
}

/** Processes that stay for one round after another: starting them takes longer than what most rounds do. */
interface Crew {
  /** Does each task in a process of its own, all at the same time. */
  perform(tasks: readonly Task[]): Promise<TaskEnd[]>;
  /** Ends the processes; new ones are started for the next tasks. */
  end(): Promise<void>;
}

export function startCrew(): Crew {
  let hands: Started[] = [];

  async function ready(): Promise<Started> {
    const hand = startHand();
    await Promise.race([once(hand.child, "message"), hand.end]);
    return hand;
  }

  return {
    async perform(tasks) {
      hands = hands.filter(({ child }) => child.connected);
      const lacking = Math.max(0, tasks.length - hands.length);
      hands.push(...(await Promise.all(Array.from({ length: lacking }, ready))));
      return Promise.all(tasks.map((task, k) => done(hands[k], task)));
    },
    async end() {
      const ending = hands;
      hands = [];
      for (const { child } of ending) child.kill();
      await Promise.all(ending.map(({ end }) => end));
    },
  };
}

function done({ child, end }: Started, task: Task): Promise<TaskEnd> {
  return new Promise((resolve) => {
    child.once("message", (told) => resolve(told as TaskEnd));
    void end.then(({ code, signal, err }) =>
      resolve({ code, err: `the process ended with ${signal ?? code}: ${err}` }),
    );
    if (child.connected) child.send(task);
  });
}
