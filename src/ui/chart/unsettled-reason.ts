/** Why something in a chart waits for a choice, by how much of it there is: not all of it was written at the same time. Knows no element. */
export interface UnsettledCounts {
  /** Written by people who did not see each other's change. */
  readonly concurrent: number;
  /** A known absence beside what it denies. */
  readonly contradicting: number;
  /** What merged charts say differently of the patient. */
  readonly differing: number;
}

export function unsettledReason({ concurrent, contradicting, differing }: UnsettledCounts): string {
  return [
    concurrent > 0 ? 'Two people wrote at the same time.' : '',
    contradicting > 0 ? 'A list says that there is nothing, and has entries.' : '',
    differing > 0 ? 'The merged charts say different things of who the patient is.' : '',
  ]
    .filter((reason) => reason !== '')
    .join(' ');
}
