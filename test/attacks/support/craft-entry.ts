/**
 * Entries by hand: any header, any change, any key, any ciphertext. Without overrides it is what an honest device with this
 * knowledge would write, so that a test changes one thing and knows what was refused.
 */
import { decodeChange } from '@automerge/automerge/slim';
import { concatBytes, toHex, type Bytes } from '../../../src/base/bytes.ts';
import {
  idBytes,
  parseChangeHash,
  type ActorId,
  type ChangeHash,
  type ChartId,
  type DeviceId,
  type EntryHash,
  type KeyId,
  type OpId,
  type PracticeId,
} from '../../../src/base/ids.ts';
import type { Random } from '../../../src/base/ports.ts';
import type { Section } from '../../../src/base/sections.ts';
import type { CharterState } from '../../../src/access/charter.ts';
import { judgeEntries } from '../../../src/access/effective.ts';
import { EntryFrontiers } from '../../../src/app/sections/entry-frontiers.ts';
import type { SectionEdit } from '../../../src/clinical/section-edit.ts';
import { SectionDocument } from '../../../src/crdt/section-document.ts';
import { actorOf, chainStart, nextChainValue } from '../../../src/crypto/chain.ts';
import { encodeCanonical, type CborValue } from '../../../src/base/codec.ts';
import { encodeHeader, encodeUnsealedHeader, type UnsealedHeader } from '../../../src/crypto/entry-header.ts';
import { chainNameOf, markAdmitted, type EntryHeader, type VerifiedEntry } from '../../../src/crypto/entry.ts';
import { deriveKey, sha256 } from '../../../src/crypto/hash.ts';
import { compressAndPad } from '../../../src/crypto/padding.ts';
import { openEntry, type EntryBody } from '../../../src/crypto/sealed-entry.ts';
import { seal } from '../../../src/crypto/seal.ts';
import { sign, type SignKeys } from '../../../src/crypto/sign.ts';
import { mustBeOk, mustHave } from '../../app/support/world.ts';
import { verifiedEntry, type Knowledge } from './knowledge.ts';

/** The place at which a hand-made change would stand. */
export interface ChangePlace {
  readonly actor: ActorId;
  readonly heads: readonly ChangeHash[];
  readonly seq: number;
  readonly startOp: number;
  readonly document: SectionDocument;
}

export interface EntryPlan {
  readonly chart: ChartId;
  readonly section: Section;
  /** A problem of this text is created; or `edits`, or `changes`. */
  readonly text?: string;
  readonly edits?: readonly SectionEdit[];
  readonly changes?: (place: ChangePlace) => readonly Bytes[];
  /** What its document holds, with all that builds on; default: all that counts by what is known, and its own chain. */
  readonly on?: readonly VerifiedEntry[];
  /** Its predecessor in its chain; null: none. Default: the newest of the chain. */
  readonly after?: VerifiedEntry | null;
  readonly stint?: OpId | '';
  readonly access?: readonly OpId[];
  readonly roster?: readonly OpId[];
  readonly epoch?: KeyId;
  readonly timeMs?: number;
  /** The nonce behind the actor; default: one for each device, chain and epoch. */
  readonly nonce?: Bytes;
  /** Instead of what the honest header says: in force before sealing, so that the entry opens. */
  readonly claim?: Partial<UnsealedHeader>;
  readonly batch?: NonNullable<EntryBody['batch']>;
  /** The plaintext that is sealed, instead of the body. */
  readonly plaintext?: Bytes;
  readonly ciphertext?: Bytes;
}

export interface EntryAuthor {
  readonly practice: PracticeId;
  readonly device: DeviceId;
  readonly sign: SignKeys;
  readonly knows: Knowledge;
  readonly random: Random;
}

export function problem(text: string): SectionEdit & { readonly kind: 'create' } {
  const id = toHex(sha256(new TextEncoder().encode(text))).slice(0, 12);
  return {
    kind: 'create',
    key: `Condition/${id}`,
    base: JSON.stringify({ resourceType: 'Condition', id, code: { text } }),
  };
}

export async function craftEntry(author: EntryAuthor, plan: EntryPlan): Promise<VerifiedEntry> {
  const { device, knows } = author;
  const { chart, section } = plan;
  const charter = knows.charter(chart);
  const all = knows.entries(chart, section);
  const graph = new EntryFrontiers();
  for (const entry of all) graph.add(entry);
  for (const entry of plan.on ?? []) graph.add(entry);
  const stint = plan.stint ?? charter.stintOf(author.practice, device, section) ?? '';
  const chainName = chainNameOf(device, stint);
  const tip = graph.tipOf(chainName)?.hash;
  const previous = plan.after === undefined ? all.find(({ hash }) => hash === tip) : (plan.after ?? undefined);
  const epoch = plan.epoch ?? newestKey(charter, section, knows);
  const key = mustHave(knows.keys.get(epoch));
  const nonce = plan.nonce ?? sha256(idBytes(device), idBytes(epoch), new TextEncoder().encode(stint)).slice(0, 16);
  const actor = actorOf(device, chart, section, nonce);

  const effective = (): readonly VerifiedEntry[] => {
    const { effective: counted } = judgeEntries({ charter, section, headers: all });
    return all.filter(({ hash }) => counted.has(hash));
  };
  const built = withPast(plan.on ?? effective(), all, plan.on === undefined ? previous : undefined);
  const { document, entryByChange } = documentOf(built, knows, { device, actor });
  const bytes = plan.changes?.({
    actor,
    document,
    heads: document.heads(),
    seq: 1 + (document.graph.lastOf(actor)?.seq ?? 0),
    startOp: 1 + Math.max(...document.heads().map((head) => document.graph.mustGet(head).maxOp)),
  }) ?? [mustBeOk(document.edit(plan.edits ?? [problem(mustHave(plan.text))], plan.timeMs ?? noonMs)).bytes];
  document.close();
  const facts = bytes.map(factsOf);
  const own = facts.flatMap(({ hash }) => hash ?? []);
  const outside = facts.flatMap(({ deps }) => deps).filter((dep) => !own.some((hash) => hash === dep));
  const builtOn = new Set(outside.flatMap((dep) => entryByChange.get(dep) ?? []));

  const access = [...(plan.access ?? charter.heads)].sort();
  const roster = [...(plan.roster ?? knows.roster(author.practice).heads)].sort();
  const honest: UnsealedHeader = {
    v: 1,
    suite: 1,
    chart,
    section,
    device,
    stint,
    seq: (previous?.header.seq ?? 0) + 1,
    prev: previous?.hash ?? null,
    chain: '',
    deps: graph.depsOf(chainName, previous?.hash ?? null, builtOn) ?? [],
    access,
    roster,
    epoch,
  };
  const claimed = { ...honest, ...plan.claim };
  const chain =
    plan.claim?.chain ?? nextChainValue(previous?.header.chain ?? chainStart, own, claimed.access, claimed.roster);
  const body = { v: 1, nonce, changes: [...bytes], batch: plan.batch === undefined ? null : { ...plan.batch } };
  return sealByHand(
    author,
    { ...claimed, chain },
    key,
    plan.plaintext ?? compressAndPad(encodeCanonical(body)),
    plan.ciphertext,
  );
}

/** Seals as sealed-entry.ts does and signs, whatever the header says. */
async function sealByHand(
  { sign: keys, random }: EntryAuthor,
  header: UnsealedHeader,
  key: Bytes,
  padded: Bytes,
  given: Bytes | undefined,
): Promise<VerifiedEntry> {
  const ciphertext =
    given ?? seal(deriveKey(key, 'peerchart/entry-key/1', encodeUnsealedHeader(header)), padded, random);
  const whole: EntryHeader = { ...header, ctHash: toHex(sha256(ciphertext)), ctLength: ciphertext.length };
  const headerBytes = encodeHeader(whole);
  return verifiedEntry(assembleEntry(headerBytes, await signHeader(whole.chart, headerBytes, keys), ciphertext));
}

export function signHeader(chart: ChartId, headerBytes: Bytes, keys: SignKeys): Promise<Bytes> {
  return sign('entry', idBytes(chart), headerBytes, keys);
}

/** The bytes of an entry from any parts. */
export function assembleEntry(headerBytes: Bytes, signature: Bytes, ciphertext: Bytes): Bytes {
  const prefix = Uint8Array.of(1, headerBytes.length >> 8, headerBytes.length & 0xff);
  return concatBytes(prefix, headerBytes, signature, ciphertext);
}

/** Another encoding of the same header, or one with fields no header has. */
export function headerMap(header: EntryHeader, change: (fields: Record<string, CborValue>) => void): Bytes {
  const fields: Record<string, CborValue> = {
    ...header,
    chart: idBytes(header.chart),
    device: idBytes(header.device),
    stint: header.stint === '' ? new Uint8Array() : idBytes(header.stint),
    prev: header.prev === null ? null : idBytes(header.prev),
    chain: idBytes(header.chain as EntryHash),
    deps: header.deps.map(({ chain, seq, hash }) => {
      const [device = '', stint = ''] = chain.split('/');
      return [
        idBytes(device as DeviceId),
        stint === '' ? new Uint8Array() : idBytes(stint as OpId),
        seq,
        idBytes(hash),
      ];
    }),
    access: header.access.map(idBytes),
    roster: header.roster.map(idBytes),
    epoch: idBytes(header.epoch),
    ctHash: idBytes(header.ctHash as EntryHash),
  };
  change(fields);
  return encodeCanonical(fields);
}

export const noonMs = Date.UTC(2026, 2, 2, 12, 0, 0, 250);

/** What an entry says, for whoever has its key; undefined when it does not open. */
export function bodyOf(entry: VerifiedEntry, keys: ReadonlyMap<KeyId, Bytes>): EntryBody | undefined {
  for (const key of keys.values()) {
    const opened = openEntry(markAdmitted(entry), key);
    if (opened.ok) return opened.value.body;
  }
  return undefined;
}

/** One that may be used by the rules; else the last of all that this device can open. */
function newestKey(charter: CharterState, section: Section, { keys }: Knowledge): KeyId {
  const held = charter.epochs.filter((epoch) => epoch.section === section && keys.has(epoch.keyId));
  return charter.usableEpochs(section).find((id) => keys.has(id)) ?? mustHave(held.at(-1)).keyId;
}

function withPast(
  built: readonly VerifiedEntry[],
  all: readonly VerifiedEntry[],
  previous: VerifiedEntry | undefined,
): readonly VerifiedEntry[] {
  const byHash = new Map([...all, ...built].map((entry) => [entry.hash, entry]));
  const past = new Map<EntryHash, VerifiedEntry>();
  const queue = [...built, ...(previous === undefined ? [] : [previous])];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (past.has(next.hash)) continue;
    past.set(next.hash, next);
    const { prev, deps } = next.header;
    queue.push(
      ...[prev, ...deps.map(({ hash }) => hash)].flatMap((hash) => (hash === null ? [] : (byHash.get(hash) ?? []))),
    );
  }
  return [...past.values()];
}

function documentOf(
  built: readonly VerifiedEntry[],
  knows: Knowledge,
  author: { readonly device: DeviceId; readonly actor: ActorId },
): { readonly document: SectionDocument; readonly entryByChange: ReadonlyMap<ChangeHash, EntryHash> } {
  const entryByChange = new Map<ChangeHash, EntryHash>();
  const changes: Bytes[] = [];
  const actors: (readonly [ActorId, DeviceId])[] = [];
  for (const entry of built) {
    const body = mustHave(bodyOf(entry, knows.keys));
    const { device, chart, section } = entry.header;
    actors.push([actorOf(device, chart, section, body.nonce), device]);
    for (const change of body.changes) {
      changes.push(change);
      const { hash } = factsOf(change);
      if (hash !== undefined) entryByChange.set(hash, entry.hash);
    }
  }
  return { document: mustBeOk(SectionDocument.open({ changes, actors, author })), entryByChange };
}

/** Undefined hash: no change at all. */
function factsOf(bytes: Bytes): { readonly hash: ChangeHash | undefined; readonly deps: readonly ChangeHash[] } {
  try {
    const { hash, deps } = decodeChange(bytes);
    return { hash: parseChangeHash(hash), deps: deps.flatMap((dep) => parseChangeHash(dep) ?? []) };
  } catch {
    return { hash: undefined, deps: [] };
  }
}
