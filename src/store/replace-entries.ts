/**
 * How a snapshot takes the place of ciphertexts, within one write transaction (SN-3): heads stay and say which snapshot they go
 * by, ciphertexts of what it covers go, and so does every snapshot that nothing goes by. Nothing happens unless all that stays
 * can be read. Whether the snapshot says what the ciphertexts said is the caller's to know.
 */
import type { EntryHash } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { closePack, emptyTally, encodeChartTally } from './chart-state.ts';
import { chartTally } from './keep-entries.ts';
import {
  cutByWhatTheyGoBy,
  cutIntoPacks,
  decodeHeads,
  encodeCoveredPack,
  encodePack,
  entryBytes,
  joinPack,
  packKey,
  sectionPrefix,
  snapshotKey,
  sum,
  type PackedEntry,
  type PackedHead,
} from './packs.ts';
import type { RecordWriter } from './records.ts';
import type { Covered, Replacement } from './store.ts';
import { dropUnusedSnapshots, type SectionPlace } from './snapshot-upkeep.ts';

type CoveredPlace = PackedHead & { readonly covered: Covered };

export async function replaceEntries(
  writer: RecordWriter,
  { chart, section, by, entries }: Replacement,
): Promise<Result<undefined, 'not-covered'>> {
  const prefix = sectionPrefix(chart, section);
  const key = snapshotKey(chart, section, by);
  if (!((await writer.get('snapshots', key)) instanceof Uint8Array)) return err('not-covered', key);

  const covered = new Map<EntryHash, CoveredPlace>();
  const staying: PackedEntry[] = [];
  for (const { key: pack, value } of await writer.range('heads', prefix)) {
    const heads = decodeHeads(chart, section, value);
    if (heads === undefined) return err('not-covered', pack);
    for (const head of heads) {
      const goesBy = entries.has(head.hash) ? { by, checked: true } : head.covered;
      if (goesBy === undefined) continue;
      // Of one that was given again, the place in its chain is what counts.
      const beside = head.beside && covered.get(head.hash)?.beside !== false;
      covered.set(head.hash, { ...head, covered: goesBy, beside });
    }
    const rest = heads.filter((head) => head.covered === undefined && !entries.has(head.hash));
    if (rest.length === 0) continue;
    const joined = joinPack(heads, await writer.get('ciphertexts', pack));
    if (joined === undefined) return err('not-covered', pack);
    const hashes = new Set(rest.map(({ hash }) => hash));
    staying.push(...joined.filter(({ hash }) => hashes.has(hash)));
  }
  // What peers gave again after its snapshot was found wanting is whole: it is not covered any more.
  for (const { hash } of staying) covered.delete(hash);

  await writeAnew(writer, { chart, section }, [...covered.values()], staying);
  await dropUnusedSnapshots(writer, { chart, section }, new Set([...covered.values()].map((head) => head.covered.by)));
  return ok(undefined);
}

async function writeAnew(
  writer: RecordWriter,
  { chart, section }: SectionPlace,
  heads: readonly CoveredPlace[],
  staying: readonly PackedEntry[],
): Promise<void> {
  const prefix = sectionPrefix(chart, section);
  // Before anything is deleted: a damaged state is made anew from the heads.
  const tally = await chartTally(writer, chart);
  writer.deleteRange('heads', prefix);
  writer.deleteRange('ciphertexts', prefix);
  const state = tally.get(section) ?? emptyTally();
  tally.set(section, state);
  let pack = 0;
  for (const { goesBy, some } of cutByWhatTheyGoBy(heads))
    writer.put('heads', packKey(chart, section, pack++), encodeCoveredPack(goesBy, some));
  closePack(state);
  for (const some of cutIntoPacks(staying)) {
    const { heads: columns, ciphertexts } = encodePack(some);
    writer.put('heads', packKey(chart, section, pack), columns);
    writer.put('ciphertexts', packKey(chart, section, pack), ciphertexts);
    state.lastPackBytes = sum(some.map(entryBytes));
    state.lastPackEntries = some.length;
    pack += 1;
  }
  state.packs = pack;
  state.entries = heads.length + staying.length;
  state.bytes = sum([...heads, ...staying].map(entryBytes));
  writer.put('charts', chart, encodeChartTally(tally));
}
