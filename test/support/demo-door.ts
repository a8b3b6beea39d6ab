/**
 * A door without keys or disk, for looking at and testing the screens in front of a practice. Tests only. The passphrase is
 * `demo passphrase to open`; a recovery phrase is taken when it has 24 words and none of them is `wrong`.
 */
import { err, ok } from '../../src/base/result.ts';
import type { Door, NewPractice, Session } from '../../src/app/session.ts';

export const demoPassphrase = 'demo passphrase to open';
const demoPhrase =
  'abandon ability able about above absent absorb abstract absurd abuse access accident account accuse achieve acid acoustic acquire across act action actor actress actual';

export class DemoDoor implements Door {
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
}
