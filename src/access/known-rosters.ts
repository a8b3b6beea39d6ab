/**
 * What the author of a charter operation must have seen of each practice's roster: whatever the operation and its past
 * cite. A later operation may not go by less (CH-5, EN-3): who has seen a removal does not forget it.
 */
import type { OpId, PracticeId } from '../base/ids.ts';
import { headsKey } from './operation.ts';
import type { VerifiedCharterOp } from './verify-operation.ts';

export interface RosterCitation {
  readonly practice: PracticeId;
  readonly heads: readonly OpId[];
}

export function rostersCitedBy(op: VerifiedCharterOp): readonly RosterCitation[] {
  const own = { practice: op.practice, heads: op.roster };
  const { body } = op;
  switch (body.kind) {
    case 'revoke':
    case 'takeCustody':
      return [own, ...(body.epochs?.rosters ?? [])];
    case 'epoch':
      return [own, ...body.epochs.rosters];
    case 'close':
    case 'grantKeys':
      return [own, { practice: body.practice, heads: body.roster }];
    case 'create':
    case 'grant':
    case 'admit':
    case 'settle':
    case 'merge':
    case 'offerCustody':
      return [own];
  }
}

/** Per practice, the different sets of heads cited; later ones that cover earlier ones have replaced them. */
export type KnownRosters = ReadonlyMap<PracticeId, readonly (readonly OpId[])[]>;

export function joinKnown(parts: readonly KnownRosters[]): KnownRosters {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const joined = new Map<PracticeId, Map<string, readonly OpId[]>>();
  for (const part of parts)
    for (const [practice, sets] of part) {
      const bySet = joined.get(practice) ?? new Map<string, readonly OpId[]>();
      for (const heads of sets) bySet.set(headsKey(heads), heads);
      joined.set(practice, bySet);
    }
  return new Map([...joined].map(([practice, bySet]) => [practice, [...bySet.values()]]));
}

/** After an operation whose citations cover what was known before. */
export function withCitations(known: KnownRosters, citations: readonly RosterCitation[]): KnownRosters {
  return new Map([...known, ...citations.map(({ practice, heads }) => [practice, [heads]] as const)]);
}
