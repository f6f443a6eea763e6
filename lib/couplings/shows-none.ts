import { expected } from "../errors";
import type { ConditionSpec, Coupling } from "./coupling";

/** @throws if the coupling has this part in its condition already. */
export function assertShowsNone({ name, condition }: Coupling, part: keyof ConditionSpec): void {
  if (condition[part] === undefined) return;
  throw expected(`a coupling without ${part} in its condition`, `"${name}", which has ${condition[part]}`);
}
