/**
 * Shapes of canonical values: each says once how a typed value is written and what bytes are taken for it. Strict: a shape
 * takes exactly what it writes (same fields, sorted sets, bounds), so that one meaning has one encoding (OP-1).
 */
import { fromHex, type Bytes } from '../base/bytes.ts';
import type { CborValue } from '../base/codec.ts';

export interface Shape<T> {
  write(value: T): CborValue;
  /** Undefined when the value is not of this shape. */
  read(value: CborValue | undefined): T | undefined;
}

/** An id of 32 bytes, held as hex. */
export function idShape<T extends string>(name: (bytes: Uint8Array) => T): Shape<T> {
  return {
    write: hexBytes,
    read: (value) => (value instanceof Uint8Array && value.length === 32 ? name(value) : undefined),
  };
}

export function bytesShape(leastBytes: number, mostBytes: number): Shape<Bytes> {
  return {
    write: (value) => value,
    read: (value) =>
      value instanceof Uint8Array && value.length >= leastBytes && value.length <= mostBytes
        ? new Uint8Array(value)
        : undefined,
  };
}

export function integerShape(least: number, most: number): Shape<number> {
  return {
    write: (value) => value,
    read: (value) =>
      typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most ? value : undefined,
  };
}

export const booleanShape: Shape<boolean> = {
  write: (value) => value,
  read: (value) => (typeof value === 'boolean' ? value : undefined),
};

/** One of a few words. */
export function wordShape<T extends string>(isWord: (text: string) => text is T): Shape<T> {
  return { write: (value) => value, read: (value) => (typeof value === 'string' && isWord(value) ? value : undefined) };
}

export function textShape(mostLength: number): Shape<string> {
  return {
    write: (value) => value,
    read: (value) => (typeof value === 'string' && value.length <= mostLength ? value : undefined),
  };
}

export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return {
    write: (value) => (value === null ? null : shape.write(value)),
    read: (value) => (value === null ? null : shape.read(value)),
  };
}

export function listShape<T>(item: Shape<T>, least: number, most: number): Shape<readonly T[]> {
  return {
    write: (values) => values.map((value) => item.write(value)),
    read: (value) => {
      if (!isList(value) || value.length < least || value.length > most) return undefined;
      const items: T[] = [];
      for (const element of value) {
        const read = item.read(element);
        if (read === undefined) return undefined;
        items.push(read);
      }
      return items;
    },
  };
}

/** A list in strictly rising order of `keyOf`: one set, one encoding. Hex sorts as the bytes it stands for. */
export function setShape<T>(
  item: Shape<T>,
  keyOf: (value: T) => string,
  least: number,
  most: number,
): Shape<readonly T[]> {
  const list = listShape(item, least, most);
  return {
    write: (values) => list.write([...values].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))),
    read: (value) => {
      const items = list.read(value);
      const rising = items?.every((entry, i) => i === 0 || keyOf(items[i - 1] ?? entry) < keyOf(entry));
      return rising === true ? items : undefined;
    },
  };
}

/** A map with exactly these fields. */
export function mapShape<T extends object>(fields: { readonly [K in keyof T]-?: Shape<T[K]> }): Shape<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return {
    write: (value) => Object.fromEntries(names.map((name) => [name, fields[name].write(value[name])])),
    read: (value) => {
      if (!isMap(value) || Object.keys(value).length !== names.length) return undefined;
      const out: Partial<T> = {};
      for (const name of names) {
        const read = fields[name].read(value[name]);
        if (read === undefined) return undefined;
        out[name] = read;
      }
      return out as T;
    },
  };
}

export function isMap(value: CborValue | undefined): value is Readonly<Record<string, CborValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

export function isList(value: CborValue | undefined): value is readonly CborValue[] {
  return Array.isArray(value);
}

function hexBytes(hex: string): Bytes {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error('an id is lowercase hex');
  return bytes;
}
