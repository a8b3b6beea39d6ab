/**
 * REAL: what a run of the simulated world must have lived through, else its invariants were about nothing. Some of it happens
 * in every run; what needs a course of events that no dice can promise happens in so many of a hundred.
 */

/** Counted in the order in which it is shown. */
const counted = [
  'runs',
  'saved',
  'conflicts',
  'settled',
  'shares',
  'stops',
  'endDates',
  'setAside',
  'crashes',
  'forged',
  'frames',
  'custodies',
  'pairings',
  'restored',
  'seats',
  /** By the devices that keep them, and by others whose they came from. */
  'snapshotsMade',
  'snapshotsReceived',
  /** Ciphertexts let go for a snapshot. */
  'covered',
  /** Runs with one; its commits, power cuts, lost disks, removals. */
  'keepers',
  'kept',
  'keeperCrashes',
  'keeperWipes',
  'keeperRemovals',
  /** What one wrote before it went away and another read who came afterwards. */
  'relayed',
  /** Charts that came together with no line but those to the keeper. */
  'healedByKeeper',
  /** Files attached; read by somebody else, and held by a keeper in the end. */
  'attached',
  'filesRead',
  'filesKept',
  /** Two charts said to be of one patient. */
  'merges',
  /** Additions to a note that others write in at the same moment; notes with those of several; notes signed. */
  'typed',
  'notesTogether',
  'signedNotes',
  /** Events of the audit log in its volumes, as each device has them; volumes that several devices wrote. */
  'auditEvents',
  'volumesTogether',
] as const;

export type Tally = Record<(typeof counted)[number], number>;

export function noTally(): Tally {
  return Object.fromEntries(counted.map((name) => [name, 0])) as Tally;
}

export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = noTally();
  for (const tally of tallies) for (const name of counted) sum[name] += tally[name];
  return sum;
}

const inEveryRun: Partial<Tally> = { saved: 8, conflicts: 1, stops: 1, setAside: 1, forged: 1, frames: 100 };

/** About half of what a hundred seeds have had when this was written. */
const inEveryHundred: Partial<Tally> = {
  settled: 20,
  endDates: 4,
  crashes: 120,
  custodies: 12,
  pairings: 20,
  restored: 15,
  seats: 10,
  snapshotsMade: 400,
  snapshotsReceived: 40,
  covered: 2000,
  keepers: 40,
  kept: 1500,
  keeperCrashes: 50,
  keeperWipes: 8,
  keeperRemovals: 3,
  relayed: 10,
  healedByKeeper: 25,
  attached: 8,
  filesRead: 8,
  // A share of fifty has had none.
  filesKept: 1,
  merges: 12,
  typed: 80,
  notesTogether: 8,
  signedNotes: 8,
  auditEvents: 1500,
  volumesTogether: 20,
};

/** Fewer runs than these promise nothing about a hundred. */
const fewestRuns = 40;

export function missingFromRun(tally: Tally): readonly string[] {
  return missing(tally, inEveryRun, 1);
}

/** What so many runs together lack. */
export function missingFromAll(sum: Tally): readonly string[] {
  return sum.runs < fewestRuns ? [] : missing(sum, inEveryHundred, sum.runs / 100);
}

function missing(tally: Tally, least: Partial<Tally>, times: number): readonly string[] {
  return counted.flatMap((name) => {
    const wanted = Math.floor((least[name] ?? 0) * times);
    return tally[name] < wanted ? [`${name}: ${tally[name]} of ${wanted}`] : [];
  });
}

export function tableOf(sum: Tally): readonly string[] {
  return counted.map((name) => `${name.padEnd(18)} ${sum[name]}`);
}
