import { answerParent } from "../../lib/experiments/own-process";
import { peakMemory } from "../../lib/experiments/peak-memory";

answerParent(async (task: "answer" | "throw" | "leave" | "peak") => {
  if (task === "throw") throw new Error("no such thing");
  if (task === "leave") {
    process.stderr.write("last words");
    process.exit(3);
  }
  if (task === "peak") return { peak: peakMemory() };
  return { id: process.pid, word: process.env.WORD, gc: typeof globalThis.gc };
});
