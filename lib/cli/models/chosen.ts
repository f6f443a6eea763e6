import { choose, type UsageError } from "../../errors";
import { wrongCall } from "../exit-codes";

/** As `choose`, of what the command line says. */
export function chosen<T>(what: string, name: string, options: Readonly<Record<string, T>>): T {
  try {
    return choose(what, name, options);
  } catch (error) {
    throw wrongCall(error as UsageError);
  }
}
