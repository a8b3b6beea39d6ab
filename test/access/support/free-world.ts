/**
 * Histories as bad as can be: practices, their rosters, one chart and one section of it, written by devices that act on what
 * they happen to know, cite what suits them, go on after their removal, and lie. Everything follows from one number.
 *
 * Operations are encoded and decoded for real, but not signed, and keys are not keys: resolution looks at neither, and
 * thousands of histories have to be made. Most are valid; of those that are not some are kept, as an attacker would send.
 */
import { entryHash, keyId, type ChartId, type DeviceId, type OpId, type PracticeId } from '../../../src/base/ids.ts';
import type { Section } from '../../../src/base/sections.ts';
import { CharterLog } from '../../../src/access/charter-log.ts';
import { readersAfterRevoke, type RosterOf } from '../../../src/access/charter-validity.ts';
import type { CharterView } from '../../../src/access/charter-view.ts';
import type { JudgedHeader } from '../../../src/access/effective.ts';
import { recipientsOf } from '../../../src/access/epoch-validity.ts';
import type { CharterBody, EpochBatch, SectionFrontiers } from '../../../src/access/operation-bodies.ts';
import { decodeOperation, encodeCharterOperation } from '../../../src/access/operation.ts';
import type { VerifiedCharterOp, VerifiedRosterOp } from '../../../src/access/verify-operation.ts';
import { sealOverheadBytes } from '../../../src/crypto/seal.ts';
import { chainNameOf, type ChainName, type EntryHeader } from '../../../src/crypto/entry.ts';
import { Chance, FreePractice } from './free-practices.ts';
import { mustHave } from './practices.ts';

export const section: Section = 'medications';
const sections: readonly Section[] = ['identity', section];
const views = 3;

export interface FreeWorld {
  readonly practices: readonly PracticeId[];
  readonly rosterOps: ReadonlyMap<PracticeId, readonly VerifiedRosterOp[]>;
  readonly ops: readonly VerifiedCharterOp[];
  readonly headers: readonly JudgedHeader[];
  /** Writes one more operation, with knowledge of everything. */
  closeAll(): void;
}

/** What one group of colluding or honest devices has received so far. */
interface Knowledge {
  readonly rosters: Map<PracticeId, Set<OpId>>;
  readonly ops: Set<OpId>;
  readonly entries: Set<JudgedHeader>;
}

export function freeWorld(seed: number, steps: number): FreeWorld {
  return new World(seed).run(steps);
}

class World implements FreeWorld {
  readonly #chance: Chance;
  readonly #practices: FreePractice[] = [];
  readonly #known: Knowledge[];
  readonly #rosterOf: RosterOf = (id) => this.#practices.find((practice) => practice.id === id)?.state;
  ops: VerifiedCharterOp[] = [];
  headers: JudgedHeader[] = [];
  #log: CharterLog;
  #keys = 0;
  readonly #chart: ChartId;

  constructor(seed: number) {
    this.#chance = new Chance(`free world ${seed}`);
    for (let i = 0; i < 3; i++) this.#practices.push(new FreePractice(this.#chance));
    const custodian = mustHave(this.#practices[0]);
    const create = this.#charterOp(null, [], custodian, mustHave(custodian.devices[0]), custodian.state.heads, {
      kind: 'create',
      custodian: custodian.id,
      sections,
      random: this.#chance.bytes(32),
      time: 0,
    });
    this.#chart = create.log.chart;
    this.ops = [create];
    this.#log = new CharterLog(this.ops, this.#rosterOf);
    this.#known = Array.from({ length: views }, () => ({
      rosters: new Map(this.#practices.map(({ id, ops }) => [id, new Set(ops.map((op) => op.id))])),
      ops: new Set([create.id]),
      entries: new Set<JudgedHeader>(),
    }));
    // Something to lose: every practice may write everything at first.
    for (const { id } of this.#practices.slice(1)) {
      const me = mustHave(this.#known[0]);
      const body = { kind: 'grant', practice: id, sections, right: 'write', until: null, time: 0 } as const;
      this.#keepCharterOp(me, custodian, mustHave(custodian.devices[0]), this.#heads(me), body);
    }
    const me = mustHave(this.#known[0]);
    const epochs = this.#epochs(me, sections, this.#log.viewAt(this.#heads(me)).readersOf);
    if (epochs === null) throw new Error('a chart has readers');
    const first = mustHave(custodian.devices[0]);
    this.#keepCharterOp(me, custodian, first, this.#heads(me), { kind: 'epoch', epochs, time: 0 });
    for (const known of this.#known) for (const { id } of this.ops) known.ops.add(id);
  }

  get practices(): readonly PracticeId[] {
    return this.#practices.map(({ id }) => id);
  }

  get rosterOps(): ReadonlyMap<PracticeId, readonly VerifiedRosterOp[]> {
    return new Map(this.#practices.map(({ id, ops }) => [id, ops]));
  }

  run(steps: number): this {
    for (let step = 0; step < steps; step++) {
      const me = this.#chance.pick(this.#known);
      const what = this.#chance.below(100);
      if (what < 18) this.#meet(me);
      else if (what < 30) this.#tryHard(() => this.#rosterAct(me));
      else if (what < 75) this.#tryHard(() => this.#charterAct(me));
      else this.#writeEntry(me);
    }
    return this;
  }

  /** Most of what is thrown together at random would be refused. */
  #tryHard(act: () => boolean): void {
    for (let tries = 0; tries < 4; tries++) if (act()) return;
  }

  /** By the roots, who are never removed: each device that lost its place is ended, over all that is known. */
  closeAll(): void {
    const me: Knowledge = {
      rosters: new Map(this.#practices.map(({ id, ops }) => [id, new Set(ops.map((op) => op.id))])),
      ops: new Set(this.ops.map((op) => op.id)),
      entries: new Set(this.headers),
    };
    for (const practice of this.#practices) {
      for (let { heads } = practice.state; heads.length > 8; { heads } = practice.state)
        practice.add(practice.root, heads.slice(0, 8), { kind: 'merge', time: 0 });
      for (const { id } of practice.ops) me.rosters.get(practice.id)?.add(id);
    }
    const write = (practice: FreePractice, prev: readonly OpId[], body: CharterBody): void => {
      if (!this.#keepCharterOp(me, practice, practice.root, prev, body, practice.state.heads))
        throw new Error(`a root can always write a ${body.kind}`);
    };
    for (let heads = this.#heads(me); heads.length > 8; heads = this.#heads(me)) {
      const prev = heads.slice(0, 8);
      write(this.#practiceOf(this.#log.viewAt(prev).custodian), prev, { kind: 'merge', time: 0 });
    }
    for (const practice of this.#practices)
      for (const member of practice.state.devices.values()) {
        if (member.status === 'active' && member.role === 'admin') continue;
        const cut = member.status === 'active' ? null : { [section]: this.#itemsOf(me, member.device) };
        const { heads: roster } = practice.state;
        write(practice, this.#heads(me), {
          kind: 'close',
          practice: practice.id,
          device: member.device,
          roster,
          cut,
          time: 0,
        });
      }
  }

  #rosterAct(me: Knowledge): boolean {
    const practice = this.#chance.pick(this.#practices);
    return practice.act(mustHave(me.rosters.get(practice.id)));
  }

  #rosterHeads(me: Knowledge, practice: FreePractice, honesty: number): readonly OpId[] {
    return practice.heads(mustHave(me.rosters.get(practice.id)), honesty);
  }

  // ----------------------------------------------------------------------------------------------------- charters

  #charterAct(me: Knowledge): boolean {
    const prev = this.#chance.one(10) ? [this.#chance.pick(this.#validOps(me)).id] : this.#heads(me).slice(0, 8);
    const view = this.#log.viewAt(prev);
    const custodian = this.#practiceOf(view.custodian);
    const time = this.#chance.below(1000);
    const other = this.#chance.pick(this.#practices);
    const admin = (practice: FreePractice): DeviceId => this.#author(me, practice);
    const byCustodian = (body: CharterBody): boolean =>
      this.#keepCharterOp(
        me,
        this.#chance.one(15) ? other : custodian,
        this.#chance.one(8) ? custodian.root : admin(custodian),
        prev,
        body,
      );
    const what = this.#chance.below(100);
    if (what < 22) {
      const right = this.#chance.one(4) ? 'read' : 'write';
      const granted = this.#chance.one(2) ? sections : [section];
      return byCustodian({ kind: 'grant', practice: other.id, sections: granted, right, until: null, time });
    }
    if (what < 33) {
      const ended = this.#chance.one(2) ? sections : [section];
      const cut = { [section]: this.#cutOf(me, other) };
      const epochs = this.#epochs(me, sections, readersAfterRevoke(view, other.id, ended));
      return byCustodian({ kind: 'revoke', practice: other.id, sections: ended, cut, epochs, time });
    }
    if (what < 46) {
      const epochs = this.#epochs(me, this.#chance.one(2) ? sections : [section], view.readersOf);
      return epochs !== null && this.#keepCharterOp(me, other, admin(other), prev, { kind: 'epoch', epochs, time });
    }
    if (what < 60) return this.#close(me, prev, custodian, other, time);
    if (what < 66) return byCustodian({ kind: 'admit', frontier: { [section]: this.#someItems(me) }, time });
    if (what < 70) {
      const [item] = this.#someItems(me);
      if (item === undefined) return false;
      return byCustodian({ kind: 'settle', section, chain: item.chain, seq: item.seq, standing: item.hash, time });
    }
    if (what < 76) return this.#keepCharterOp(me, other, admin(other), prev, { kind: 'merge', time });
    if (what < 86) {
      const keeps = this.#chance.pick(['none', 'read', 'write'] as const);
      const to = this.#chance.one(6) ? null : other.id;
      return this.#keepCharterOp(me, custodian, custodian.root, prev, { kind: 'offerCustody', to, keeps, time });
    }
    return this.#take(me, prev, view, time);
  }

  #close(me: Knowledge, prev: readonly OpId[], custodian: FreePractice, other: FreePractice, time: number): boolean {
    const roster = this.#rosterHeads(me, other, 12);
    const lost = [...(other.state.at(roster)?.values() ?? [])].filter(
      (member) => member.status === 'removed' || member.role !== 'admin',
    );
    if (lost.length === 0) return false;
    const { device, status } = this.#chance.pick(lost);
    const cut: SectionFrontiers | null =
      status === 'active' && this.#chance.one(2)
        ? null
        : { [section]: this.#itemsOf(me, device).slice(this.#chance.below(2)) };
    const by = this.#chance.one(2) ? custodian : other;
    const author = this.#chance.one(6) ? by.root : this.#author(me, by);
    const body = { kind: 'close', practice: other.id, device, roster, cut, time } as const;
    return this.#keepCharterOp(me, by, author, prev, body);
  }

  #take(me: Knowledge, prev: readonly OpId[], view: CharterView, time: number): boolean {
    if (view.offers.length === 0) return false;
    const offer = this.#chance.pick(view.offers);
    const taker = this.#practiceOf(this.#chance.one(12) ? this.#chance.pick(this.#practices).id : offer.to);
    const after = offer.keeps === 'none' ? readersAfterRevoke(view, view.custodian, view.sections) : view.readersOf;
    const epochs = offer.keeps === 'none' ? this.#epochs(me, sections, after) : null;
    const cut = offer.keeps === 'write' ? {} : { [section]: this.#cutOf(me, this.#practiceOf(view.custodian)) };
    const author = this.#chance.one(6) ? taker.root : this.#author(me, taker);
    return this.#keepCharterOp(me, taker, author, prev, { kind: 'takeCustody', offer: offer.op, cut, epochs, time });
  }

  #epochs(
    me: Knowledge,
    of: readonly Section[],
    readersOf: (section: Section) => readonly PracticeId[],
  ): EpochBatch | null {
    const named = [...new Set(of.flatMap((name) => readersOf(name)))].sort();
    if (of.some((name) => readersOf(name).length === 0)) return null;
    const rosters = named.map((practice) => {
      const one = this.#practiceOf(practice);
      const heads = this.#rosterHeads(me, one, 15);
      return {
        practice,
        heads,
        devices: recipientsOf(one.state.at(heads) ?? new Map()).map((member) => member.device),
      };
    });
    const epochs = of.map((name) => {
      const readers = readersOf(name);
      const wrapped = readers.flatMap((reader) => {
        const devices = rosters.find(({ practice }) => practice === reader)?.devices ?? [];
        return [reader, ...devices].map(() => new Uint8Array(52));
      });
      const former = this.#chance.one(3) ? this.#formerKeys(me, name) : [];
      const sealedPrevious = new Uint8Array(former.length === 0 ? 0 : sealOverheadBytes + 32 * former.length);
      const id = keyId(numbered(++this.#keys));
      return { section: name, keyId: id, readers, wraps: wrapped, previous: former, sealedPrevious };
    });
    return { ephemeralKey: new Uint8Array(32), rosters, epochs };
  }

  #formerKeys(me: Knowledge, name: Section) {
    const known = this.#validOps(me).flatMap(({ body }) => {
      if (body.kind !== 'epoch' && body.kind !== 'revoke' && body.kind !== 'takeCustody') return [];
      return (body.epochs?.epochs ?? []).flatMap((epoch) => (epoch.section === name ? [epoch.keyId] : []));
    });
    return known.sort().slice(-2);
  }

  #author(me: Knowledge, practice: FreePractice): DeviceId {
    const members = practice.state.at(this.#rosterHeads(me, practice, 12)) ?? new Map<DeviceId, never>();
    const admins = [...members.values()].filter(({ role, status }) => role === 'admin' && status === 'active');
    return this.#chance.one(6) || admins.length === 0
      ? this.#chance.pick(practice.devices)
      : this.#chance.pick(admins).device;
  }

  #keepCharterOp(
    me: Knowledge,
    practice: FreePractice,
    signer: DeviceId,
    prev: readonly OpId[],
    body: CharterBody,
    roster = this.#rosterHeads(me, practice, 10),
  ): boolean {
    const op = this.#charterOp(this.#chart, prev, practice, signer, roster, body);
    const log = new CharterLog([...this.ops, op], this.#rosterOf, this.#log.verdicts);
    if (log.parked.has(op.id) || (log.refused.has(op.id) && !this.#chance.one(10))) return false;
    this.ops = [...this.ops, op];
    this.#log = log;
    me.ops.add(op.id);
    return true;
  }

  #charterOp(
    chart: ChartId | null,
    prev: readonly OpId[],
    practice: FreePractice,
    signer: DeviceId,
    roster: readonly OpId[],
    body: CharterBody,
  ): VerifiedCharterOp {
    const bytes = encodeCharterOperation({ chart, prev, signer, practice: practice.id, roster, body });
    const decoded = decodeOperation(bytes);
    if (!decoded.ok) throw new Error(`an operation of a free world is ${decoded.reason}: ${decoded.detail ?? ''}`);
    return { ...decoded.value, signed: { bytes, signatures: [] } } as unknown as VerifiedCharterOp;
  }

  #validOps(me: Knowledge): readonly VerifiedCharterOp[] {
    return this.ops.filter((op) => me.ops.has(op.id) && !this.#log.refused.has(op.id));
  }

  #heads(me: Knowledge): readonly OpId[] {
    return this.#log.graph.headsOf(this.#validOps(me).map((op) => op.id));
  }

  // ------------------------------------------------------------------------------------------------------ entries

  #writeEntry(me: Knowledge): void {
    const heads = this.#heads(me).slice(0, 8);
    const access = this.#chance.one(6) ? [this.#chance.pick(this.#validOps(me)).id] : heads;
    const view = this.#log.viewAt(access);
    const writers = view.members.filter((id) => view.rightOf(id, section) === 'write');
    const practice = this.#practiceOf(
      this.#chance.one(9) ? this.#chance.pick(this.practices) : this.#chance.pick(writers),
    );
    const roster = this.#rosterHeads(me, practice, 10);
    const active = [...(practice.state.at(roster)?.values() ?? [])].filter((member) => member.status === 'active');
    const device =
      this.#chance.one(9) || active.length === 0
        ? this.#chance.pick(practice.devices)
        : this.#chance.pick(active).device;
    const openers = view.openersOf(practice.id, section);
    const stint = openers.length > 0 && this.#chance.one(3) ? this.#chance.pick(openers) : '';
    const own = [...me.entries].filter(({ header }) => header.device === device && header.stint === stint);
    own.sort((a, b) => a.header.seq - b.header.seq);
    const after = this.#chance.one(12) ? own.at(-2) : own.at(-1);
    const others = [...me.entries].filter(({ header }) => header.device !== device).slice(-4);
    const on = others.length === 0 || this.#chance.one(2) ? [] : [this.#chance.pick(others), this.#chance.pick(others)];
    const deps = [...new Map(on.map((entry) => [chainOf(entry), itemOf(entry)])).values()];
    const header = {
      v: 1,
      suite: 1,
      chart: this.#chart,
      section,
      device,
      stint,
      seq: (after?.header.seq ?? 0) + 1,
      prev: after?.hash ?? null,
      chain: '',
      deps: deps.sort((a, b) => (a.chain < b.chain ? -1 : 1)),
      access: [...access].sort(),
      roster: [...roster].sort(),
      epoch: keyId(numbered(0)),
      ctHash: '',
      ctLength: 0,
    } satisfies EntryHeader;
    const entry: JudgedHeader = { header, hash: entryHash(this.#chance.bytes(32)) };
    this.headers = [...this.headers, entry];
    me.entries.add(entry);
  }

  #itemsOf(me: Knowledge, device: DeviceId) {
    const highest = new Map<ChainName, JudgedHeader>();
    for (const entry of [...me.entries].sort((a, b) => a.header.seq - b.header.seq))
      if (entry.header.device === device) highest.set(chainOf(entry), entry);
    return [...highest.values()].map(itemOf).sort((a, b) => (a.chain < b.chain ? -1 : 1));
  }

  #cutOf(me: Knowledge, practice: FreePractice) {
    const items = practice.devices.flatMap((device) => this.#itemsOf(me, device));
    return items.filter(() => !this.#chance.one(4)).sort((a, b) => (a.chain < b.chain ? -1 : 1));
  }

  #someItems(me: Knowledge) {
    return me.entries.size === 0 ? [] : [itemOf(this.#chance.pick([...me.entries]))];
  }

  // -------------------------------------------------------------------------------------------------------- chance

  #meet(me: Knowledge): void {
    const other = this.#chance.pick(this.#known);
    for (const [practice, ops] of other.rosters) for (const id of ops) me.rosters.get(practice)?.add(id);
    // Rosters alone, now and then: what they say is then known before the operations that were made beside it.
    if (this.#chance.one(3)) return;
    for (const id of other.ops) me.ops.add(id);
    for (const entry of other.entries) me.entries.add(entry);
  }

  #practiceOf(id: PracticeId): FreePractice {
    return mustHave(this.#practices.find((practice) => practice.id === id));
  }
}

function chainOf({ header }: JudgedHeader): ChainName {
  return chainNameOf(header.device, header.stint);
}

function itemOf(entry: JudgedHeader) {
  return { chain: chainOf(entry), seq: entry.header.seq, hash: entry.hash };
}

function numbered(n: number): Uint8Array {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(28, n);
  return bytes;
}
