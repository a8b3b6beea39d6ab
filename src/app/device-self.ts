/**
 * Who this device is: its private keys, its practice, the names it gives itself. One record under the vault key, read at
 * unlocking and wiped at locking. The practice's root keys are never here (ID-1): only their public halves.
 */
import { fromHex, toHex, type Bytes } from '../base/bytes.ts';
import { deviceId, parseChartId, parsePracticeId, type ChartId, type DeviceId, type PracticeId } from '../base/ids.ts';
import { boxKeysFromSeed, type BoxKeys } from '../crypto/box.ts';
import { signKeysFromSeed, type SignKeys } from '../crypto/sign.ts';
import { wipe } from '../crypto/wipe.ts';
import type { Role } from './session.ts';

export interface DeviceSelf {
  readonly practice: PracticeId;
  readonly device: DeviceId;
  readonly sign: SignKeys;
  readonly box: BoxKeys;
  /** Opens the names in the practice's roster; given to peers when they meet (ID-3). 32 bytes. */
  readonly contactKey: Bytes;
  /** The practice book: a chart without a patient. */
  readonly book: ChartId;
  readonly rootBoxKey: Bytes;
  readonly practiceName: string;
  readonly personName: string;
  readonly role: Role;
  readonly deviceName: string;
}

export const selfKey = 'self';

/** What of it a backup carries: the practice, not the device. A restored copy is a new device (CUT-8). */
export type PracticeSelf = Pick<
  DeviceSelf,
  'practice' | 'contactKey' | 'book' | 'rootBoxKey' | 'practiceName' | 'personName' | 'role' | 'deviceName'
>;

export function practiceSelfToJson(self: PracticeSelf): Record<string, unknown> {
  return {
    v: 1,
    practice: self.practice,
    contactKey: toHex(self.contactKey),
    book: self.book,
    rootBoxKey: toHex(self.rootBoxKey),
    practiceName: self.practiceName,
    personName: self.personName,
    role: self.role,
    deviceName: self.deviceName,
  };
}

export function selfToJson(self: DeviceSelf): Record<string, unknown> {
  return { ...practiceSelfToJson(self), signSeed: toHex(self.sign.seed), boxSecret: toHex(self.box.secretKey) };
}

export function practiceSelfFromJson(value: unknown): PracticeSelf | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { v, ...texts } = value as Record<string, unknown>;
  // A backup file may come from anyone.
  if (v !== 1 || !Object.values(texts).every((text) => typeof text === 'string')) return undefined;
  const json = texts as Record<string, string>;
  const practice = parsePracticeId(json['practice'] ?? '');
  const book = parseChartId(json['book'] ?? '');
  const contactKey = fromHex(json['contactKey'] ?? '');
  const rootBoxKey = fromHex(json['rootBoxKey'] ?? '');
  if (practice === undefined || book === undefined || contactKey?.length !== 32 || rootBoxKey?.length !== 32)
    return undefined;
  return {
    practice,
    book,
    contactKey,
    rootBoxKey,
    practiceName: json['practiceName'] ?? '',
    personName: json['personName'] ?? '',
    role: (json['role'] ?? 'admin') as Role,
    deviceName: json['deviceName'] ?? '',
  };
}

export function selfFromJson(value: unknown): DeviceSelf | undefined {
  const practice = practiceSelfFromJson(value);
  const { signSeed, boxSecret } = value as Record<string, string | undefined>;
  const seed = fromHex(signSeed ?? '');
  const secret = fromHex(boxSecret ?? '');
  if (practice === undefined || seed?.length !== 32 || secret?.length !== 32) return undefined;
  const sign = signKeysFromSeed(seed);
  return { ...practice, device: deviceId(sign.publicKey), sign, box: boxKeysFromSeed(secret) };
}

/** At locking. */
export function wipeSelf(self: DeviceSelf): void {
  wipe(self.sign.seed, self.box.secretKey, self.contactKey);
}
