/**
 * Stopping a practice in a chart whose charter is not read: what its terms (chart-terms.ts) say before is enough, and what they
 * say after follows. That is so for a **plain** chart alone: everything in force, nobody's chain ended yet, custody
 * never moved and not on offer, every author still in a place that allows what it did. For any other
 * the charter is read and resolved. That both ways come to the same is a property test (test/replica/terms-after-stop.test.ts).
 */
import type { DeviceId, OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { maxPrev } from '../access/limits.ts';
import { mayManageSharing, mayWriteAt } from '../access/predicates.ts';
import { chainParts } from '../access/operation-bodies.ts';
import type { RosterDevice } from '../access/roster.ts';
import type { Frontier } from '../net/replication-host.ts';
import { readsIn, type ChartTerms, type SectionRow, type ShapeRecord, type TermsMaker } from './chart-terms.ts';

export interface StopFacts {
  readonly ours: PracticeId;
  /** This device. */
  readonly own: RosterDevice | undefined;
  readonly rosterHeads: number;
  /** As its practice's roster has a device now; undefined for a root, which holds its place for ever. */
  readonly memberOf: (device: DeviceId) => RosterDevice | undefined;
  readonly frontier: (section: Section) => Frontier;
}

/**
 * The sections a revoke by this device would take from the practice, by terms alone; undefined where they do not say enough.
 * Each condition is one that judging the revoke, or this device's duty to end others first (CH-3), would otherwise look up.
 */
export function sectionsToStop(
  terms: ChartTerms,
  practice: PracticeId,
  facts: StopFacts,
): readonly Section[] | undefined {
  const { shape, heads, told, ended } = terms;
  const { waits, refuses, firstStints, offers, custodian } = shape;
  const isPlain = !waits && !refuses && firstStints && offers.length === 0 && ended.size === 0 && told === heads;
  if (!isPlain || heads.length > maxPrev || facts.rosterHeads > maxPrev) return undefined;
  if (custodian !== facts.ours || practice === facts.ours || !isSharingAdmin(facts.own)) return undefined;
  if (!shape.devices.every((device) => holdsAdminsPlace(facts, device))) return undefined;
  const chains = shape.sections.flatMap((section) =>
    facts.frontier(section).map(({ chain }) => ({ section, member: facts.memberOf(chainParts(chain).device) })),
  );
  if (!chains.every(({ section, member }) => mayWriteAt('write', member, section))) return undefined;
  const held = shape.sections.filter((section) => readsIn(terms, practice, section));
  return held.length > 0 ? held : undefined;
}

/** One that was an admin when it acted and is none now is ended first: so whoever is none now is looked at more closely. */
function holdsAdminsPlace({ memberOf }: StopFacts, device: DeviceId): boolean {
  const member = memberOf(device);
  return member === undefined || isSharingAdmin(member);
}

function isSharingAdmin(member: RosterDevice | undefined): boolean {
  return member?.status === 'active' && mayManageSharing(true, false, member.role);
}

/** After the practice was stopped by this operation on top of all others. */
export function termsAfterStop(
  maker: TermsMaker,
  { chart, shape }: ChartTerms,
  practice: PracticeId,
  stop: { readonly id: OpId; readonly signer: DeviceId },
): ChartTerms {
  const heads = [stop.id];
  const after = maker.shapeAfter(shape, `stop ${practice} ${stop.signer}`, (record) =>
    shapeAfterStop(record, practice, stop.signer),
  );
  return { chart, heads, told: heads, ended: new Map([[practice, heads]]), shape: after };
}

/** Everything ended that it could read or write; that it had it once stays. Nothing else changes. */
function shapeAfterStop(before: ShapeRecord, practice: PracticeId, signer: DeviceId): ShapeRecord {
  return {
    ...before,
    members: before.members.filter((member) => member !== practice),
    firstStints: false,
    devices: [...new Set([...before.devices, signer])].sort(),
    practices: before.practices.map(([name, told, rows]) => [
      name,
      told,
      name === practice ? rows.map(hadAlone) : rows,
    ]),
  };
}

function hadAlone(row: SectionRow): SectionRow {
  return row.includes('h') ? 'h' : '';
}
