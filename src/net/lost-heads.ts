/**
 * Which entries lay in records of heads that cannot be read any more, as far as what is left names them: the newest of every chain,
 * and what each one is built on. Their positions stay taken (ATTACK-41). Pure.
 */
import type { EntryHash } from '../base/ids.ts';
import { chainNameOf, decodeEntryHead, type ChainName, type FrontierItem } from '../crypto/entry.ts';
import type { StoredHead } from '../store/store.ts';
import type { Frontier } from './replication-host.ts';

/** By chain that lost any: what is named and not here, the newest first, and the last one before the first that is lost. */
export type LostHeads = ReadonlyMap<
  ChainName,
  { readonly missing: readonly EntryHash[]; readonly upTo: FrontierItem | undefined }
>;

export function lostHeads(heads: readonly StoredHead[], frontier: Frontier): LostHeads {
  const here = new Set(heads.map(({ hash }) => hash));
  const next = new Map<string, FrontierItem>();
  const named = new Map<ChainName, EntryHash[]>(frontier.map(({ chain, hash }) => [chain, [hash]]));
  for (const { device, stint, seq, hash, head } of heads) {
    const decoded = decodeEntryHead(head);
    if (!decoded.ok) continue;
    const chain = chainNameOf(device, stint);
    const { prev } = decoded.value.header;
    next.set(`${chain} ${prev ?? ''}`, { chain, seq, hash });
    if (prev !== null) named.get(chain)?.push(prev);
  }
  const lost = new Map<
    ChainName,
    { readonly missing: readonly EntryHash[]; readonly upTo: FrontierItem | undefined }
  >();
  for (const [chain, hashes] of named) {
    const missing = [...new Set(hashes)].filter((hash) => !here.has(hash));
    if (missing.length === 0) continue;
    let upTo: FrontierItem | undefined;
    for (let at = next.get(`${chain} `); at !== undefined; at = next.get(`${chain} ${at.hash}`)) upTo = at;
    lost.set(chain, { missing, upTo });
  }
  return lost;
}

/** What is here of a frontier: of chains that lost any, up to there. */
export function withoutLost(frontier: Frontier, lost: LostHeads): Frontier {
  return frontier.flatMap((item) => {
    const hole = lost.get(item.chain);
    return hole === undefined ? [item] : (hole.upTo ?? []);
  });
}
