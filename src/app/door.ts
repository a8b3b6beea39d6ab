/**
 * Before a practice is open in this browser profile: making one, unlocking it, opening it by the recovery phrase, restoring
 * it from a backup. Each way ends in a session or in a reason, and a way that fails leaves everything as it was (ID-6).
 */
import { deviceId } from '../base/ids.ts';
import { err, type Result } from '../base/result.ts';
import { bookSections } from '../base/sections.ts';
import { createCharter } from '../access/charter-builders.ts';
import { generateContactKey, sealDeviceLabel, sealPracticeLabel } from '../access/labels.ts';
import { practiceIdOf } from '../access/operation.ts';
import { makeRoster } from '../access/roster-builders.ts';
import { resolveRoster } from '../access/roster.ts';
import { generateBoxKeys } from '../crypto/box.ts';
import {
  createLockbox,
  openLockboxWithPassphrase,
  openLockboxWithRecovery,
  rewrapPassphrase,
} from '../crypto/lockbox.ts';
import { generatePhrase, phraseToRootKeys } from '../crypto/recovery-phrase.ts';
import { generateSignKeys } from '../crypto/sign.ts';
import { wipe } from '../crypto/wipe.ts';
import type { Store } from '../store/store.ts';
import { storedCharterOp } from './charter-book.ts';
import { selfKey, selfToJson, type DeviceSelf } from './device-self.ts';
import { lockboxKey } from './lockbox-key.ts';
import { openPractice } from './open-practice.ts';
import type { Ports } from './ports.ts';
import { restorePractice } from './restore.ts';
import { storedRosterOp } from './roster-book.ts';
import { SealedRecords } from './sealed-records.ts';
import type { Door, NewPractice, Session, UnlockFailure } from './session.ts';
import { newSettings, settingsKey } from './settings.ts';

export async function openPracticeDoor(ports: Ports): Promise<Door> {
  const store = await ports.openStore(() => undefined);
  // A store that can't be opened may hold a practice: saying "empty" would offer to begin anew.
  const isEmpty = store.ok && (await store.value.sealed(lockboxKey)) === undefined;
  if (store.ok) store.value.close();
  return new PracticeDoor(ports, isEmpty ? 'empty' : 'locked');
}

class PracticeDoor implements Door {
  readonly state: Door['state'];
  readonly #ports: Ports;

  constructor(ports: Ports, state: Door['state']) {
    this.#ports = ports;
    this.state = state;
  }

  newRecoveryPhrase(): string {
    return generatePhrase(this.#ports.random);
  }

  create(input: NewPractice): Promise<Result<Session, UnlockFailure>> {
    return this.#withStore(async (store, release) => {
      // Made meanwhile in another tab: nothing here may be written over.
      if ((await store.sealed(lockboxKey)) !== undefined) return err('open-in-another-tab');
      return createPractice(this.#ports, store, input, release);
    });
  }

  unlock(passphrase: string): Promise<Result<Session, UnlockFailure>> {
    return this.#withStore(async (store, release) => {
      const lockbox = await store.sealed(lockboxKey);
      if (lockbox === undefined) return err('damaged');
      const vaultKey = await openLockboxWithPassphrase(lockbox, passphrase);
      if (vaultKey.ok) return openPractice(this.#ports, store, vaultKey.value, release);
      return err(vaultKey.reason === 'wrong-passphrase' ? 'wrong-passphrase' : lockboxFailure(vaultKey.reason));
    });
  }

  recover(recoveryPhrase: string, newPassphrase: string): Promise<Result<Session, UnlockFailure>> {
    return this.#withStore(async (store, release) => {
      const { random, kdf } = this.#ports;
      const root = phraseToRootKeys(recoveryPhrase);
      if (!root.ok) return root;
      const lockbox = await store.sealed(lockboxKey);
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
        ...(kdf === undefined ? {} : { kdf }),
      });
      if (!rewrapped.ok) return err('damaged');
      const kept = await store.commit({ sealed: [{ key: lockboxKey, bytes: rewrapped.value }] });
      return kept.ok ? openPractice(this.#ports, store, vaultKey.value, release) : err('storage');
    });
  }

  restore(
    ...[file, recoveryPhrase, newPassphrase, deviceName, progress]: Parameters<Door['restore']>
  ): ReturnType<Door['restore']> {
    return this.#withStore<Awaited<ReturnType<Door['restore']>>>(async (store, release) => {
      if ((await store.sealed(lockboxKey)) !== undefined) return err('other-practice');
      const bytes = new Uint8Array(await file.arrayBuffer());
      const vaultKey = await restorePractice(this.#ports, store, {
        file: bytes,
        recoveryPhrase,
        passphrase: newPassphrase,
        deviceName,
        progress,
      });
      return vaultKey.ok ? openPractice(this.#ports, store, vaultKey.value, release) : vaultKey;
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

/** A new practice with this device as its first: roster, practice book, vault, all in one commit. */
async function createPractice(
  ports: Ports,
  store: Store,
  input: NewPractice,
  release: () => void,
): Promise<Result<Session, UnlockFailure>> {
  const { random, clock, kdf } = ports;
  const root = phraseToRootKeys(input.recoveryPhrase);
  if (!root.ok) return root;
  const sign = generateSignKeys(random);
  const box = generateBoxKeys(random);
  const contactKey = generateContactKey(random);
  const { practiceName, personName, deviceName, role } = input;
  const timeMs = clock.nowMs();
  const created = await makeRoster({
    root: root.value,
    label: sealPracticeLabel(contactKey, { practiceName }, random),
    first: {
      signKeys: sign,
      boxKey: box.publicKey,
      label: sealDeviceLabel(contactKey, { deviceName, personName, profession: role }, random),
    },
    timeMs,
  });
  const roster = resolveRoster([created]);
  if (roster === undefined) throw new Error('a new roster resolves');
  const book = await createCharter({ signKeys: sign, roster }, bookSections, random, timeMs);
  if (!book.ok) throw new Error(`a new practice book is refused: ${book.reason}`);

  const self: DeviceSelf = {
    practice: practiceIdOf(root.value.sign.publicKey),
    device: deviceId(sign.publicKey),
    sign,
    box,
    contactKey,
    book: book.value.op.log.chart,
    rootBoxKey: root.value.box.publicKey,
    practiceName,
    personName,
    role,
    deviceName,
  };
  const { lockbox, vaultKey } = await createLockbox({
    passphrase: input.passphrase,
    rootBoxKey: self.rootBoxKey,
    random,
    ...(kdf === undefined ? {} : { kdf }),
  });
  wipe(root.value.sign.seed, root.value.box.secretKey);
  const records = new SealedRecords(store, vaultKey, random);
  const kept = await store.commit({
    ops: [storedRosterOp(created), storedCharterOp(book.value.op)],
    sealed: [
      { key: lockboxKey, bytes: lockbox },
      records.write(selfKey, selfToJson(self)),
      records.write(settingsKey, newSettings(ports, input.sharing)),
    ],
  });
  return kept.ok ? openPractice(ports, store, vaultKey, release) : err('storage');
}
