/** A new passphrase for the vault that is open: the same vault key, wrapped anew, so nothing else is written (ID-6). */
import { err, ok, type Result } from '../../base/result.ts';
import { openLockboxWithPassphrase, rewrapPassphrase } from '../../crypto/lockbox.ts';
import { wipe } from '../../crypto/wipe.ts';
import { lockboxKeyOf } from '../people/people-vaults.ts';
import type { PracticeContext } from '../practice-context.ts';

export async function changePassphrase(
  { store, ports, content, people }: PracticeContext,
  current: string,
  passphrase: string,
): Promise<Result<void, 'wrong-passphrase' | 'storage'>> {
  const key = lockboxKeyOf(people.vault);
  const lockbox = await store.sealed(key);
  const { random, kdf, background } = ports;
  const derive = background.passphraseKey;
  const vaultKey = lockbox === undefined ? undefined : await openLockboxWithPassphrase(lockbox, current, derive);
  if (lockbox === undefined || vaultKey?.ok !== true) return err('wrong-passphrase');
  const rewrapped = await rewrapPassphrase({
    lockbox,
    vaultKey: vaultKey.value,
    passphrase,
    random,
    derive,
    ...(kdf === undefined ? {} : { kdf }),
  });
  wipe(vaultKey.value);
  if (!rewrapped.ok) return err('storage');
  const kept = await content.commit({ sealed: [{ key, bytes: rewrapped.value }] });
  return kept.ok ? ok(undefined) : err('storage');
}
