/**
 * Names of practices, devices and people, sealed to contacts (ID-3): a roster travels to whoever replicates the charts, its
 * names only to those who hold the practice's contact key, handed over when two practices meet (ID-7).
 */
import { decodeCanonical, encodeCanonical } from '../base/codec.ts';
import type { Bytes } from '../base/bytes.ts';
import type { Random } from '../base/ports.ts';
import { compressAndPad, unpadAndInflate } from '../crypto/padding.ts';
import { open, seal } from '../crypto/seal.ts';
import { maxSealedLabelBytes } from './limits.ts';
import { listShape, mapShape, textShape, type Shape } from './shape.ts';

export interface PracticeLabel {
  readonly practiceName: string;
}

export interface DeviceLabel {
  readonly deviceName: string;
  readonly personName: string;
  /** What the person is, in their own words; what the device may do is its role in the roster. */
  readonly profession: string;
  /** Of a keeper: where it listens, so that whoever may ask it for something finds it. */
  readonly addresses?: readonly string[];
}

/** Characters of one name. */
const maxNameLength = 120;

/** A machine has an address in a few networks; of all of them a label has to hold. */
const maxListenAddresses = 4;
const maxAddressLength = 200;
export const listenAddresses = listShape(textShape(maxAddressLength), 1, maxListenAddresses);

/** A longer name is cut, rather than making the whole label one that nobody can read. */
const name: Shape<string> = { ...textShape(maxNameLength), write: (text) => text.slice(0, maxNameLength) };
const practiceLabel = mapShape<PracticeLabel>({ practiceName: name });
const names = { deviceName: name, personName: name, profession: name };
const namesAlone = mapShape<Omit<DeviceLabel, 'addresses'>>(names);
const withAddresses = mapShape<Required<DeviceLabel>>({ ...names, addresses: listenAddresses });
const deviceLabel: Shape<DeviceLabel> = {
  write: (label) =>
    label.addresses === undefined
      ? namesAlone.write(label)
      : withAddresses.write({ ...label, addresses: label.addresses }),
  read: (value) => namesAlone.read(value) ?? withAddresses.read(value),
};

/** 32 random bytes, made once for a practice. */
export function generateContactKey(random: Random): Bytes {
  return random.bytes(32);
}

export const sealPracticeLabel = sealer(practiceLabel);
export const openPracticeLabel = opener(practiceLabel);
export const sealDeviceLabel = sealer(deviceLabel);
export const openDeviceLabel = opener(deviceLabel);

function sealer<T>(shape: Shape<T>) {
  return (contactKey: Bytes, label: T, random: Random): Bytes =>
    seal(contactKey, compressAndPad(encodeCanonical(shape.write(label))), random);
}

function opener<T>(shape: Shape<T>) {
  /** Undefined when it was not sealed under this key, or is no label. */
  return (contactKey: Bytes, sealed: Bytes): T | undefined => {
    const padded = open(contactKey, sealed);
    const bytes = padded === undefined ? undefined : unpadAndInflate(padded, maxSealedLabelBytes);
    const value = bytes?.ok === true ? decodeCanonical(bytes.value) : undefined;
    return value?.ok === true ? shape.read(value.value) : undefined;
  };
}
