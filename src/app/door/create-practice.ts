/**
 * A new practice with this device as its first: roster, practice book and vault, all in one commit. The root keys, which the
 * recovery phrase gives, sign its roster and are wiped (ID-1).
 */
import type { Bytes } from '../../base/bytes.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { bookSections } from '../../base/sections.ts';
import { initialsOf } from '../../base/sign-in-name.ts';
import { createCharter } from '../../access/charter-builders.ts';
import { generateContactKey, sealDeviceLabel, sealPracticeLabel } from '../../access/labels.ts';
import { practiceIdOf } from '../../access/operation.ts';
import { makeRoster } from '../../access/roster-builders.ts';
import { resolveRoster } from '../../access/roster.ts';
import { generateBoxKeys } from '../../crypto/box.ts';
import { phraseToRootKeys } from '../../crypto/recovery-phrase.ts';
import { generateSignKeys } from '../../crypto/sign.ts';
import { wipe } from '../../crypto/wipe.ts';
import type { Store } from '../../store/store.ts';
import { storedCharterOp } from '../../replica/charters.ts';
import { newFirstVault } from '../people/people-vaults.ts';
import type { Ports } from '../ports.ts';
import { storedRosterOp } from '../../replica/roster-book.ts';
import type { NewPractice, UnlockFailure } from './door-acts.ts';
import { newSettings } from '../settings.ts';

/** The vault key of the new practice, which lies in the store when this is `ok`. */
export async function createPractice(
  ports: Ports,
  store: Store,
  input: NewPractice,
): Promise<Result<Bytes, UnlockFailure>> {
  const { random, clock } = ports;
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

  const self = {
    practice: practiceIdOf(root.value.sign.publicKey),
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
  wipe(root.value.sign.seed, root.value.box.secretKey);
  const { vaultKey, records, writes } = await newFirstVault(ports, store, {
    self,
    settings: newSettings(ports, input.sharing),
    passphrase: input.passphrase,
    signInName: input.signInName ?? initialsOf(personName),
  });
  records.wipe();
  const kept = await store.commit({
    ops: [storedRosterOp(created), storedCharterOp(book.value.op)],
    sealed: writes,
  });
  return kept.ok ? ok(vaultKey) : err('storage');
}
