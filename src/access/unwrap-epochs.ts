/**
 * The keys of a chart that one reader can open (CH-5, CH-7): wraps made for it, and from any key the former ones sealed under
 * it. Every key is held against the id that committed to it, so a maker who gave readers different keys is found out.
 */
import { bytesEqual, type Bytes } from '../base/bytes.ts';
import type { DeviceId, KeyId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { WrapReader, type BoxKeys } from '../crypto/box.ts';
import { epochKeyFrom, keyIdOf } from '../crypto/epoch-key.ts';
import { open } from '../crypto/seal.ts';
import type { CharterState, EpochState } from './charter.ts';
import { isKind } from './charter-acts.ts';

/** Who opens: a device of a practice, or the practice's root (from the recovery phrase). */
export interface KeyReader {
  readonly practice: PracticeId;
  readonly recipient: DeviceId | 'root';
  readonly boxKeys: BoxKeys;
}

export interface OpenedKeys {
  readonly keys: ReadonlyMap<KeyId, Bytes>;
  /** Epochs whose maker wrapped or sealed something else than promised, for this reader: not to be sealed under. */
  readonly broken: ReadonlySet<KeyId>;
  /** Epochs found to hold all they name, by operation and key: not looked into again. */
  readonly whole: ReadonlySet<string>;
}

/** `alreadyHeld` and `wholeBefore` save opening again what an earlier call opened for the same reader. */
export function unwrapEpochs(
  charter: CharterState,
  reader: KeyReader,
  alreadyHeld: ReadonlyMap<KeyId, Bytes> = new Map(),
  wholeBefore: ReadonlySet<string> = new Set(),
): OpenedKeys {
  const keys = new Map(alreadyHeld);
  const broken = new Set<KeyId>();
  const whole = new Set(wholeBefore);
  const readers = new Map<string, WrapReader>();
  const secrets = new Map<Bytes, Bytes | undefined>();
  const openWrap = (ephemeralKey: Bytes, wrap: Bytes): Bytes | undefined => {
    const name = ephemeralKey.join();
    const opener = readers.get(name) ?? new WrapReader(ephemeralKey, reader.boxKeys);
    readers.set(name, opener);
    const opened = opener.unwrap(wrap);
    return opened.ok ? opened.value : undefined;
  };
  const keep = (section: Section, keyId: KeyId, key: Bytes | undefined): boolean => {
    if (key?.length !== 32 || keyIdOf(charter.chart, section, key) !== keyId) return false;
    keys.set(keyId, key);
    return true;
  };

  // Newest first: the newest key a reader opens usually holds all the others.
  const epochs = charter.epochs.filter((epoch) => !(whole.has(wholeName(epoch)) && keys.has(epoch.keyId))).reverse();
  for (const epoch of epochs) {
    const wrap = keys.has(epoch.keyId) ? undefined : wrapFor(epoch, reader);
    if (wrap !== undefined && !keep(epoch.section, epoch.keyId, fromSecret(epoch, wrap))) broken.add(epoch.keyId);
    openFormer(epoch);
  }
  for (const op of charter.ops) {
    if (!isKind(op, 'grantKeys') || op.body.device !== reader.recipient || charter.refused.has(op.id)) continue;
    for (const { section, keyId, wrap } of op.body.keys)
      if (!keys.has(keyId)) keep(section, keyId, openWrap(op.body.ephemeralKey, wrap));
  }
  // A key that was passed on, or came out of another epoch, may open what is sealed under it in turn.
  for (const epoch of epochs) openFormer(epoch);
  for (const keyId of keys.keys()) broken.delete(keyId);
  for (const epoch of epochs) {
    if (!keys.has(epoch.keyId)) continue;
    if (holdsWhatItNames(epoch)) whole.add(wholeName(epoch));
    else broken.add(epoch.keyId);
  }
  return { keys, broken, whole };

  /** Epochs of one operation with the same readers have one secret. */
  function fromSecret(epoch: EpochState, wrap: Bytes): Bytes | undefined {
    if (!secrets.has(wrap)) secrets.set(wrap, openWrap(epoch.ephemeralKey, wrap));
    const secret = secrets.get(wrap);
    return secret?.length === 32 ? epochKeyFrom(secret, charter.chart, epoch.section) : undefined;
  }

  /**
   * Whether the former keys an epoch names are in it: also for a reader who has them already, or a maker who sealed rubbish
   * would keep everyone added later from what is old, and nobody would see it.
   */
  function holdsWhatItNames(epoch: EpochState): boolean {
    const key = keys.get(epoch.keyId);
    if (key === undefined || epoch.previous.length === 0) return true;
    const former = open(key, epoch.sealedPrevious);
    return epoch.previous.every((keyId, i) => {
      const sealed = former?.subarray(32 * i, 32 * i + 32);
      if (sealed?.length !== 32) return false;
      // A key held was checked against its id when it came; comparing with it is cheaper than hashing each again.
      const held = keys.get(keyId);
      return held === undefined ? keyIdOf(charter.chart, epoch.section, sealed) === keyId : bytesEqual(sealed, held);
    });
  }

  function openFormer(epoch: EpochState): void {
    const key = keys.get(epoch.keyId);
    if (key === undefined || epoch.previous.every((keyId) => keys.has(keyId))) return;
    const former = open(key, epoch.sealedPrevious);
    for (const [i, keyId] of epoch.previous.entries())
      if (!keys.has(keyId)) keep(epoch.section, keyId, former?.slice(32 * i, 32 * i + 32));
  }
}

/** Two operations that do not know of each other may name one key, and seal different things under it. */
function wholeName(epoch: EpochState): string {
  return `${epoch.op}/${epoch.keyId}`;
}

function wrapFor(epoch: EpochState, { practice, recipient }: KeyReader): Bytes | undefined {
  let index = 0;
  for (const name of epoch.readers) {
    const devices = epoch.rosters.get(name)?.devices ?? [];
    if (name === practice) {
      const place = recipient === 'root' ? 0 : devices.indexOf(recipient) + 1;
      return place === 0 && recipient !== 'root' ? undefined : epoch.wraps[index + place];
    }
    index += 1 + devices.length;
  }
  return undefined;
}
