import type { Parameters } from "../networks/network";

/** The parameters of one of several parts that are learned together, under names that begin with its own. */
export function prefixed<T>(owner: string, parameters: Parameters<T>): Parameters<T> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`${owner}.${name}`, value]));
}

/** The inverse of `prefixed`. */
export function stripped<T>(owner: string, parameters: Parameters<T>): Parameters<T> {
  const start = `${owner}.`;
  const own = Object.entries(parameters).filter(([name]) => name.startsWith(start));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(start.length), value]));
}
