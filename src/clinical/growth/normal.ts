/** The standard normal distribution, to the precision of a double. */

/** Beyond this many standard deviations a double cannot tell the distribution from 0 or 1. */
const farthestZ = 8.3;

/**
 * The part of the population below `z`, 0 to 1. Φ(z) = ½ + φ(z)·(z + z³/3 + z⁵/(3·5) + …): Marsaglia G, Evaluating the
 * normal distribution, J Stat Softw 2004;11(4).
 */
export function normalBelow(z: number): number {
  if (z <= -farthestZ) return 0;
  if (z >= farthestZ) return 1;
  let sum = z;
  let term = z;
  for (let divisor = 3; ; divisor += 2) {
    term *= (z * z) / divisor;
    const next = sum + term;
    if (next === sum) break;
    sum = next;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** The z below which this part of the population lies; `part` strictly between 0 and 1. By halving the interval. */
export function normalQuantile(part: number): number {
  if (!(part > 0 && part < 1)) throw new RangeError(`a part of a population lies between 0 and 1, not ${part}`);
  let [low, high] = [-farthestZ, farthestZ];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < part) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
