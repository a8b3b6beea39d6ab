/**
 * What entries without a ciphertext go by, as it changes: a newer snapshot of the same maker, one that was checked, one that
 * nothing goes by any more, which goes. Within a write transaction. Never touches a ciphertext.
 */
import type { ChartId, EntryHash, SnapshotName } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { coveredPackAs, coveredPackUnchecked, decodeHeads, sectionPrefix, snapshotKey } from './packs.ts';
import type { RecordWriter } from './records.ts';
import type { Covered, Supersession } from './store.ts';

export interface SectionPlace {
  readonly chart: ChartId;
  readonly section: Section;
}

/** Snapshots that no entry goes by any more: every entry they stood for is whole, or goes by another. */
export async function dropUnusedSnapshots(
  writer: RecordWriter,
  { chart, section }: SectionPlace,
  used: ReadonlySet<SnapshotName>,
): Promise<void> {
  const keys = new Set([...used].map((name) => snapshotKey(chart, section, name)));
  for (const { key } of await writer.range('snapshots', sectionPrefix(chart, section)))
    if (!keys.has(key)) writer.delete('snapshots', key);
}

/**
 * After entries of the section were given again. Of an entry that nobody here looked into, every snapshot that was said to stand
 * for it stays: which of them is true is seen when one can be opened (ATTACK-56).
 */
export async function dropSnapshotsNotGoneBy(writer: RecordWriter, place: SectionPlace): Promise<void> {
  const { chart, section } = place;
  const goneBy = new Map<EntryHash, Covered[]>();
  const whole = new Set<EntryHash>();
  for (const { value } of await writer.range('heads', sectionPrefix(chart, section))) {
    const heads = decodeHeads(chart, section, value);
    // What cannot be read may go by any of them.
    if (heads === undefined) return;
    for (const { hash, covered } of heads)
      if (covered === undefined) whole.add(hash);
      else goneBy.set(hash, [...(goneBy.get(hash) ?? []), covered]);
  }
  for (const hash of whole) goneBy.delete(hash);
  // What came after one that was checked came because that one is damaged here.
  const used = [...goneBy.values()].flatMap((some) => {
    const checked = some.findLastIndex((one) => one.checked);
    return some.slice(Math.max(0, checked)).map(({ by }) => by);
  });
  await dropUnusedSnapshots(writer, place, new Set(used));
}

/** One maker's word for another word of the same maker; what this device checked itself is left alone (ATTACK-56). */
export async function supersedeSnapshots(
  writer: RecordWriter,
  { chart, section, by, former }: Supersession,
): Promise<void> {
  for (const { key, value } of await writer.range('heads', sectionPrefix(chart, section))) {
    const changed = coveredPackAs(value, former, { by, checked: false });
    if (changed !== undefined) writer.put('heads', key, changed);
  }
  await dropSnapshotsNotGoneBy(writer, { chart, section });
}

/** This device has opened it, and every entry in it is as it was signed (SN-2). */
export async function noteChecked(
  writer: RecordWriter,
  { chart, section, name }: SectionPlace & { readonly name: SnapshotName },
): Promise<void> {
  for (const { key, value } of await writer.range('heads', sectionPrefix(chart, section))) {
    const changed = coveredPackAs(value, new Set([name]), { by: name, checked: true });
    if (changed !== undefined) writer.put('heads', key, changed);
  }
}

/** Found wanting, or damaged since it was checked: its heads stay, and go by whatever comes for them next. */
export async function refuseSnapshot(
  writer: RecordWriter,
  { chart, section, name }: SectionPlace & { readonly name: SnapshotName },
): Promise<void> {
  for (const { key, value } of await writer.range('heads', sectionPrefix(chart, section))) {
    const changed = coveredPackUnchecked(value, name);
    if (changed !== undefined) writer.put('heads', key, changed);
  }
  writer.delete('snapshots', snapshotKey(chart, section, name));
}
