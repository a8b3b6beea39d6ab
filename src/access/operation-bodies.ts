/**
 * What the operations of rosters and charters say, and how it is written: one shape a kind. `time` is when the author's
 * clock says it was, in milliseconds since 1970: it goes on the disclosure record and decides nothing (CH-8).
 *
 *     roster   create · addDevice · removeDevice · setRole · merge
 *     charter  create · grant · revoke · epoch · close · admit · settle · grantKeys · merge · offerCustody · takeCustody
 */
import {
  deviceId,
  entryHash,
  keyId,
  opId,
  practiceId,
  type DeviceId,
  type EntryHash,
  type KeyId,
  type OpId,
  type PracticeId,
} from '../base/ids.ts';
import { toHex, type Bytes } from '../base/bytes.ts';
import { maxChainSeq } from '../base/limits.ts';
import { bookSections, chartSections, isSection, type Section } from '../base/sections.ts';
import { chainNameOf, type ChainName, type FrontierItem } from '../crypto/entry.ts';
import {
  maxDevicesPerPractice,
  maxFormerKeys,
  maxFrontierItems,
  maxPracticesPerChart,
  maxPrev,
  maxRank,
  maxSealedLabelBytes,
} from './limits.ts';
import { isRole, type Role } from './roles.ts';
import {
  bytesShape,
  idShape,
  integerShape,
  isList,
  isMap,
  listShape,
  mapShape,
  orNull,
  setShape,
  wordShape,
  type Shape,
} from './shape.ts';

// ------------------------------------------------------------------------------------------------------- rosters

export interface NewDevice {
  readonly device: DeviceId;
  /** X25519, 32 bytes: epoch keys are wrapped to it. */
  readonly boxKey: Bytes;
  readonly role: Role;
  /** Lower is more senior. Fixed for as long as the device is a member. */
  readonly rank: number;
  /** Names of the device and its person, sealed to contacts (labels.ts). */
  readonly label: Bytes;
}

export interface RosterBodies {
  readonly create: {
    readonly rootBoxKey: Bytes;
    /** The name of the practice, sealed to contacts. */
    readonly label: Bytes;
    readonly first: NewDevice;
    readonly time: number;
  };
  readonly addDevice: { readonly added: NewDevice; readonly time: number };
  readonly removeDevice: { readonly device: DeviceId; readonly time: number };
  readonly setRole: { readonly device: DeviceId; readonly role: Role; readonly time: number };
  readonly merge: { readonly time: number };
}

// ------------------------------------------------------------------------------------------------------ charters

export type Right = 'read' | 'write';

/** What an old custodian goes on being allowed, in every section, when another practice takes the chart over (CH-10). */
export type Keeps = Right | 'none';

/** Per section, the chains and how far (CUT-1). A section or chain that is not listed: nothing. */
export type SectionFrontiers = Readonly<Partial<Record<Section, readonly FrontierItem[]>>>;

/** The readers of one practice as the maker of an epoch knew them. */
export interface EpochRoster {
  readonly practice: PracticeId;
  readonly heads: readonly OpId[];
  /** Its active devices at those heads that may hold keys, sorted. */
  readonly devices: readonly DeviceId[];
}

export interface EpochRecord {
  readonly section: Section;
  readonly keyId: KeyId;
  /** The reading practices, sorted; each has its line in the batch's `rosters`. */
  readonly readers: readonly PracticeId[];
  /**
   * For each reader in turn: the secret that the key comes from, wrapped to its root box key, then to each of its devices in order.
   * Keys with the same readers come from one secret (crypto/epoch-key.ts) and have the same wraps.
   */
  readonly wraps: readonly Bytes[];
  /** Names of the former keys that `sealedPrevious` holds, sorted. */
  readonly previous: readonly KeyId[];
  /** Those keys in that order, 32 bytes each, sealed under the new key. */
  readonly sealedPrevious: Bytes;
}

/** New keys for one or more sections; their wraps share an ephemeral key (CH-9). */
export interface EpochBatch {
  readonly ephemeralKey: Bytes;
  readonly rosters: readonly EpochRoster[];
  readonly epochs: readonly EpochRecord[];
}

interface PassedKey {
  readonly section: Section;
  readonly keyId: KeyId;
  readonly wrap: Bytes;
}

export interface CharterBodies {
  readonly create: {
    readonly custodian: PracticeId;
    /** All of one kind: a chart's sections or the practice book's. */
    readonly sections: readonly Section[];
    readonly random: Bytes;
    readonly time: number;
  };
  readonly grant: {
    readonly practice: PracticeId;
    readonly sections: readonly Section[];
    readonly right: Right;
    /** Milliseconds since 1970 after which nobody serves the practice, or null (CH-8). */
    readonly until: number | null;
    readonly time: number;
  };
  readonly revoke: {
    readonly practice: PracticeId;
    readonly sections: readonly Section[];
    readonly cut: SectionFrontiers;
    /** New keys for sections the practice could read until now, or null: then whoever writes next makes them (CH-4). */
    readonly epochs: EpochBatch | null;
    readonly time: number;
  };
  readonly epoch: { readonly epochs: EpochBatch; readonly time: number };
  readonly close: {
    readonly practice: PracticeId;
    readonly device: DeviceId;
    /** Heads of that practice's roster by which the device is removed, or no longer an admin. */
    readonly roster: readonly OpId[];
    /** Null ends its operations only: for a device that lost the admin role and goes on writing. */
    readonly cut: SectionFrontiers | null;
    readonly time: number;
  };
  readonly admit: { readonly frontier: SectionFrontiers; readonly time: number };
  readonly settle: {
    readonly section: Section;
    readonly chain: ChainName;
    readonly seq: number;
    /** The header that stands, with all it builds on. */
    readonly standing: EntryHash;
    readonly time: number;
  };
  readonly grantKeys: {
    readonly practice: PracticeId;
    readonly device: DeviceId;
    readonly roster: readonly OpId[];
    readonly ephemeralKey: Bytes;
    readonly keys: readonly PassedKey[];
    readonly time: number;
  };
  readonly merge: { readonly time: number };
  readonly offerCustody: {
    /** Null takes back every offer its author knew. */
    readonly to: PracticeId | null;
    readonly keeps: Keeps;
    readonly time: number;
  };
  readonly takeCustody: {
    readonly offer: OpId;
    /** What of the old custodian's chains stays, when it keeps less than writing (CUT-1). */
    readonly cut: SectionFrontiers;
    /** New keys, when it keeps nothing, or null (CH-4). */
    readonly epochs: EpochBatch | null;
    readonly time: number;
  };
}

/** A body with the word that says which. */
type Tagged<Bodies> = { readonly [K in keyof Bodies]: { readonly kind: K } & Bodies[K] }[keyof Bodies];
export type RosterBody = Tagged<RosterBodies>;
export type CharterBody = Tagged<CharterBodies>;

// -------------------------------------------------------------------------------------------------------- shapes

const device = idShape(deviceId);
const practice = idShape(practiceId);
const key32 = bytesShape(32, 32);
const time = integerShape(0, Number.MAX_SAFE_INTEGER);
const role = wordShape(isRole);
const label = bytesShape(0, maxSealedLabelBytes);
const section = wordShape(isSection);
const anyCount = Number.MAX_SAFE_INTEGER;
const sections = setShape(section, (name) => name, 1, chartSections.length + bookSections.length);
export const headsShape = setShape(idShape(opId), (id) => id, 1, maxPrev);

const newDevice = mapShape<NewDevice>({ device, boxKey: key32, role, rank: integerShape(0, maxRank), label });

const stint: Shape<OpId | ''> = {
  write: (value) => (value === '' ? new Uint8Array() : idShape(opId).write(value)),
  read: (value) => (value instanceof Uint8Array && value.length === 0 ? '' : idShape(opId).read(value)),
};

/** [device, stint, seq, hash], as in an entry's `deps`. */
const frontierItem: Shape<FrontierItem> = {
  write: ({ chain, seq, hash }) => {
    const parts = chainParts(chain);
    return [device.write(parts.device), stint.write(parts.stint), seq, idShape(entryHash).write(hash)];
  },
  read: (value) => {
    if (!isList(value) || value.length !== 4) return undefined;
    const by = device.read(value[0]);
    const since = stint.read(value[1]);
    const seq = integerShape(1, maxChainSeq).read(value[2]);
    const hash = idShape(entryHash).read(value[3]);
    if (by === undefined || since === undefined || seq === undefined || hash === undefined) return undefined;
    return { chain: chainNameOf(by, since), seq, hash };
  },
};
export const frontierShape = setShape(frontierItem, (item) => item.chain, 0, maxFrontierItems);

const sectionFrontiers: Shape<SectionFrontiers> = {
  write: (value) =>
    Object.fromEntries(Object.entries(value).map(([name, items]) => [name, frontierShape.write(items)])),
  read: (value) => {
    if (!isMap(value)) return undefined;
    const out: Partial<Record<Section, readonly FrontierItem[]>> = {};
    for (const [name, written] of Object.entries(value)) {
      const items = frontierShape.read(written);
      if (!isSection(name) || items === undefined) return undefined;
      out[name] = items;
    }
    return out;
  },
};

/** [device, stint]. */
const chain: Shape<ChainName> = {
  write: (value) => {
    const parts = chainParts(value);
    return [device.write(parts.device), stint.write(parts.stint)];
  },
  read: (value) => {
    if (!isList(value) || value.length !== 2) return undefined;
    const by = device.read(value[0]);
    const since = stint.read(value[1]);
    return by === undefined || since === undefined ? undefined : chainNameOf(by, since);
  },
};

const wrap = bytesShape(52, 52);
const practices = setShape(practice, (id) => id, 1, maxPracticesPerChart);

interface EpochGroup {
  readonly readers: readonly PracticeId[];
  readonly wraps: readonly Bytes[];
  readonly keys: readonly Omit<EpochRecord, 'readers' | 'wraps'>[];
}

const epochGroups = setShape(
  mapShape<EpochGroup>({
    readers: practices,
    wraps: listShape(wrap, 1, anyCount),
    keys: setShape(
      mapShape<EpochGroup['keys'][number]>({
        section,
        keyId: idShape(keyId),
        previous: setShape(idShape(keyId), (id) => id, 0, maxFormerKeys),
        sealedPrevious: bytesShape(0, 64 + 32 * maxFormerKeys),
      }),
      (key) => key.section,
      1,
      chartSections.length,
    ),
  }),
  (group) => group.keys[0]?.section ?? '',
  1,
  chartSections.length,
);

/** Written by who reads them: what they share is there once. Each section once, no two groups alike: one set, one encoding. */
const epochRecords: Shape<readonly EpochRecord[]> = {
  write: (epochs) => epochGroups.write(groupedByWraps(epochs)),
  read: (value) => {
    const groups = epochGroups.read(value);
    const epochs = (groups ?? []).flatMap(({ readers, wraps, keys }) =>
      keys.map((key) => ({ ...key, readers, wraps })),
    );
    if (groups === undefined || new Set(epochs.map((epoch) => epoch.section)).size !== epochs.length) return undefined;
    if (groupedByWraps(epochs).length !== groups.length) return undefined;
    return epochs.sort((a, b) => (a.section < b.section ? -1 : 1));
  },
};

function groupedByWraps(epochs: readonly EpochRecord[]): readonly EpochGroup[] {
  const groups = new Map<string, EpochGroup & { readonly keys: EpochGroup['keys'][number][] }>();
  for (const { readers, wraps, ...key } of epochs) {
    const name = `${readers.join()} ${wraps.map(toHex).join()}`;
    const group = groups.get(name) ?? { readers, wraps, keys: [] };
    groups.set(name, group);
    group.keys.push(key);
  }
  const bySection = (a: { readonly section: Section }, b: { readonly section: Section }): number =>
    a.section < b.section ? -1 : 1;
  return [...groups.values()].map((group) => ({ ...group, keys: group.keys.sort(bySection) }));
}

const epochBatch = mapShape<EpochBatch>({
  ephemeralKey: key32,
  rosters: setShape(
    mapShape<EpochRoster>({
      practice,
      heads: headsShape,
      devices: setShape(device, (id) => id, 0, maxDevicesPerPractice),
    }),
    (roster) => roster.practice,
    1,
    maxPracticesPerChart,
  ),
  epochs: epochRecords,
});

const passedKey = mapShape<PassedKey>({ section, keyId: idShape(keyId), wrap });

type Shapes<Bodies> = { readonly [K in keyof Bodies]: Shape<Bodies[K]> };

export const rosterShapes: Shapes<RosterBodies> = {
  create: mapShape<RosterBodies['create']>({ rootBoxKey: key32, label, first: newDevice, time }),
  addDevice: mapShape<RosterBodies['addDevice']>({ added: newDevice, time }),
  removeDevice: mapShape<RosterBodies['removeDevice']>({ device, time }),
  setRole: mapShape<RosterBodies['setRole']>({ device, role, time }),
  merge: mapShape<RosterBodies['merge']>({ time }),
};

const isRight = (text: string): text is Right => text === 'read' || text === 'write';
const isKeeps = (text: string): text is Keeps => text === 'none' || isRight(text);

export const charterShapes: Shapes<CharterBodies> = {
  create: mapShape<CharterBodies['create']>({ custodian: practice, sections, random: key32, time }),
  grant: mapShape<CharterBodies['grant']>({ practice, sections, right: wordShape(isRight), until: orNull(time), time }),
  revoke: mapShape<CharterBodies['revoke']>({
    practice,
    sections,
    cut: sectionFrontiers,
    epochs: orNull(epochBatch),
    time,
  }),
  epoch: mapShape<CharterBodies['epoch']>({ epochs: epochBatch, time }),
  close: mapShape<CharterBodies['close']>({
    practice,
    device,
    roster: headsShape,
    cut: orNull(sectionFrontiers),
    time,
  }),
  admit: mapShape<CharterBodies['admit']>({ frontier: sectionFrontiers, time }),
  settle: mapShape<CharterBodies['settle']>({
    section,
    chain,
    seq: integerShape(1, maxChainSeq),
    standing: idShape(entryHash),
    time,
  }),
  grantKeys: mapShape<CharterBodies['grantKeys']>({
    practice,
    device,
    roster: headsShape,
    ephemeralKey: key32,
    keys: setShape(passedKey, (passed) => passed.keyId, 1, maxFormerKeys),
    time,
  }),
  merge: mapShape<CharterBodies['merge']>({ time }),
  offerCustody: mapShape<CharterBodies['offerCustody']>({ to: orNull(practice), keeps: wordShape(isKeeps), time }),
  takeCustody: mapShape<CharterBodies['takeCustody']>({
    offer: idShape(opId),
    cut: sectionFrontiers,
    epochs: orNull(epochBatch),
    time,
  }),
};

/** The device and stint a chain is named for. */
export function chainParts(name: ChainName): { readonly device: DeviceId; readonly stint: OpId | '' } {
  const slash = name.indexOf('/');
  // A ChainName is made by chainNameOf alone, of a device and a stint.
  return { device: name.slice(0, slash) as DeviceId, stint: name.slice(slash + 1) as OpId | '' };
}
