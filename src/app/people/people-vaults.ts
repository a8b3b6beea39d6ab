/**
 * The vaults of one browser profile (ID-6): one a person, over one store. Entries, operations and what peers hold are shared,
 * sealed records lie under the vault's own prefix and key. Owns who is listed at the door: one clear record, written in the
 * commit that makes or closes a vault, so a crash leaves a whole vault or none. Names in it are what people chose to show.
 */
import { fromUtf8, toHex, toUtf8, type Bytes } from '../../base/bytes.ts';
import { deviceId, parseDeviceId, type DeviceId } from '../../base/ids.ts';
import type { Random } from '../../base/ports.ts';
import { createLockbox } from '../../crypto/lockbox.ts';
import type { Store } from '../../store/store.ts';
import { selfKey, selfToJson, type DeviceSelf } from '../device-self.ts';
import { lockboxKey } from '../door/lockbox-key.ts';
import type { PersonHere } from './people-acts.ts';
import type { Ports } from '../ports.ts';
import { SealedRecords, type SealedWrite } from '../sealed-records.ts';
import type { Settings } from '../session.ts';
import { settingsKey } from '../settings.ts';

/** As kept: the device is known here so that nobody dials a colleague of the same browser. */
export interface KeptPerson extends PersonHere {
  /** Undefined for a profile of before people had vaults of their own. */
  readonly device: DeviceId | undefined;
}

export const firstVault = '';
const peopleKey = 'people';
const vaultName = /^v[0-9a-f]{8}$/;

export function vaultPrefix(vault: string): string {
  return vault === firstVault ? '' : `${vault}/`;
}

export const lockboxKeyOf = (vault: string): string => vaultPrefix(vault) + lockboxKey;

export function newVaultName(random: Random): string {
  return `v${toHex(random.bytes(4))}`;
}

/** Empty where there is no practice. A profile of before this record has one person. */
export async function readPeople(store: Store): Promise<readonly KeptPerson[]> {
  const kept = await store.sealed(peopleKey);
  const people = kept === undefined ? [] : peopleFromBytes(kept);
  if (people.length > 0) return people;
  const first = await store.sealed(lockboxKey);
  return first === undefined ? [] : [{ vault: firstVault, signInName: '', device: undefined }];
}

export function writePeople(people: readonly KeptPerson[]): SealedWrite {
  const list = people.map(({ vault, signInName, device }) => ({ vault, signInName, device: device ?? '' }));
  return { key: peopleKey, bytes: toUtf8(JSON.stringify({ v: 1, people: list })) };
}

interface NewVault {
  readonly vaultKey: Bytes;
  /** Whoever is done with them wipes them: a session makes its own. */
  readonly records: SealedRecords;
  readonly writes: readonly SealedWrite[];
}

/** The vault of the first person of a browser, listed at its door: where a practice is created, joined, restored or recovered. */
export async function newFirstVault(
  ports: Pick<Ports, 'random' | 'kdf' | 'background'>,
  store: Store,
  made: {
    readonly self: Omit<DeviceSelf, 'device'>;
    readonly settings: Settings;
    readonly passphrase: string;
    readonly signInName: string;
  },
): Promise<NewVault> {
  const { settings, passphrase, signInName } = made;
  const self: DeviceSelf = { ...made.self, device: deviceId(made.self.sign.publicKey) };
  const vault = await newVault(ports, store, { vault: firstVault, self, settings, passphrase });
  const listed = writePeople([{ vault: firstVault, signInName, device: self.device }]);
  return { ...vault, writes: [...vault.writes, listed] };
}

/** The records of a new vault, to be committed with the operation that makes its device a member. */
export async function newVault(
  ports: Pick<Ports, 'random' | 'kdf' | 'background'>,
  store: Store,
  made: {
    readonly vault: string;
    readonly self: DeviceSelf;
    readonly settings: Settings;
    readonly passphrase: string;
  },
): Promise<NewVault> {
  const { random, kdf, background } = ports;
  const { vault, self, settings, passphrase } = made;
  const { lockbox, vaultKey } = await createLockbox({
    passphrase,
    rootBoxKey: self.rootBoxKey,
    random,
    derive: background.passphraseKey,
    ...(kdf === undefined ? {} : { kdf }),
  });
  const records = new SealedRecords(store, vaultKey, random, vaultPrefix(vault));
  const writes = [
    { key: lockboxKeyOf(vault), bytes: lockbox },
    records.write(selfKey, selfToJson(self)),
    records.write(settingsKey, settings),
  ];
  return { vaultKey, records, writes };
}

/** Undoes a vault: every record of it, for the commit that removes its device. */
export async function closedVault(store: Store, vault: string): Promise<readonly SealedWrite[]> {
  const keys = await store.sealedKeys(vaultPrefix(vault));
  const own = vault === firstVault ? keys.filter((key) => !isOfLaterVault(key) && key !== peopleKey) : keys;
  return own.map((key) => ({ key, bytes: undefined }));
}

function isOfLaterVault(key: string): boolean {
  const [first = '', ...rest] = key.split('/');
  return rest.length > 0 && vaultName.test(first);
}

/** The disk may have been changed by anyone: what is no list of people is none. */
function peopleFromBytes(bytes: Bytes): readonly KeptPerson[] {
  let json: unknown;
  try {
    json = JSON.parse(fromUtf8(bytes) ?? '');
  } catch {
    return [];
  }
  const list = (json as { readonly people?: unknown } | null)?.people;
  return Array.isArray(list) ? list.flatMap((person: unknown) => personFromJson(person) ?? []) : [];
}

function personFromJson(value: unknown): KeptPerson | undefined {
  const { vault, signInName, device } = (value ?? {}) as Record<string, unknown>;
  if (typeof vault !== 'string' || typeof signInName !== 'string' || typeof device !== 'string') return undefined;
  return vault === firstVault || vaultName.test(vault)
    ? { vault, signInName, device: parseDeviceId(device) }
    : undefined;
}
