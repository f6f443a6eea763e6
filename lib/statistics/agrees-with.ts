/**
 * Whether an interval agrees with a value: only where it holds it and is narrow enough to have failed to.
 * "can't tell": it holds the value, and is so wide that this says little.
 *
 * @param options.widest the largest half width of an interval that can be said to agree
 * @example agreesWith({ low: -0.8, high: 4.1 }, 1.98, { widest: 0.5 }) // "can't tell"
 */
export function agreesWith(
  { low, high }: { readonly low: number; readonly high: number },
  value: number,
  { widest }: { readonly widest: number },
): "agrees" | "differs" | "can't tell" {
  if (value < low || value > high) return "differs";
  return (high - low) / 2 <= widest ? "agrees" : "can't tell";
}
