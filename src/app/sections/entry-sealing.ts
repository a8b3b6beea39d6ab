/**
 * From changes just written into a section document to signed, sealed entries at the end of this device's chain (EN-1 to
 * EN-6). Changes nothing but the frontiers it extends; whoever asked commits the entries, or forgets all of it.
 */
import type { ChangeHash, ChartId, ChunkHash, EntryHash, KeyId, OpId } from '../../base/ids.ts';
import { maxChunksPerEntry } from '../../base/limits.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Section } from '../../base/sections.ts';
import type { WrittenChange } from '../../crdt/section-document.ts';
import { chainStart } from '../../crypto/chain.ts';
import { chainNameOf, type VerifiedEntry } from '../../crypto/entry.ts';
import { sealEntry, type EntryBody } from '../../crypto/sealed-entry.ts';
import type { Bytes } from '../../base/bytes.ts';
import type { EntryFrontiers } from './entry-frontiers.ts';
import type { PracticeContext } from '../practice-context.ts';

/** Bytes of changes that go into one entry: with compression well under a frame. */
const entryChangeBytes = 512 * 1024;

/** Where the entries go and under what. */
export interface SealingPlace {
  readonly chart: ChartId;
  readonly section: Section;
  readonly stint: OpId | '';
  /** Heads of the charter that the entries cite (EN-3). */
  readonly access: readonly OpId[];
  readonly epoch: KeyId;
  readonly epochKey: Bytes;
  /** Behind the actor of the changes (EN-4). */
  readonly nonce: Bytes;
  /** Sealed parts of the attachments that the changes speak of (EN-10). */
  readonly chunks: readonly ChunkHash[];
  readonly frontiers: EntryFrontiers;
  /** The entries that hold these changes. */
  entriesOf(changes: Iterable<ChangeHash>): readonly EntryHash[];
}

export interface SealedChanges {
  readonly entry: VerifiedEntry;
  readonly changes: readonly ChangeHash[];
  readonly body: EntryBody;
}

/** With `batchId`, several entries enter elsewhere together or not at all (EN-9). */
export async function sealChanges(
  { self, ports, rosters }: Pick<PracticeContext, 'self' | 'ports' | 'rosters'>,
  place: SealingPlace,
  written: readonly WrittenChange[],
  batchId: string | undefined,
): Promise<Result<readonly SealedChanges[], 'too-large'>> {
  const { chart, section, stint, frontiers } = place;
  const chain = chainNameOf(self.device, stint);
  const groups = grouped(written, Math.ceil(place.chunks.length / maxChunksPerEntry));
  if (groups.length * maxChunksPerEntry < place.chunks.length) return err('too-large', 'parts of attachments');
  const sealed: SealedChanges[] = [];
  for (const [index, group] of groups.entries()) {
    const tip = frontiers.tipOf(chain);
    const own = new Set(group.map(({ hash }) => hash));
    // Those of the group before are in the previous entry, which every entry builds on by itself.
    const earlier = new Set(sealed.flatMap(({ changes }) => changes));
    const outside = group.flatMap(({ deps }) => deps.filter((dep) => !own.has(dep) && !earlier.has(dep)));
    const deps = frontiers.depsOf(chain, tip?.hash ?? null, place.entriesOf(outside));
    if (deps === undefined) throw new Error('what our own document holds is whole here');
    const chunks = place.chunks.slice(index * maxChunksPerEntry, (index + 1) * maxChunksPerEntry);
    const body = bodyOf(place.nonce, group, groups.length === 1 ? undefined : batchId, index, groups.length);
    const entry = await sealEntry({
      header: {
        chart,
        section,
        device: self.device,
        stint,
        seq: (tip?.seq ?? 0) + 1,
        prev: tip?.hash ?? null,
        deps,
        access: place.access,
        roster: rosters.mustGet(self.practice).heads,
        epoch: place.epoch,
        ...(chunks.length === 0 ? {} : { chunks }),
      },
      previousChainValue: tip === undefined ? chainStart : (frontiers.get(tip.hash)?.chain ?? chainStart),
      body,
      changeHashes: [...own],
      epochKey: place.epochKey,
      signKeys: self.sign,
      random: ports.random,
    });
    if (!entry.ok) return entry;
    frontiers.add(entry.value);
    sealed.push({ entry: entry.value, changes: [...own], body });
  }
  return ok(sealed);
}

function bodyOf(
  nonce: Bytes,
  group: readonly WrittenChange[],
  batchId: string | undefined,
  index: number,
  count: number,
): EntryBody {
  const changes = group.map(({ bytes }) => bytes);
  return { v: 1, nonce, changes, ...(batchId === undefined ? {} : { batch: { id: batchId, index, count } }) };
}

/** Consecutive changes that go into one entry each: into at least so many, if there are. */
function grouped(changes: readonly WrittenChange[], least: number): readonly (readonly WrittenChange[])[] {
  const most = Math.max(1, Math.floor(changes.length / Math.max(1, least)));
  const groups: WrittenChange[][] = [];
  let bytes = Infinity;
  for (const change of changes) {
    bytes += change.bytes.length;
    const group = groups.at(-1);
    if (group === undefined || bytes > entryChangeBytes || group.length >= most) {
      groups.push([change]);
      bytes = change.bytes.length;
    } else group.push(change);
  }
  return groups;
}
