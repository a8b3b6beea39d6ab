/** Whoever can write the disk of a locked profile lays an entry there: what no device signed is shown to nobody. */
import { expect, test } from 'vitest';
import { concatBytes } from '../../../src/base/bytes.ts';
import { SectionKeeper } from '../../../src/app/sections/section-keeper.ts';
import { hashOfHead, type VerifiedEntry } from '../../../src/crypto/entry.ts';
import { newEntry } from '../../../src/store/store.ts';
import { accessOf, breakIn } from '../support/break-in.ts';
import { adaWith, amlodipine, dose, textOf } from '../support/patient.ts';
import { sealBy } from '../support/seal-by.ts';
import { importText, mustBeOk, mustHave, onlyChart, opened, World } from '../support/world.ts';

const section = 'medications';
const passphrase = 'correct horse battery';
const signatureBytes = 64;

/** The same entry with another signature, and so with another name. */
function resigned(entry: VerifiedEntry, signature: Uint8Array): ReturnType<typeof newEntry> {
  const stored = newEntry(entry);
  const head = concatBytes(stored.head.subarray(0, stored.head.length - signatureBytes), signature);
  return { ...stored, head, hash: hashOfHead(head) };
}

test('[EN-7] an entry on the disk that this device never verified is verified when it is opened', async () => {
  const world = await World.start();
  const clinic = await world.newPractice('clinic');
  await importText(clinic, adaWith(amlodipine));
  const { id } = onlyChart(clinic);
  mustBeOk(await (await opened(clinic)).edit(section, [dose('5 mg')]));
  await clinic.lock();
  const machine = await breakIn(world, 'clinic', passphrase);
  const access = await accessOf(machine, id);
  const keeper = await SectionKeeper.load(machine, access, section);
  const [epoch] = access.charter.usableEpochs(section, access.broken);
  const { entries } = mustBeOk(await sealBy(keeper, [dose('50 mg')], world.nowMs, access, mustHave(epoch)));
  keeper.close();
  const entry = mustHave(entries[0]);
  // Everything about it is right but the signature: sealed under the true key, at the end of the device's own chain.
  const forged = resigned(entry, new Uint8Array(signatureBytes).fill(7));
  mustBeOk(await machine.store.commit({ entries: [forged] }));
  machine.store.close();

  const again = mustBeOk(await (await world.door('clinic')).unlock(passphrase));
  const shown = await opened(again);
  expect(textOf(shown, section)).toContain('5 mg');
  expect(textOf(shown, section)).not.toContain('50 mg');
  await again.lock();
});
