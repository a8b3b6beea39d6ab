/**
 * A look at what counts for nothing in a section (CUT-4): which acts were set aside, what each builds on, and what it would
 * change. Tried on a copy of the document that is thrown away; nothing here is merged or kept.
 */
import type { DeviceId, EntryHash } from '../../base/ids.ts';
import type { Finding } from '../../access/findings.ts';
import { composeResource, registerText } from '../../clinical/registers.ts';
import { stringifyJson, type JsonObject } from '../../clinical/json.ts';
import type { ResourceKey, StoredResource } from '../../clinical/section-edit.ts';
import { titleOf } from '../../clinical/title.ts';
import { checkChange, type CheckedChange } from '../../crdt/check-change.ts';
import { chainNameOf } from '../../crypto/entry.ts';
import type { EntryFrontiers } from './entry-frontiers.ts';
import { batchOf, onlyWholeBatches, type Opened, type Opening, type Stopped } from './section-opening.ts';
import type { SectionReading } from './section-reading.ts';

/** What is opened for one look, at most: a flood is listed, and looked at in part. */
const maxReviewedEntries = 1_000;
const maxReviewedBytes = 8 * 1024 * 1024;
const openedAtOnce = 32;

export interface ReviewInput {
  /** Opens what may be looked at, wherever it lies. */
  readonly open: (hashes: ReadonlySet<EntryHash>) => Promise<Opening>;
  readonly graph: EntryFrontiers;
  readonly reading: SectionReading;
  /** Everything set aside, with why. */
  readonly aside: ReadonlyMap<EntryHash, Finding>;
}

/** One act of its author: an entry, or the entries of one import. */
export interface ReviewedAct {
  /** In their order; the first names the act. */
  readonly entries: readonly EntryHash[];
  readonly device: DeviceId;
  readonly why: Finding;
  /** By the author's clock; undefined when it cannot be opened. */
  readonly atMs: number | undefined;
  /** Other acts set aside that it builds on. */
  readonly needs: readonly EntryHash[];
  /** Undefined: it cannot be opened, or the copy did not take it. */
  readonly changes: readonly ProposedChange[] | undefined;
}

export interface ProposedChange {
  readonly key: ResourceKey;
  /** '' for a resource that would be new. */
  readonly register: string;
  readonly label: string;
  readonly before: string | undefined;
  readonly after: string;
}

export async function reviewSection(input: ReviewInput): Promise<readonly ReviewedAct[]> {
  const { aside, graph, reading } = input;
  if (aside.size === 0) return [];
  const { opened, stopped } = onlyWholeBatches(await openAside(input));
  const copy = reading.copy();
  let tried: ReadonlyMap<EntryHash, Stopped>;
  try {
    tried = copy.take(opened, stopped);
  } finally {
    copy.close();
  }
  const byHash = new Map(opened.map((one) => [one.entry.hash, one]));
  const acts = actsOf(aside, graph, byHash);
  const actOf = new Map(acts.flatMap((act) => act.entries.map((hash) => [hash, act] as const)));
  return acts.map((act): ReviewedAct => {
    const needs = needsOf(act, graph, actOf);
    const all = [...needs, act].flatMap(({ entries }) => entries);
    const sound = all.every((hash) => byHash.has(hash) && !stopped.has(hash) && !tried.has(hash));
    const writes = all.flatMap((hash) => checkedChanges(byHash.get(hash)));
    const own = act.entries.flatMap((hash) => checkedChanges(byHash.get(hash)));
    return {
      ...act,
      atMs: own.at(-1)?.node.timeMs,
      needs: needs.map(({ entries: [first] }) => mustHave(first)),
      changes: sound ? proposed(writes, reading.document.resources()) : undefined,
    };
  });
}

type Act = Pick<ReviewedAct, 'entries' | 'device' | 'why'>;

/** Times of entries, whatever became of them, as their authors' clocks said. */
export async function timesOf(
  { open }: Pick<ReviewInput, 'open'>,
  hashes: ReadonlySet<EntryHash>,
): Promise<ReadonlyMap<EntryHash, number>> {
  const { opened } = await open(hashes);
  return new Map(
    opened.flatMap((one) => {
      const at = checkedChanges(one).at(-1)?.node.timeMs;
      return at === undefined ? [] : [[one.entry.hash, at] as const];
    }),
  );
}

async function openAside({ aside, graph, open }: ReviewInput): Promise<Opening> {
  const oldest = [...aside.keys()].sort((a, b) => (graph.get(a)?.seq ?? 0) - (graph.get(b)?.seq ?? 0));
  const wanted = oldest.slice(0, maxReviewedEntries);
  const opened: Opened[] = [];
  const stopped = new Map<EntryHash, Stopped>();
  let bytes = 0;
  for (let from = 0; from < wanted.length && bytes <= maxReviewedBytes; from += openedAtOnce) {
    const some = new Set(wanted.slice(from, from + openedAtOnce));
    const part = await open(some);
    for (const one of part.opened) bytes += one.body.changes.reduce((sum, change) => sum + change.length, 0);
    opened.push(...part.opened);
    for (const [hash, why] of part.stopped) stopped.set(hash, why);
  }
  return { opened, stopped };
}

/** In order of author and place; those that could not be opened stand for themselves. */
function actsOf(
  aside: ReadonlyMap<EntryHash, Finding>,
  graph: EntryFrontiers,
  opened: ReadonlyMap<EntryHash, Opened>,
): readonly Act[] {
  const acts = new Map<string, { readonly entries: EntryHash[]; readonly device: DeviceId; readonly why: Finding }>();
  const inOrder = [...aside].flatMap(([hash, why]) => {
    const header = graph.get(hash);
    return header === undefined ? [] : [{ hash, why, header }];
  });
  inOrder.sort((a, b) => {
    const [left, right] = [a, b].map(({ header }) => chainNameOf(header.device, header.stint));
    return left === right ? a.header.seq - b.header.seq : (left ?? '') < (right ?? '') ? -1 : 1;
  });
  for (const { hash, why, header } of inOrder) {
    const one = opened.get(hash);
    const name = (one === undefined ? undefined : batchOf(one)) ?? hash;
    const act = acts.get(name);
    if (act === undefined) acts.set(name, { entries: [hash], device: header.device, why });
    else act.entries.push(hash);
  }
  return [...acts.values()];
}

/** What admitting an act takes in with it: everything set aside below it (CUT-2). */
function needsOf(act: Act, graph: EntryFrontiers, actOf: ReadonlyMap<EntryHash, Act>): readonly Act[] {
  const needs = new Set<Act>();
  for (const own of act.entries)
    for (const { hash } of graph.frontierOf(own)?.values() ?? [])
      for (let at: EntryHash | null = hash; at !== null; at = graph.get(at)?.prev ?? null) {
        const needed = actOf.get(at);
        if (needed !== undefined && needed !== act) needs.add(needed);
      }
  return [...needs];
}

function checkedChanges(opened: Opened | undefined): readonly CheckedChange[] {
  if (opened === undefined) return [];
  return opened.body.changes.flatMap((bytes) => {
    const checked = checkChange(bytes, { actor: opened.actor });
    return checked.ok ? [checked.value] : [];
  });
}

/** What stands in each register after these changes, beside what stands now. Of several the latest, as Automerge orders them. */
function proposed(
  changes: readonly CheckedChange[],
  now: ReadonlyMap<ResourceKey, StoredResource>,
): readonly ProposedChange[] {
  const bases = new Map<ResourceKey, string>();
  const registers = new Map<ResourceKey, Record<string, string>>();
  const inOrder = [...changes].sort(
    (a, b) => a.node.startOp - b.node.startOp || (a.node.actor < b.node.actor ? -1 : 1),
  );
  for (const { place, text } of inOrder.flatMap(({ writes }) => writes)) {
    if (place.kind === 'base') bases.set(place.key, text);
    if (place.kind === 'register') registers.set(place.key, { ...registers.get(place.key), [place.register]: text });
  }
  const keys = new Set([...bases.keys(), ...registers.keys()]);
  return [...keys].flatMap((key): readonly ProposedChange[] => {
    const stands = now.get(key);
    const base = stands?.base ?? bases.get(key);
    const written = registers.get(key) ?? {};
    if (base === undefined) return [];
    const after = composeResource(base, { ...stands?.registers, ...written });
    const label = after.ok ? titleOf(after.value) : key;
    if (stands === undefined)
      return [{ key, register: '', label, before: undefined, after: after.ok ? stringifyJson(after.value) : base }];
    const before = composeResource(stands.base, stands.registers);
    return Object.entries(written)
      .filter(([register]) => !register.startsWith('@'))
      .map(([register, text]) => ({ key, register, label, before: textNow(before, stands, register), after: text }))
      .filter(({ before: was, after: becomes }) => was !== becomes);
  });
}

function textNow(
  before: ReturnType<typeof composeResource>,
  stands: StoredResource,
  register: string,
): string | undefined {
  return (
    stands.registers[register] ?? (before.ok ? registerText(before.value satisfies JsonObject, register) : undefined)
  );
}

function mustHave(hash: EntryHash | undefined): EntryHash {
  if (hash === undefined) throw new Error('an act has an entry');
  return hash;
}
