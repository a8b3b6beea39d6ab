/**
 * A door without keys or disk, for looking at and testing the screens in front of a practice. Tests only. The passphrase is
 * `demo passphrase to open`; a recovery phrase is taken when it has 24 words and none of them is `wrong`.
 */
import { err, ok } from '../../src/base/result.ts';
import type { JoinInput, JoinTold, PeopleDoor, PersonHere } from '../../src/app/people/people-acts.ts';
import type { Door, NewPractice } from '../../src/app/door/door-acts.ts';
import type { Session } from '../../src/app/session.ts';

export const demoPassphrase = 'demo passphrase to open';
const demoPhrase =
  'abandon ability able about above absent absorb abstract absurd abuse access accident account accuse achieve acid acoustic acquire across act action actor actress actual';

export const demoPeopleHere: readonly PersonHere[] = [
  { vault: '', signInName: 'AL' },
  { vault: 'v0000002a', signInName: 'NB' },
];

export class DemoDoor implements Door, PeopleDoor {
  readonly state: Door['state'];
  readonly people: Door['people'];
  readonly #session: Session;
  /** What the last practice was made with. */
  made: NewPractice | undefined;

  constructor(state: Door['state'], session: Session, people: Door['people'] = [{ vault: '', signInName: 'AL' }]) {
    this.state = state;
    this.people = state === 'empty' ? [] : people;
    this.#session = session;
  }

  newRecoveryPhrase(): string {
    return demoPhrase;
  }

  async create(input: NewPractice): ReturnType<Door['create']> {
    this.made = input;
    return ok(this.#session);
  }

  async unlock(passphrase: string): ReturnType<Door['unlock']> {
    if (passphrase === 'open in another tab') return err('open-in-another-tab');
    return passphrase === demoPassphrase ? ok(this.#session) : err('wrong-passphrase');
  }

  async recover(recoveryPhrase: string): ReturnType<Door['recover']> {
    const words = recoveryPhrase.trim().split(/\s+/);
    const unknown = words.indexOf('wrong');
    if (unknown >= 0) return err('unknown-word', String(unknown + 1));
    return words.length === 24 ? ok(this.#session) : err('wrong-length', String(words.length));
  }

  async restore(...[, recoveryPhrase, , , progress]: Parameters<Door['restore']>): ReturnType<Door['restore']> {
    for (let done = 0; done <= 40; done++) {
      progress(done * 100, 4000);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    return this.recover(recoveryPhrase);
  }

  /** `expired` has expired; `not compared` shows its digits until it is stopped, any other for a while, and is then accepted. */
  async join(input: JoinInput, told: JoinTold, signal: AbortSignal): ReturnType<PeopleDoor['join']> {
    await aWhile(600, signal);
    if (input.invitation.includes('expired')) return err('expired');
    told.code('482913', { role: 'nurse' });
    await (input.invitation.includes('not compared') ? ended(signal) : aWhile(demoComparingMs, signal));
    if (signal.aborted) return err('cancelled');
    for (let done = 0; done <= 214; done += 6) {
      told.progress(done, 214);
      await aWhile(30, signal);
    }
    return ok(this.#session);
  }

  async recoverFromPeer(
    ...[input, progress, signal]: Parameters<PeopleDoor['recoverFromPeer']>
  ): ReturnType<PeopleDoor['recoverFromPeer']> {
    progress(0, 0);
    await aWhile(600, signal);
    if (input.invitation.includes('stranger')) return err('practice-not-known-there');
    progress(100, 214);
    await aWhile(600, signal);
    if (signal.aborted) return err('cancelled');
    const recovered = await this.recover(input.recoveryPhrase);
    if (!recovered.ok) return recovered;
    return ok({ session: recovered.value, from: 'peer', charts: 214, incompleteCharts: 3, newPracticeBook: true });
  }
}

/** Long enough for a screenshot of the digits. */
const demoComparingMs = 2_500;

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve());
  });
}

function aWhile(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, durationMs);
    signal.addEventListener('abort', () => resolve());
  });
}
