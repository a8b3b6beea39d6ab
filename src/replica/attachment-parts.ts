/**
 * What a replica does about sealed parts of attachments (EN-10): whom it asks, whom it answers, and what it keeps. The same in
 * the app, which wants what a person opens, and in a keeper, which wants all that the entries it holds name.
 */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, DeviceId } from '../base/ids.ts';
import { isNamed, type PartsHost } from '../net/attachment-link.ts';
import { partKey, type PartWants, type WantedPart } from '../net/attachment-wants.ts';
import type { NamedPart } from '../net/attachment-wire.ts';
import type { NamedChunk } from '../store/store.ts';
import type { ReplicaParts } from './parts.ts';
import type { PracticeReplication } from './practice-replication.ts';

/**
 * Parts a keeper fetches unasked of what one device names in one section: a gigabyte. Whoever names more, and makes them up,
 * must not fill its disk; what is beyond is still had from the devices that hold it.
 */
export const maxPartsOfDevice = 4096;

type Parts = Pick<ReplicaParts, 'content' | 'store' | 'diagnostics'>;
type Host = Pick<PracticeReplication, 'mayBeAsked' | 'partFor'>;

export class AttachmentParts implements PartsHost {
  readonly wants: PartWants;
  readonly #parts: Parts;
  readonly #host: Host;
  readonly #came: (part: NamedPart) => void;
  /** Looks at what charts name that have not begun. */
  readonly #looks = new Map<ChartId | 'all', Promise<void>>();
  #lastLook: Promise<void> = Promise.resolve();

  /** `came`: told of each part once it is durable. */
  constructor(parts: Parts, host: Host, wants: PartWants, came: (part: NamedPart) => void = () => undefined) {
    this.#parts = parts;
    this.#host = host;
    this.wants = wants;
    this.#came = came;
  }

  mayAsk(device: DeviceId, part: WantedPart): boolean {
    return this.#host.mayBeAsked(device, part);
  }

  /** What a person opens; asked for as soon as it is known who may be asked. */
  async want(chart: ChartId, parts: readonly NamedPart[]): Promise<void> {
    this.wants.add(parts);
    const authors = authorsOf(await this.#parts.store.chunksNamed(chart));
    this.wants.add(parts.map((part) => ({ ...part, authors: authors.get(partKey(part)) ?? [] })));
  }

  partFor(device: DeviceId, part: NamedPart): Promise<Bytes | undefined> {
    return this.#host.partFor(device, part);
  }

  async keepPart({ chart, section, hash }: NamedPart, bytes: Bytes): Promise<boolean> {
    const kept = await this.#parts.content.commit({ chunks: [{ chart, section, hash, bytes }] });
    if (!kept.ok) {
      this.#parts.diagnostics.count('attachments', `store-${kept.reason}`);
      if (kept.reason === 'quota') this.wants.noRoom();
      return false;
    }
    this.#came({ chart, section, hash });
    return true;
  }

  /**
   * A part nobody asked for, in a file that somebody hands us: kept if an entry that is kept here names it, so after the entry.
   * `unnamed`: none does, or none does yet. `wrong`: the bytes are not what they are called.
   */
  async takeNamed(part: NamedPart, bytes: Bytes): Promise<'kept' | 'known' | 'unnamed' | 'wrong' | 'no-room'> {
    const { chart, section, hash } = part;
    if (!isNamed(hash, bytes)) return 'wrong';
    const { store } = this.#parts;
    if ((await store.chunksNamed(chart, section, hash)).length === 0) return 'unnamed';
    if ((await store.chunk(chart, section, hash)) !== undefined) return 'known';
    if (!(await this.keepPart(part, bytes))) return 'no-room';
    this.wants.remove([part]);
    return 'kept';
  }

  /**
   * For keepers: what the entries of a chart, or of all, name and is not here is wanted. One look after the other: all that comes
   * while a chart waits for its turn is seen by the same look.
   */
  wantAll(chart?: ChartId): Promise<void> {
    const key = chart ?? 'all';
    const waiting = this.#looks.get(key);
    if (waiting !== undefined) return waiting;
    const look = this.#lastLook.then(() => {
      this.#looks.delete(key);
      return this.#wantNamed(chart);
    });
    this.#looks.set(key, look);
    this.#lastLook = look.catch(() => undefined);
    return look;
  }

  async #wantNamed(chart: ChartId | undefined): Promise<void> {
    const { store, diagnostics } = this.#parts;
    const [named, held] = await Promise.all([store.chunksNamed(chart), store.chunksHeld(chart)]);
    const here = new Set(held.map(partKey));
    const { within, beyond } = withinQuota(named);
    if (beyond > 0) diagnostics.count('attachments', 'quota');
    const authors = authorsOf(named);
    const without = this.wants.add(
      within
        .filter((part) => !here.has(partKey(part)))
        .map((part) => ({ ...part, authors: authors.get(partKey(part)) ?? [] })),
    );
    if (without > 0) diagnostics.count('attachments', 'too-many-wanted');
  }
}

/** The first of what each device names in each section, each part once. */
export function withinQuota(named: readonly NamedChunk[]): {
  readonly within: readonly NamedPart[];
  readonly beyond: number;
} {
  const counts = new Map<string, number>();
  const within = new Map<string, NamedPart>();
  let beyond = 0;
  for (const { chart, section, hash, device } of named) {
    const part = { chart, section, hash };
    if (within.has(partKey(part))) continue;
    const author = `${chart}/${section}/${device}`;
    const count = (counts.get(author) ?? 0) + 1;
    counts.set(author, count);
    if (count > maxPartsOfDevice) beyond += 1;
    else within.set(partKey(part), part);
  }
  return { within: [...within.values()], beyond };
}

/** Who wrote the entries that name each part. */
function authorsOf(named: readonly NamedChunk[]): ReadonlyMap<string, readonly DeviceId[]> {
  const authors = new Map<string, DeviceId[]>();
  for (const { chart, section, hash, device } of named) {
    const key = partKey({ chart, section, hash });
    const known = authors.get(key);
    if (known === undefined) authors.set(key, [device]);
    else known.push(device);
  }
  return authors;
}
