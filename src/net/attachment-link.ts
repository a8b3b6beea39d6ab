/**
 * Sealed parts of attachments on one connection (EN-10), after everything else (RE-1): what is wanted here is asked for by name,
 * some at a time; what the other side asks for goes out one part at a time, when there is nothing of replication to send. Whether
 * the other side may have a part is asked of the host when it is sent, and a no says nothing of the reason.
 *
 * Owns the bounds: of what is asked, of what is queued, of what is taken. A part that was not asked for, or is not what its name
 * says, is a fault of whoever sent it. Nothing here sees plaintext.
 */
import { bytesEqual, type Bytes } from '../base/bytes.ts';
import { idBytes, type ChartId, type ChunkHash, type DeviceId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { sha256 } from '../crypto/hash.ts';
import { encodePartFrame, decodePartFrame, type NamedPart, type PartMessage } from './attachment-wire.ts';
import { partKey, type PartWants, type WantedPart } from './attachment-wants.ts';
import { maxPartsAsked, maxPartsPerFrame, maxPartsQueued } from './limits.ts';

/** What a device says and does about parts. */
export interface PartsHost {
  readonly wants: PartWants;
  /** Whether `device` may hold this, and so be told that it exists. */
  mayAsk(device: DeviceId, part: WantedPart): boolean;
  /** The part, if `device` may have it at this moment and it is here. */
  partFor(device: DeviceId, part: NamedPart): Promise<Bytes | undefined>;
  /** Durable when this resolves; false: it was not kept, and is still wanted. */
  keepPart(part: NamedPart, bytes: Bytes): Promise<boolean>;
}

export class PartsLink {
  readonly #device: DeviceId;
  readonly #host: PartsHost;
  /** Asked of the other side here, and not answered. */
  readonly #asked = new Map<string, NamedPart>();
  /** Asked of us, in order. */
  readonly #queue: NamedPart[] = [];
  readonly #outbox: PartMessage[] = [];

  constructor(device: DeviceId, host: PartsHost) {
    this.#device = device;
    this.#host = host;
  }

  end(): void {
    this.#asked.clear();
    this.#queue.length = 0;
    this.#host.wants.lost(this.#device);
  }

  /** Why what came is a fault, if it is one. Resolves when what it brought is durable. */
  async receive(frame: Bytes): Promise<string | undefined> {
    const message = decodePartFrame(frame);
    if (!message.ok) return message.reason;
    switch (message.value.kind) {
      case 'want':
        return this.#onWant(message.value);
      case 'none':
        return this.#onNone(message.value);
      case 'part':
        return this.#onPart(message.value);
    }
  }

  /** The next frame to send; undefined while there is nothing to say. */
  async next(): Promise<Bytes | undefined> {
    const said = this.#outbox.shift();
    if (said !== undefined) return encodePartFrame(said);
    const part = this.#queue.shift();
    if (part !== undefined) return encodePartFrame(await this.#answerTo(part));
    return this.#ask();
  }

  async #answerTo(part: NamedPart): Promise<PartMessage> {
    const { chart, section, hash } = part;
    const bytes = await this.#host.partFor(this.#device, part);
    return bytes === undefined
      ? { kind: 'none', chart, section, hashes: [hash] }
      : { kind: 'part', chart, section, hash, bytes };
  }

  #ask(): Bytes | undefined {
    // Half of what may be under way has come: the line is never idle, and a frame asks for several.
    if (this.#asked.size > maxPartsAsked / 2) return undefined;
    const parts = this.#host.wants.ask(this.#device, this.#asked.size, (part) => this.#host.mayAsk(this.#device, part));
    for (const part of parts) this.#asked.set(partKey(part), part);
    this.#outbox.push(...byPlace(parts).map((place) => ({ kind: 'want' as const, ...place })));
    const first = this.#outbox.shift();
    return first === undefined ? undefined : encodePartFrame(first);
  }

  #onWant({ chart, section, hashes }: Extract<PartMessage, { kind: 'want' }>): string | undefined {
    if (this.#queue.length + hashes.length > maxPartsQueued) return 'too-many-parts-wanted';
    this.#queue.push(...hashes.map((hash) => ({ chart, section, hash })));
    return undefined;
  }

  #onNone({ chart, section, hashes }: Extract<PartMessage, { kind: 'none' }>): string | undefined {
    const parts = hashes.map((hash) => ({ chart, section, hash }));
    if (!parts.every((part) => this.#asked.delete(partKey(part)))) return 'part-not-asked';
    for (const part of parts) this.#host.wants.refused(this.#device, part);
    return undefined;
  }

  async #onPart({ bytes, ...part }: Extract<PartMessage, { kind: 'part' }>): Promise<string | undefined> {
    const { chart, section, hash } = part;
    const named = { chart, section, hash };
    // Nobody fills this disk with what he likes (ATTACK-66).
    if (!this.#asked.has(partKey(named))) return 'part-not-asked';
    this.#asked.delete(partKey(named));
    if (!isNamed(hash, bytes)) {
      this.#host.wants.refused(this.#device, named);
      return 'part-wrong-hash';
    }
    // Another device may have been asked meanwhile, and have brought it.
    if (!this.#host.wants.has(named)) return undefined;
    if (await this.#host.keepPart(named, bytes)) this.#host.wants.remove([named]);
    return undefined;
  }
}

/** ATTACK-66: bytes are what their name says, or they are not kept. */
export function isNamed(hash: ChunkHash, bytes: Uint8Array): boolean {
  return bytesEqual(sha256(bytes), idBytes(hash));
}

function byPlace(
  parts: readonly NamedPart[],
): readonly { readonly chart: ChartId; readonly section: Section; readonly hashes: readonly ChunkHash[] }[] {
  const places = new Map<string, { chart: ChartId; section: Section; hashes: ChunkHash[] }>();
  for (const { chart, section, hash } of parts) {
    const name = `${chart}/${section}`;
    const place = places.get(name) ?? { chart, section, hashes: [] };
    places.set(name, place);
    place.hashes.push(hash);
  }
  return [...places.values()].flatMap(({ hashes, ...place }) => {
    const sorted = hashes.toSorted();
    const cuts = Math.ceil(sorted.length / maxPartsPerFrame);
    return Array.from({ length: cuts }, (_, i) => ({
      ...place,
      hashes: sorted.slice(i * maxPartsPerFrame, (i + 1) * maxPartsPerFrame),
    }));
  });
}
