import { duration } from "../text";
import { errorLine, type RunRecord } from "./run-record";

/** The facts about a run below the title of its report. */
export function runFacts(record: RunRecord): Record<string, string | number> {
  const { scale, seed, seconds, git, machine, status, started, resumed } = record;
  return {
    ...(status !== "ok" && { status: status === "failed" ? `failed in ${errorLine(record)}` : status }),
    ...(scale !== null && { scale: `${scale}` }),
    ...(seed !== null && { seed: `${seed}` }),
    duration: `${duration(seconds)}${resumed ? " since it was resumed" : ""}`,
    started: started.slice(0, 16).replace("T", " "),
    ...(git && { commit: git.commit.slice(0, 10) + (git.dirty ? " with changes" : "") }),
    machine: `${machine.cpu}, ${machine.cores} cores`,
  };
}
