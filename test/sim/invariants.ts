/**
 * What must hold when a world has come to rest, whatever happened in it. Everything is read from the disks, by the product's
 * own code but not by the sessions that ran: so what is compared is what a machine would show after its next start.
 */
import type { ChartAccess } from '../../src/app/charters/charter-book.ts';
import type { PracticeContext } from '../../src/app/practice-context.ts';
import { SectionKeeper } from '../../src/app/sections/section-keeper.ts';
import type { ChartId, DeviceId, EntryHash } from '../../src/base/ids.ts';
import { chainNameOf, type EntryHeader } from '../../src/crypto/entry.ts';
import { checkAttached } from './attaching.ts';
import { checkAudit } from './audit.ts';
import { checkNotes, sectionOfNotes } from './notes.ts';
import { sections } from './writing.ts';
import { diskOf } from './break-in.ts';
import { checkNothingClear } from './confidentiality.ts';
import { checkOrder } from './order.ts';
import { checkKept } from './kept.ts';
import type { Machine } from './machine.ts';
import { checkBooks } from './merging.ts';
import { checkRemoved } from './removed.ts';
import type { World } from './world.ts';

export const shownSections = ['identity', ...sections, sectionOfNotes] as const;

/** A chart as one machine has it. */
export interface Replica {
  readonly machine: Machine;
  readonly disk: PracticeContext;
  readonly access: ChartAccess;
  readonly keepers: ReadonlyMap<string, SectionKeeper>;
}

/** Every chart as every machine has it on its disk now. */
export async function replicasOf(world: World): Promise<ReadonlyMap<ChartId, readonly Replica[]>> {
  const disks: { readonly machine: Machine; readonly disk: PracticeContext }[] = [];
  for (const machine of world.machines) disks.push({ machine, disk: await diskOf(machine) });
  const charts = new Map<ChartId, readonly Replica[]>();
  for (const chart of world.charts) {
    const replicas: Replica[] = [];
    for (const { machine, disk } of disks) {
      const access = await disk.charters.get(chart);
      if (access === undefined) continue;
      const keepers = new Map<string, SectionKeeper>();
      for (const section of shownSections) keepers.set(section, await SectionKeeper.load(disk, access, section));
      replicas.push({ machine, disk, access, keepers });
    }
    charts.set(chart, replicas);
  }
  return charts;
}

export async function checkInvariants(world: World): Promise<void> {
  for (const error of world.failures) throw error;
  const charts = await replicasOf(world);
  checkNothingClear(world);
  for (const [chart, replicas] of charts) {
    checkConvergence(world, chart, replicas);
    checkNever(world, replicas);
    checkSaved(world, chart, replicas);
    checkNotes(world, chart, replicas);
    checkAuthority(world, replicas);
    checkRemoved(world, chart, replicas);
    await checkOrder(replicas);
  }
  if (world.keeper !== undefined) await checkKept(world, world.keeper, charts);
  await checkAttached(world, charts, world.keeper);
  await checkBooks(world);
  await checkAudit(world);
  countWhatHappened(world, charts);
}

export function violated(invariant: string, what: string): never {
  throw new Error(`${invariant}: ${what}`);
}

const isHonest = (world: World, { machine }: Replica): boolean => machine.practice !== world.hostile.practice;

/** The custodian's replica, by whose charter it is said who is entitled to what. */
export function custodianOf(replicas: readonly Replica[]): Replica | undefined {
  return replicas.find(
    ({ machine, disk, access }) =>
      access.charter.custodian === machine.practiceId && disk.rosters.isActive(disk.self.device),
  );
}

/** Between the end of a grant and the revoke that the custodian writes of it, nobody is served by it (CH-8). */
function mayRead(
  world: World,
  reference: Replica,
  { machine, disk }: Replica,
  section: (typeof shownSections)[number],
): boolean {
  const practice = machine.practiceId;
  const { charter } = reference.access;
  if (practice === undefined || !charter.isServed(practice, section, world.timeline.nowMs)) return false;
  const member = reference.disk.rosters.get(practice)?.devices.get(disk.self.device);
  return member?.status === 'active' && charter.rightOf(practice, section) !== 'none';
}

/** The kinds of the newest operations, and what is not in force. */
function operations({ access: { charter } }: Replica): string {
  const kindOf = (id: string): string => charter.ops.find((op) => op.id === id)?.body.kind ?? 'unknown';
  const parked = [...charter.parked].map(([id, why]) => `${kindOf(id)} parked: ${why.reason}`);
  return [...charter.heads.map((id) => `${kindOf(id)} ${id.slice(0, 6)}`), ...parked].join(', ');
}

/** What a machine shows of a section, with what is concurrent and by whom. */
export function shown(keeper: SectionKeeper | undefined): string {
  const document = keeper?.document;
  // Where in its history a text was read is said of the reading.
  const resources = [...(document?.resources() ?? [])].map(
    ([key, { text, ...rest }]) => [key, { ...rest, words: text?.words, isClosed: text?.isClosed }] as const,
  );
  return JSON.stringify([
    resources.sort(([a], [b]) => (a < b ? -1 : 1)),
    document?.conflicts(),
    document === undefined ? [] : [...document.heads()].sort(),
  ]);
}

/**
 * Whose replica the others are held against: where no active device of the custodian has the chart, that of whoever else may
 * read it. What its charter says of rights is what the custodian would be told.
 */
function referenceOf(world: World, replicas: readonly Replica[]): Replica | undefined {
  return custodianOf(replicas) ?? replicas.find((replica) => mayRead(world, replica, replica, 'identity'));
}

/** CONV: members with equal rights hold equal heads and show the same. */
export function checkConvergence(world: World, chart: ChartId, replicas: readonly Replica[], invariant = 'CONV'): void {
  const name = `chart ${world.charts.indexOf(chart)}`;
  const reference = referenceOf(world, replicas);
  if (reference === undefined) return;
  const { charter } = reference.access;
  for (const replica of replicas) {
    const reads = shownSections.filter((section) => mayRead(world, reference, replica, section));
    if (reads.length === 0) continue;
    const who = `${replica.machine.name} and ${reference.machine.name}, ${name}`;
    if (replica.access.charter.heads.join() !== charter.heads.join())
      violated(invariant, `charter heads: ${who}: ${operations(replica)} here, ${operations(reference)} there`);
    for (const practice of charter.members)
      if (replica.disk.rosters.get(practice)?.heads.join() !== reference.disk.rosters.get(practice)?.heads.join())
        violated(invariant, `roster heads: ${who}`);
    for (const section of reads) {
      const [here, there] = [replica.keepers.get(section), reference.keepers.get(section)];
      const effective = (keeper: SectionKeeper | undefined): string =>
        [...(keeper?.judgement.effective ?? [])].sort().join();
      if (effective(here) !== effective(there))
        violated(invariant, `effective entries: ${who} ${section}: ${difference(here, there)}`);
      if (lacksKeyOfBefore(replica.machine, here)) continue;
      // Its own replica may show what its keys were misused for; nobody else may.
      if (replica.machine !== world.hostile && shown(here) !== shown(there))
        violated(invariant, `what is shown: ${who} ${section}: ${stops(here)} here, ${stops(there)} there`);
    }
  }
  for (const machine of world.machines) {
    const practice = machine.practiceId;
    if (practice === undefined || replicas.some((replica) => replica.machine === machine)) continue;
    const active = machine.device !== undefined && reference.disk.rosters.isActive(machine.device);
    if (active && charter.rightOf(practice, 'identity') !== 'none')
      violated(invariant, `${machine.name} may read ${name} and has never heard of it`);
  }
}

/** Restored from an older backup, a machine reads what was sealed meanwhile from the next key on. */
export function lacksKeyOfBefore({ name }: Machine, keeper: SectionKeeper | undefined): boolean {
  return name.endsWith('r') && [...(keeper?.stopped.values() ?? [])].some(({ kind }) => kind === 'no-key');
}

/** The entries that one counts and the other does not, with what either says of them. */
function difference(here: SectionKeeper | undefined, there: SectionKeeper | undefined): string {
  const said = (keeper: SectionKeeper | undefined, hash: EntryHash): string => {
    const { effective, quarantined, refused, waiting } = keeper?.judgement ?? {};
    const why = quarantined?.get(hash) ?? refused?.get(hash) ?? waiting?.get(hash);
    return effective?.has(hash) === true ? 'counts' : why === undefined ? 'unknown' : `${why.rule} ${why.reason}`;
  };
  const all = new Set([...(here?.judgement.effective ?? []), ...(there?.judgement.effective ?? [])]);
  return [...all]
    .filter((hash) => said(here, hash) !== said(there, hash))
    .map((hash) => `${hash.slice(0, 8)} ${said(here, hash)} here, ${said(there, hash)} there`)
    .join('; ');
}

const stops = (keeper: SectionKeeper | undefined): string => JSON.stringify([...(keeper?.stopped ?? [])]);

/** AUTH, by text: what attackers made up is in no document of an honest machine, its history included. */
function checkNever(world: World, replicas: readonly Replica[]): void {
  for (const replica of replicas.filter((one) => isHonest(world, one)))
    for (const keeper of replica.keepers.values())
      for (const key of keeper.document.resources().keys())
        for (const { text } of keeper.document.history(key))
          for (const [never, why] of world.never)
            if (text.includes(`${never}"`)) violated('AUTH', `${replica.machine.name} shows "${never}": ${why}`);
  for (const replica of replicas.filter((one) => isHonest(world, one)))
    for (const evil of world.evilOps) {
      const { charter } = replica.access;
      const stands =
        charter.ops.some(({ id }) => id === evil) && !charter.refused.has(evil) && !charter.parked.has(evil);
      if (stands) violated('AUTH', `${replica.machine.name} keeps an operation of one who had no right to it`);
    }
  for (const { disk, machine } of replicas.filter((one) => isHonest(world, one)))
    for (const practice of disk.rosters.practices)
      for (const op of disk.rosters.get(practice)?.ops ?? [])
        if (world.evilOps.has(op.id)) violated('AUTH', `${machine.name} keeps a device that a stranger added`);
}

/**
 * DUR: what was shown as saved is there, for every honest author who was never removed nor had rights taken. Whoever lost a
 * right may see what it wrote without knowing set aside (CUT-2).
 */
function checkSaved(world: World, chart: ChartId, replicas: readonly Replica[]): void {
  const reference = custodianOf(replicas);
  if (reference === undefined) return;
  for (const { by, device, section, key, text } of world.saved.filter((one) => one.chart === chart)) {
    if (!keepsItsPlace(world, reference, by, device)) continue;
    const keeper = reference.keepers.get(section);
    const rows = keeper?.document.history(key) ?? [];
    if (!rows.some((row) => row.text.includes(`${text}"`)))
      violated('DUR', `"${text}" of ${by.name} was saved and is not at ${reference.machine.name}: ${stops(keeper)}`);
  }
}

/** Was never removed, made less than an admin, nor had a right taken: whatever it was told is saved stands. */
export function keepsItsPlace(world: World, reference: Replica, by: Machine, device: DeviceId): boolean {
  const { charter } = reference.access;
  const taken = new Set(charter.ops.flatMap(({ body }) => (body.kind === 'takeCustody' ? [body.offer] : [])));
  const lost = new Set(
    charter.ops.flatMap(({ id, practice, body }) => {
      if (body.kind === 'revoke') return [body.practice];
      return taken.has(id) && body.kind === 'offerCustody' && body.keeps !== 'write' ? [practice] : [];
    }),
  );
  const practice = by.practiceId;
  if (practice === undefined || by.practice === world.hostile.practice || lost.has(practice)) return false;
  const member = reference.disk.rosters.get(practice)?.devices.get(device);
  return member?.status === 'active' && member.role === 'admin';
}

/**
 * AUTH and REV by the graph, worked out without the rules of access/: what counts is the work of somebody who may write today,
 * lies at or below a cut or an admission, or is built on by such an entry.
 */
function checkAuthority(world: World, replicas: readonly Replica[]): void {
  for (const replica of replicas.filter((one) => isHonest(world, one))) {
    const { charter } = replica.access;
    for (const [section, keeper] of replica.keepers) {
      const headers = new Map<EntryHash, EntryHeader>(keeper.graph.headers);
      const named = charter.ops.flatMap(({ body }) =>
        body.kind === 'revoke' || body.kind === 'close' || body.kind === 'takeCustody'
          ? (Object.entries(body.cut ?? {}).find(([name]) => name === section)?.[1] ?? [])
          : body.kind === 'admit'
            ? (Object.entries(body.frontier).find(([name]) => name === section)?.[1] ?? [])
            : body.kind === 'settle' && body.section === section
              ? [{ chain: body.chain, seq: body.seq, hash: body.standing }]
              : [],
      );
      const grounds = [...headers].filter(([hash, { device, stint, seq }]) => {
        const practice = replica.disk.rosters.practiceOf(device);
        const member = practice === undefined ? undefined : charter.rosterOf(practice)?.devices.get(device);
        const writes = practice !== undefined && charter.rightOf(practice, keeper.section) === 'write';
        // Whose own right has ended was not sent the newest entry that a later cut names, and has those before it.
        const chain = chainNameOf(device, stint);
        const isCovered = named.some(
          (item) => item.hash === hash || (!headers.has(item.hash) && item.chain === chain && seq < item.seq),
        );
        return (writes && member !== undefined) || isCovered;
      });
      const allowed = new Set<EntryHash>();
      const queue = grounds.map(([hash]) => hash);
      for (let hash = queue.pop(); hash !== undefined; hash = queue.pop()) {
        const header = headers.get(hash);
        if (header === undefined || allowed.has(hash)) continue;
        allowed.add(hash);
        queue.push(...header.deps.map((item) => item.hash), ...(header.prev === null ? [] : [header.prev]));
      }
      for (const hash of keeper.judgement.effective)
        if (!allowed.has(hash))
          violated('AUTH', `${replica.machine.name} counts what no writer stands behind, ${section}`);
    }
  }
}

function countWhatHappened(world: World, charts: ReadonlyMap<ChartId, readonly Replica[]>): void {
  const { tally } = world;
  for (const replicas of charts.values())
    for (const replica of replicas)
      for (const keeper of replica.keepers.values()) {
        if (isHonest(world, replica)) tally.setAside += keeper.judgement.quarantined.size;
      }
}
