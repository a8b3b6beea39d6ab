/**
 * One order for the entries of a section, the same on every device that has the same ones. Of two changes with one actor and
 * number a document can hold one; which of them it is must not depend on which came first. Pure.
 */
import type { EntryHash } from '../../base/ids.ts';
import type { Fork } from '../../access/forks.ts';
import type { Opened } from './section-opening.ts';

/** Causes before effects; what fell at a fork after all that can do without it; then by hash. */
export function inFixedOrder(opened: readonly Opened[], forks: readonly Fork[]): readonly Opened[] {
  const fallen = new Set(forks.flatMap(({ hashes, standing }) => hashes.filter((hash) => hash !== standing)));
  const comesBefore = (a: Opened, b: Opened): boolean => {
    const [x, y] = [a.entry.hash, b.entry.hash];
    return fallen.has(x) === fallen.has(y) ? x < y : fallen.has(y);
  };
  const byHash = new Map(opened.map((one) => [one.entry.hash, one]));
  const causesLeft = new Map<EntryHash, number>();
  const effects = new Map<EntryHash, Opened[]>();
  for (const one of opened) {
    const causes = causesOf(one).filter((hash) => byHash.has(hash));
    causesLeft.set(one.entry.hash, causes.length);
    for (const cause of causes) effects.set(cause, [...(effects.get(cause) ?? []), one]);
  }
  const ready = opened.filter(({ entry }) => causesLeft.get(entry.hash) === 0);
  const ordered: Opened[] = [];
  while (ready.length > 0) {
    const at = ready.reduce((best, one, i) => (comesBefore(one, ready[best] ?? one) ? i : best), 0);
    for (const next of ready.splice(at, 1)) {
      ordered.push(next);
      for (const effect of effects.get(next.entry.hash) ?? []) {
        const left = (causesLeft.get(effect.entry.hash) ?? 0) - 1;
        causesLeft.set(effect.entry.hash, left);
        if (left === 0) ready.push(effect);
      }
    }
  }
  return ordered;
}

function causesOf({ entry: { header } }: Opened): readonly EntryHash[] {
  const causes = header.deps.map(({ hash }) => hash);
  return header.prev === null ? causes : [header.prev, ...causes];
}
