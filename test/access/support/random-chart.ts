/**
 * A chart among a custodian with two admins and two peers, each replica acting on what it happens to know: grants, revokes
 * and keys beside each other, a removed admin that goes on, entries on top of whatever is held. Driven by numbers.
 */
import type { OpId } from '../../../src/base/ids.ts';
import type { Result } from '../../../src/base/result.ts';
import {
  admit,
  close,
  grant,
  makeEpochs,
  revokeWithEpochs,
  type CharterWrite,
} from '../../../src/access/charter-builders.ts';
import { resolveCharter, type CharterState } from '../../../src/access/charter.ts';
import { cutFor, judgeEntries } from '../../../src/access/effective.ts';
import type { VerifiedCharterOp, VerifiedRosterOp } from '../../../src/access/verify-operation.ts';
import type { VerifiedEntry } from '../../../src/crypto/entry.ts';
import { atTime, mustHave, rostersOf, TestChart, TestPractice, type TestDevice } from './practices.ts';
import { itemOf, writeEntry } from './section.ts';

export const section = 'medications';

export interface RandomChart {
  readonly practices: readonly TestPractice[];
  readonly rosterOps: ReadonlyMap<TestPractice, readonly VerifiedRosterOp[]>;
  readonly ops: readonly VerifiedCharterOp[];
  readonly entries: readonly VerifiedEntry[];
}

interface Replica {
  readonly practice: TestPractice;
  readonly device: TestDevice;
  ops: readonly VerifiedCharterOp[];
  entries: readonly VerifiedEntry[];
}

export async function randomChart(choices: readonly number[]): Promise<RandomChart> {
  const clinic = await TestPractice.found('random clinic');
  const second = await clinic.add('second', 'admin');
  const peers = [await TestPractice.found('random x'), await TestPractice.found('random y')];
  const chart = await TestChart.begin('random chart', clinic, ...peers);
  for (const peer of peers) await chart.grant(clinic.author(), peer, [section]);
  const secondsRoster = clinic.ops;
  const replicas = [
    { practice: clinic, device: clinic.first },
    { practice: clinic, device: second },
    ...peers.map((practice) => ({ practice, device: practice.first })),
  ].map((who): Replica => ({ ...who, ops: chart.ops, entries: [] }));
  const ops = new Map(chart.ops.map((op) => [op.id, op]));
  const entries = new Map<string, VerifiedEntry>();

  for (const choice of choices) {
    const me = mustHave(replicas[choice % replicas.length]);
    const kind = Math.floor(choice / 4) % 10;
    const number = Math.floor(choice / 40);
    // The second admin never hears of its own removal.
    const current = clinic.ops;
    if (me.device === second) clinic.ops = secondsRoster;
    await act(me, kind, number);
    if (me.device === second) clinic.ops = current;
  }
  const practices = [clinic, ...peers];
  return {
    practices,
    rosterOps: new Map(practices.map((practice) => [practice, practice.ops])),
    ops: [...ops.values()],
    entries: [...entries.values()],
  };

  async function act(me: Replica, kind: number, number: number): Promise<void> {
    const state = mustHave(resolveCharter(me.ops, rostersOf(clinic, ...peers), { heldBefore: idsOf(me.ops) }));
    const author = { signKeys: me.device.signKeys, roster: me.practice.roster };
    const peer = mustHave(peers[number % peers.length]);
    const judged = judgeEntries({ charter: state, section, headers: me.entries });
    const cut = (practice: TestPractice) => ({ [section]: cutFor(judged, practice.id) });
    switch (kind) {
      case 0:
      case 1: {
        const other = mustHave(replicas[number % replicas.length]);
        me.ops = [...new Map([...me.ops, ...other.ops].map((op) => [op.id, op])).values()];
        me.entries = [...new Map([...me.entries, ...other.entries].map((entry) => [entry.hash, entry])).values()];
        return;
      }
      case 2:
        keep(
          me,
          await grant(state, author, { practice: peer.id, sections: [section], right: 'write' }, atTime + number),
        );
        return;
      case 3: {
        const ended = { practice: peer.id, sections: [section] as const, cut: cut(peer) };
        keep(me, await revokeWithEpochs(state, author, ended, chart.making, atTime + number));
        return;
      }
      case 4:
        keep(me, await makeEpochs(state, author, [section], chart.making, atTime + number));
        return;
      case 5: {
        const aside = me.entries.find((entry) => judged.quarantined.has(entry.hash));
        if (aside !== undefined) keep(me, await admit(state, author, { [section]: [itemOf(aside)] }, atTime + number));
        return;
      }
      case 6: {
        if (me.device !== clinic.first) return;
        if (clinic.roster.devices.get(second.id)?.status === 'active') await clinic.remove(second.id);
        const own = { [section]: cutFor(judged, clinic.id).filter((item) => item.chain.startsWith(second.id)) };
        keep(me, await close(state, author, { practice: clinic.id, device: second.id, cut: own }, atTime));
        return;
      }
      default:
        return write(me, state, judged.effective, number);
    }
  }

  function keep(me: Replica, write: Result<CharterWrite>): void {
    if (!write.ok) return;
    for (const [keyId, key] of write.value.keys) chart.keys.set(keyId, key);
    ops.set(write.value.op.id, write.value.op);
    me.ops = [...me.ops, write.value.op];
  }

  async function write(
    me: Replica,
    state: CharterState,
    effective: ReadonlySet<string>,
    number: number,
  ): Promise<void> {
    const stint = state.stintOf(me.practice.id, me.device.id, section);
    if (stint === undefined) return;
    const own = me.entries.filter(({ header }) => header.device === me.device.id && header.stint === stint);
    // Now and then a device goes back in its own chain: a fork.
    const after = number % 23 === 0 ? own.at(-2) : own.at(-1);
    const others = me.entries.filter(
      ({ header, hash }) => header.device !== me.device.id && (effective.has(hash) || number % 7 === 0),
    );
    const on = others.length === 0 ? [] : [mustHave(others[number % others.length])];
    const plan = { practice: me.practice, device: me.device, after: after ?? null, on, stint, access: state.heads };
    const entry = await writeEntry(chart, section, { ...plan, text: String(number) }, state.chart);
    entries.set(entry.hash, entry);
    me.entries = [...me.entries, entry];
  }
}

function idsOf(ops: readonly VerifiedCharterOp[]): ReadonlySet<OpId> {
  return new Set(ops.map((op) => op.id));
}
