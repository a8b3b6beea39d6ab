/**
 * Before a practice is open in this browser profile: making one, unlocking one of its people's vaults, opening it by the
 * recovery phrase, restoring it from a backup. Each way ends in a session or in a reason, and a way that fails leaves
 * everything as it was (ID-6).
 */
import { err, ok, type Result } from '../../base/result.ts';
import { openLockboxWithPassphrase, openLockboxWithRecovery, rewrapPassphrase } from '../../crypto/lockbox.ts';
import { generatePhrase, phraseToRootKeys } from '../../crypto/recovery-phrase.ts';
import { wipe } from '../../crypto/wipe.ts';
import type { Store } from '../../store/store.ts';
import { createPractice } from './create-practice.ts';
import { joinPractice } from '../joining/joining-guest.ts';
import { noteFailedUnlock } from './failed-unlocks.ts';
import { openPractice } from './open-practice.ts';
import { recoverByPhrase } from '../joining/joining-by-phrase.ts';
import type { JoinFailure, Recovered, RecoverFromPeerFailure } from '../people/people-acts.ts';
import { firstVault, lockboxKeyOf, readPeople } from '../people/people-vaults.ts';
import type { Ports } from '../ports.ts';
import type { PracticeSession } from '../practice-session.ts';
import { restorePractice } from './restore.ts';
import type { Door, NewPractice, UnlockFailure } from './door-acts.ts';
import type { Session } from '../session.ts';

export async function openPracticeDoor(ports: Ports): Promise<Door> {
  const store = await ports.openStore(() => undefined);
  // A store that can't be opened may hold a practice: saying "empty" would offer to begin anew.
  const people = store.ok ? await readPeople(store.value) : [{ vault: firstVault, signInName: '' }];
  if (store.ok) store.value.close();
  return new PracticeDoor(ports, people);
}

class PracticeDoor implements Door {
  readonly state: Door['state'];
  readonly people: Door['people'];
  readonly #ports: Ports;

  constructor(ports: Ports, people: Door['people']) {
    this.#ports = ports;
    this.state = people.length === 0 ? 'empty' : 'locked';
    this.people = people.map(({ vault, signInName }) => ({ vault, signInName }));
  }

  newRecoveryPhrase(): string {
    return generatePhrase(this.#ports.random);
  }

  create(input: NewPractice): Promise<Result<Session, UnlockFailure>> {
    return this.#withStore(async (store, release) => {
      // Made meanwhile in another tab: nothing here may be written over.
      if ((await readPeople(store)).length > 0) return err('open-in-another-tab');
      const vaultKey = await createPractice(this.#ports, store, input);
      return vaultKey.ok
        ? openPractice(this.#ports, store, vaultKey.value, release, firstVault, 'first-time')
        : vaultKey;
    });
  }

  unlock(passphrase: string, vault?: string): Promise<Result<Session, UnlockFailure>> {
    return this.#withStore(async (store, release) => {
      const chosen = vault ?? (await readPeople(store))[0]?.vault ?? firstVault;
      const lockbox = await store.sealed(lockboxKeyOf(chosen));
      if (lockbox === undefined) return err('damaged');
      const vaultKey = await openLockboxWithPassphrase(lockbox, passphrase, this.#ports.background.passphraseKey);
      if (vaultKey.ok) return openPractice(this.#ports, store, vaultKey.value, release, chosen);
      if (vaultKey.reason === 'wrong-passphrase') await noteFailedUnlock(store, chosen, this.#ports.clock.nowMs());
      return err(vaultKey.reason === 'wrong-passphrase' ? 'wrong-passphrase' : lockboxFailure(vaultKey.reason));
    });
  }

  recover(recoveryPhrase: string, newPassphrase: string, vault?: string): Promise<Result<Session, UnlockFailure>> {
    return this.#withStore(async (store, release) => {
      const { random, kdf, background } = this.#ports;
      const root = phraseToRootKeys(recoveryPhrase);
      if (!root.ok) return root;
      const chosen = vault ?? (await readPeople(store))[0]?.vault ?? firstVault;
      const key = lockboxKeyOf(chosen);
      const lockbox = await store.sealed(key);
      if (lockbox === undefined) return err('damaged');
      const vaultKey = openLockboxWithRecovery(lockbox, root.value.box);
      wipe(root.value.sign.seed, root.value.box.secretKey);
      if (!vaultKey.ok)
        return err(vaultKey.reason === 'wrong-phrase' ? 'wrong-recovery-phrase' : lockboxFailure(vaultKey.reason));
      const rewrapped = await rewrapPassphrase({
        lockbox,
        vaultKey: vaultKey.value,
        passphrase: newPassphrase,
        random,
        derive: background.passphraseKey,
        ...(kdf === undefined ? {} : { kdf }),
      });
      if (!rewrapped.ok) return err('damaged');
      const kept = await store.commit({ sealed: [{ key, bytes: rewrapped.value }] });
      return kept.ok
        ? openPractice(this.#ports, store, vaultKey.value, release, chosen, 'recovery-phrase')
        : err('storage');
    });
  }

  restore(
    ...[file, recoveryPhrase, newPassphrase, deviceName, progress]: Parameters<Door['restore']>
  ): ReturnType<Door['restore']> {
    return this.#withStore<Awaited<ReturnType<Door['restore']>>>(async (store, release) => {
      if ((await readPeople(store)).length > 0) return err('other-practice');
      const bytes = new Uint8Array(await file.arrayBuffer());
      const vaultKey = await restorePractice(this.#ports, store, {
        file: bytes,
        recoveryPhrase,
        passphrase: newPassphrase,
        deviceName,
        progress,
      });
      return vaultKey.ok ? openPractice(this.#ports, store, vaultKey.value, release, firstVault, 'backup') : vaultKey;
    });
  }

  join(...[input, told, signal]: Parameters<Door['join']>): ReturnType<Door['join']> {
    return this.#withStore<Result<PracticeSession, JoinFailure>>(async (store, release) => {
      if ((await readPeople(store)).length > 0) return err('open-in-another-tab');
      const vaultKey = await joinPractice(this.#ports, store, input, told, signal);
      if (!vaultKey.ok) return vaultKey;
      const opened = await openPractice(this.#ports, store, vaultKey.value, release, firstVault, 'joined');
      if (opened.ok) await opened.value.people.firstKeys(told.progress);
      return opened;
    });
  }

  recoverFromPeer(
    ...[input, progress, signal]: Parameters<Door['recoverFromPeer']>
  ): ReturnType<Door['recoverFromPeer']> {
    let outcome: Omit<Recovered, 'session'> | undefined;
    const act = this.#withStore<Result<PracticeSession, RecoverFromPeerFailure>>(async (store, release) => {
      if ((await readPeople(store)).length > 0) return err('open-in-another-tab');
      const made = await recoverByPhrase(this.#ports, store, input, progress, signal);
      if (!made.ok) return made;
      ({ outcome } = made.value);
      return openPractice(this.#ports, store, made.value.vaultKey, release, firstVault, 'recovered');
    });
    return act.then((opened) => {
      if (!opened.ok) return opened;
      if (outcome === undefined) throw new Error('what was recovered is known when it is open');
      return ok({ session: opened.value, ...outcome });
    });
  }

  /** Opens the store for `act`, under the writer lock; both are given back unless a session takes them over. */
  async #withStore<R extends Result<Session>>(
    act: (store: Store, release: () => void) => Promise<R>,
  ): Promise<R | Result<never, UnlockFailure>> {
    const release = await this.#ports.takeWriterLock();
    if (release === undefined) return err('open-in-another-tab');
    let session: Session | undefined;
    // The database was taken away: by another tab with a newer version, or by whoever cleared this site's data.
    const store = await this.#ports.openStore(() => void session?.lock());
    if (!store.ok) {
      release();
      return err(store.reason === 'newer-data' ? 'newer-data' : 'storage');
    }
    try {
      const opened = await act(store.value, release);
      if (opened.ok) session = opened.value;
      return opened;
    } finally {
      if (session === undefined) {
        store.value.close();
        release();
      }
    }
  }
}

function lockboxFailure(reason: 'malformed' | 'unknown-version'): UnlockFailure {
  return reason === 'unknown-version' ? 'newer-data' : 'damaged';
}
