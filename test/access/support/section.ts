/** One section of a test chart: entries signed by test devices, as some replica holds them. */
import { opId, type EntryHash, type OpId } from '../../../src/base/ids.ts';
import type { Section } from '../../../src/base/sections.ts';
import { judgeEntries, type Judgement, type JudgedHeader } from '../../../src/access/effective.ts';
import {
  chainNameOf,
  signEntry,
  type EntryHeader,
  type FrontierItem,
  type VerifiedEntry,
} from '../../../src/crypto/entry.ts';
import { sha256 } from '../../../src/crypto/hash.ts';
import { toHex } from '../../../src/base/bytes.ts';
import { keyId } from '../../../src/base/ids.ts';
import { seedOf, type TestChart, type TestDevice, type TestPractice } from './practices.ts';

export interface EntryPlan {
  readonly practice: TestPractice;
  readonly device?: TestDevice;
  readonly after?: VerifiedEntry | null;
  readonly on?: readonly VerifiedEntry[];
  readonly access?: readonly OpId[];
  readonly roster?: readonly OpId[];
  readonly stint?: OpId | '';
  /** Makes two entries differ that are otherwise the same. */
  readonly text?: string;
}

/** An entry as `device` would write it now, unless the plan says otherwise. */
export async function writeEntry(
  chart: TestChart,
  section: Section,
  plan: EntryPlan,
  id = chart.state.chart,
): Promise<VerifiedEntry> {
  const device = plan.device ?? plan.practice.first;
  const after = plan.after ?? undefined;
  const ciphertext = seedOf(plan.text ?? 'text');
  const header: EntryHeader = {
    v: 1,
    suite: 1,
    chart: id,
    section,
    device: device.id,
    stint: plan.stint ?? after?.header.stint ?? '',
    seq: (after?.header.seq ?? 0) + 1,
    prev: after?.hash ?? null,
    chain: toHex(seedOf('chain')),
    deps: (plan.on ?? []).map(itemOf).sort((a, b) => (a.chain < b.chain ? -1 : 1)),
    access: [...(plan.access ?? chart.state.heads)].sort(),
    roster: [...(plan.roster ?? plan.practice.roster.heads)].sort(),
    epoch: keyId(seedOf('epoch')),
    ctHash: toHex(sha256(ciphertext)),
    ctLength: ciphertext.length,
  };
  return signEntry(header, ciphertext, device.signKeys);
}

export function itemOf({ header, hash }: JudgedHeader): FrontierItem {
  return { chain: chainNameOf(header.device, header.stint), seq: header.seq, hash };
}

export function judge(
  chart: TestChart,
  section: Section,
  headers: readonly JudgedHeader[],
  heldBefore?: ReadonlySet<EntryHash>,
): Judgement {
  return judgeEntries({ charter: chart.state, section, headers, ...(heldBefore && { heldBefore }) });
}

/** What became of one entry, in a word and the rule that says so. */
export function fate(judgement: Judgement, { hash }: JudgedHeader): string {
  if (judgement.vouched.has(hash)) return 'vouched';
  if (judgement.effective.has(hash)) return 'effective';
  for (const kind of ['quarantined', 'refused', 'waiting'] as const) {
    const why = judgement[kind].get(hash);
    if (why !== undefined) return `${kind} ${why.rule} ${why.reason}`;
  }
  return 'unknown';
}

export const noOp = opId(seedOf('no such operation'));
