/** Charter operations as an attacker would make them, and what a replica makes of them. */
import { expect } from 'vitest';
import { resolveCharter } from '../../../src/access/charter.ts';
import { encodeCharterOperation } from '../../../src/access/operation.ts';
import type { CharterBody } from '../../../src/access/operation-bodies.ts';
import { isCharterOp, signOperation, type VerifiedCharterOp } from '../../../src/access/verify-operation.ts';
import { mustHave, rostersOf, type TestChart, type TestDevice, type TestPractice } from './practices.ts';
import { permutations } from './shuffled.ts';

/** An operation that the builders would not make. */
export async function craft(
  chart: TestChart,
  practice: TestPractice,
  body: CharterBody,
  at: {
    readonly device?: TestDevice;
    readonly prev?: VerifiedCharterOp['prev'];
    readonly roster?: VerifiedCharterOp['roster'];
  } = {},
): Promise<VerifiedCharterOp> {
  const device = at.device ?? practice.first;
  const bytes = encodeCharterOperation({
    chart: chart.state.chart,
    prev: at.prev ?? chart.state.heads,
    signer: device.id,
    practice: practice.id,
    roster: at.roster ?? practice.roster.heads,
    body,
  });
  const op = await signOperation(bytes, [device.signKeys]);
  if (!isCharterOp(op)) throw new Error('expected a charter operation');
  return op;
}

/** Why an operation is refused when it arrives, or what becomes of it. */
export function verdict(chart: TestChart, op: VerifiedCharterOp): string {
  const state = mustHave(resolveCharter([...chart.ops, op], rostersOf(...chart.practices)));
  const refused = state.refused.get(op.id);
  if (refused !== undefined) return `refused ${refused.rule} ${refused.reason}`;
  const parked = state.parked.get(op.id);
  if (parked !== undefined) return `parked ${parked.rule} ${parked.reason}`;
  return state.voided.has(op.id) ? 'void' : 'in force';
}

function outcome(chart: TestChart, ops: readonly VerifiedCharterOp[]) {
  const state = mustHave(resolveCharter(ops, rostersOf(...chart.practices)));
  return {
    custodian: state.custodian,
    offers: state.offers,
    disclosure: state.disclosure,
    repeat: state.revokesToRepeat.map((op) => op.id),
    grants: state.grants,
    heads: state.heads,
    voided: [...state.voided].sort(),
    refused: [...state.refused].sort(),
    parked: [...state.parked].sort(),
    usable: state.sections.map((section) => state.usableEpochs(section)),
  };
}

/** Every order of the operations written last gives what the order written in gave. */
export function expectSameInEveryOrder(chart: TestChart, lately: number): void {
  const settled = chart.ops.slice(0, -lately);
  const expected = outcome(chart, chart.ops);
  for (const order of permutations(chart.ops.slice(-lately)))
    expect(outcome(chart, [...order, ...settled])).toEqual(expected);
}
