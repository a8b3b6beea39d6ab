/** The disk of this profile's practice while it is locked, opened by its passphrase as the door does it. */
import { selfFromJson, selfKey, type DeviceSelf } from '../../src/app/device-self.ts';
import { firstVault, lockboxKeyOf, vaultPrefix } from '../../src/app/people/people-vaults.ts';
import { SealedRecords } from '../../src/app/sealed-records.ts';
import { openLockboxWithPassphrase } from '../../src/crypto/lockbox.ts';
import { openIdbStore } from '../../src/store/idb-store.ts';
import type { Store } from '../../src/store/store.ts';
import { random } from './generated-charts.ts';
import { mustBeOk, mustHave, passphrase } from './practice.ts';

export interface OwnStore {
  readonly store: Store;
  readonly records: SealedRecords;
  readonly self: DeviceSelf;
}

export async function openOwnStore(): Promise<OwnStore> {
  const store = mustBeOk(await openIdbStore('peerchart'));
  const lockbox = mustHave(await store.sealed(lockboxKeyOf(firstVault)));
  const vaultKey = mustBeOk(await openLockboxWithPassphrase(lockbox, passphrase));
  const records = new SealedRecords(store, vaultKey, random, vaultPrefix(firstVault));
  return { store, records, self: mustHave(await records.read(selfKey, selfFromJson)) };
}
