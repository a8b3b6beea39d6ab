/** What each kind of trouble in Diagnostics means, and whether anything is to be done: one table, for a person with a problem. */
import type { Diagnostic, DiagnosticKind } from '../../app/session.ts';

export interface KindWords {
  readonly heading: string;
  /** What it is, what is safe, what to do. */
  readonly means: string;
}

/** In the order in which they deserve to be looked at. */
export const diagnosticWords: Readonly<Record<DiagnosticKind, KindWords>> = {
  'bad-signature': {
    heading: 'Bad signatures',
    means:
      'Something arrived that was not signed by whom it names. It entered no chart. One or two after a broken transfer are harmless; many from one practice mean that a program there is faulty, or that somebody tries.',
  },
  fork: {
    heading: 'Two versions by one device',
    means:
      'A device wrote two different things at the same place, most often because it was put back from an old copy. Both are kept; the chart asks which one counts.',
  },
  'refused-operation': {
    heading: 'Acts that were refused',
    means:
      'Somebody changed who may read or write without the right to. It had no effect here. The rule names what was missing.',
  },
  'refused-entry': {
    heading: 'Entries that were refused',
    means:
      'Somebody wrote into a chart what the rules do not allow, or wrote it in a broken form. It is in no chart; what was set aside for review is not counted here.',
  },
  clock: {
    heading: 'Clocks that are off',
    means:
      'A device’s clock differs from this one’s by more than five minutes. Nothing is decided by clocks, but the times it writes are wrong. Ask its owner to set it, and look at this computer’s own.',
  },
  'same-difference': {
    heading: 'A difference that stays',
    means:
      'This device and another compared what they hold three times and still differ. What both hold is safe. Let both reload the page; if it stays, both should make a backup and report it.',
  },
  quota: {
    heading: 'More than anybody needs',
    means:
      'Somebody sent so much that does not count that the rest is no longer kept. Charts are not touched. Ask that practice what happened, or stop sharing with it.',
  },
  other: {
    heading: 'Other',
    means: 'Refused or failed for another reason. What was shown as saved is safe.',
  },
};

const diagnosticKinds = Object.keys(diagnosticWords) as readonly DiagnosticKind[];

/** Kinds that occurred, each with its rows, newest first. */
export function byKind(
  rows: readonly Diagnostic[],
): readonly { readonly kind: DiagnosticKind; readonly rows: readonly Diagnostic[] }[] {
  return diagnosticKinds
    .map((kind) => ({
      kind,
      rows: rows.filter((row) => row.kind === kind).sort((a, b) => b.lastAt.localeCompare(a.lastAt)),
    }))
    .filter((group) => group.rows.length > 0);
}
