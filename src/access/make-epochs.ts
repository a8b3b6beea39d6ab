/**
 * New keys for sections (CH-4 to CH-6): made, wrapped to exactly those who may read, and holding all former keys sealed under
 * them. A new key is never sealed under an old one: nothing here takes an old key as a sealing key.
 */
import { concatBytes, type Bytes } from '../base/bytes.ts';
import type { ChartId, KeyId, PracticeId } from '../base/ids.ts';
import type { Random } from '../base/ports.ts';
import type { Section } from '../base/sections.ts';
import type { WrapBatch } from '../crypto/box.ts';
import { epochKeyFrom, generateEpochSecret, keyIdOf } from '../crypto/epoch-key.ts';
import { seal } from '../crypto/seal.ts';
import { wipe } from '../crypto/wipe.ts';
import type { RosterOf } from './charter-validity.ts';
import { recipientsOf, type EpochState } from './epoch-validity.ts';
import type { EpochBatch, EpochRecord, EpochRoster } from './operation-bodies.ts';
import type { RosterState } from './roster.ts';

export interface NewEpochs {
  readonly batch: EpochBatch;
  /** The new keys, for this device to keep. */
  readonly keys: ReadonlyMap<KeyId, Bytes>;
}

export interface EpochRequest {
  readonly chart: ChartId;
  readonly sections: readonly Section[];
  readonly readersOf: (section: Section) => readonly PracticeId[];
  readonly rosterOf: RosterOf;
  /** What the charter knows of earlier keys, and those of them this device holds. */
  readonly formerEpochs: readonly EpochState[];
  readonly heldKeys: ReadonlyMap<KeyId, Bytes>;
  readonly wraps: WrapBatch;
  readonly random: Random;
}

export function makeEpochBatch(request: EpochRequest): NewEpochs {
  const keys = new Map<KeyId, Bytes>();
  const readers = new Set<PracticeId>();
  const epochs: EpochRecord[] = [];
  for (const { mayRead, sections } of byReaders(request)) {
    for (const practice of mayRead) readers.add(practice);
    const recipients = mayRead.map((practice) => mustGetRoster(request.rosterOf, practice)).flatMap(boxKeysOf);
    const secret = generateEpochSecret(request.random);
    const wraps = recipients.map((boxKey) => request.wraps.wrap(boxKey, secret));
    for (const section of sections) {
      const key = epochKeyFrom(secret, request.chart, section);
      const keyId = keyIdOf(request.chart, section, key);
      epochs.push({ section, keyId, readers: mayRead, wraps, ...sealFormer(request, section, key) });
      keys.set(keyId, key);
    }
    wipe(secret);
  }
  epochs.sort((a, b) => (a.section < b.section ? -1 : 1));
  const rosters = [...readers].sort().map((practice): EpochRoster => {
    const roster = mustGetRoster(request.rosterOf, practice);
    const devices = recipientsOf(roster.devices).map((member) => member.device);
    return { practice, heads: roster.heads, devices };
  });
  return { batch: { ephemeralKey: request.wraps.ephemeralKey, rosters, epochs }, keys };
}

/** Sections with exactly the same readers; a secret is never shared by others, or who reads one would read the other. */
function byReaders({
  sections,
  readersOf,
}: EpochRequest): readonly { readonly mayRead: readonly PracticeId[]; readonly sections: readonly Section[] }[] {
  const groups = new Map<string, { readonly mayRead: readonly PracticeId[]; readonly sections: Section[] }>();
  for (const section of [...sections].sort()) {
    const mayRead = readersOf(section);
    const name = [...mayRead].sort().join();
    const group = groups.get(name) ?? { mayRead, sections: [] };
    groups.set(name, group);
    group.sections.push(section);
  }
  return [...groups.values()];
}

/** A reader of the newest key reads all there ever was (CH-5). What this device cannot open, it cannot pass on. */
function sealFormer(
  { formerEpochs, heldKeys, random }: EpochRequest,
  section: Section,
  key: Bytes,
): Pick<EpochRecord, 'previous' | 'sealedPrevious'> {
  const held = new Map<KeyId, Bytes>();
  for (const { section: of, keyId } of formerEpochs) {
    const former = heldKeys.get(keyId);
    if (of === section && former !== undefined) held.set(keyId, former);
  }
  const sorted = [...held].sort(([a], [b]) => (a < b ? -1 : 1));
  if (sorted.length === 0) return { previous: [], sealedPrevious: new Uint8Array() };
  const former = concatBytes(...sorted.map(([, bytes]) => bytes));
  return { previous: sorted.map(([keyId]) => keyId), sealedPrevious: seal(key, former, random) };
}

/** The root's first, then the devices' in order of their ids: the order of an epoch's wraps. */
function boxKeysOf(roster: RosterState): readonly Bytes[] {
  return [roster.rootBoxKey, ...recipientsOf(roster.devices).map((member) => member.boxKey)];
}

function mustGetRoster(rosterOf: RosterOf, practice: PracticeId): RosterState {
  const roster = rosterOf(practice);
  if (roster === undefined) throw new Error('the roster of a reading practice is known, or its grant would be parked');
  return roster;
}
