/**
 * The arithmetic of the bench. Machines here are small and shared, so a single number says nothing: what is compared is
 * measured in turns within one run, each turn gives one ratio, and what is told is their median and how far they spread.
 */

export interface Summary {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly turns: number;
}

/** What one turn measured: the product, and what it is held against, in the same unit. */
export interface Turn {
  readonly product: number;
  readonly floor: number;
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new Error('a median needs at least one value');
  return (lower + upper) / 2;
}

/** The least value that `share` of them do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const value = values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1];
  if (value === undefined) throw new Error('a percentile needs at least one value');
  return value;
}

export function summarize(values: readonly number[]): Summary {
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values), turns: values.length };
}

/** Product over floor, turn by turn: what disturbs a turn disturbs both sides of its ratio. */
export function ratios(turns: readonly Turn[]): readonly number[] {
  return turns.map(({ product, floor }) => {
    if (!(floor > 0)) throw new Error('a ratio needs a floor above zero');
    return product / floor;
  });
}
