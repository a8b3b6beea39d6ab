/**
 * Overwriting secrets that are no longer needed (ID-6). JavaScript may have copied them (garbage collection, engine
 * optimisation), so this shortens the time a secret lies in memory; it cannot promise that none is left.
 */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}
