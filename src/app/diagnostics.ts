/**
 * What was refused or went wrong, counted by kind and reason: ids, rules and reasons only, for the diagnostics page. In memory,
 * since the last unlocking.
 */
import type { Clock } from '../base/ports.ts';
import type { PracticeId } from '../base/ids.ts';
import type { Diagnostic, DiagnosticKind } from './session.ts';

/** Different reasons kept; a hostile peer can cause no more than there are names for. */
const maxReasons = 500;
/** Things counted once however often they are met. */
const maxMet = 20_000;

export class Diagnostics {
  readonly #clock: Clock;
  readonly #rows = new Map<string, Diagnostic>();
  readonly #met = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `who`: whose doing it was, if that is known. */
  count(what: string, reason: string, who?: PracticeId): void {
    const key = `${what}\n${reason}\n${who ?? ''}`;
    if (!this.#rows.has(key) && this.#rows.size >= maxReasons) return;
    const count = (this.#rows.get(key)?.count ?? 0) + 1;
    const lastAt = new Date(this.#clock.nowMs()).toISOString();
    const kind = kindOf(what, reason);
    this.#rows.set(key, { kind, what, reason, count, lastAt, ...(who === undefined ? {} : { who }) });
  }

  /** The same for what is met again at every look: `id` names it. */
  countOnce(id: string, what: string, reason: string, who?: PracticeId): void {
    const name = `${what} ${id}`;
    if (this.#met.has(name) || this.#met.size >= maxMet) return;
    this.#met.add(name);
    this.count(what, reason, who);
  }

  get rows(): readonly Diagnostic[] {
    return [...this.#rows.values()];
  }
}

/** Rules of entries and of operations are told apart by the letters of their ids (docs/protocol.md). */
export function kindOf(what: string, reason: string): DiagnosticKind {
  if (what === 'clock') return 'clock';
  if (what === 'fork' || reason.includes('fork')) return 'fork';
  if (reason.includes('bad-signature') || reason.includes('wrong-signatures')) return 'bad-signature';
  if (reason.endsWith('quota')) return 'quota';
  if (reason.startsWith('same-difference')) return 'same-difference';
  if (/^(EN|CUT|AM)-/.test(reason) || what === 'entry') return 'refused-entry';
  return /^(OP|CH|ID)-/.test(reason) ? 'refused-operation' : 'other';
}
