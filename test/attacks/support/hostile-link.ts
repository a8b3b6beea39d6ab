/**
 * One connection of a hostile device: frames by hand over the real wire. It answers just enough to be spoken to, confirms
 * what it gets so that more comes, and keeps everything it hears.
 */
import { concatBytes, type Bytes } from '../../../src/base/bytes.ts';
import type { ChartId, PracticeId } from '../../../src/base/ids.ts';
import type { Section } from '../../../src/base/sections.ts';
import { encodeSignedOp } from '../../../src/access/operation.ts';
import { isCharterOp } from '../../../src/access/verify-operation.ts';
import { decodePartFrame, isPartFrame, type PartMessage } from '../../../src/net/attachment-wire.ts';
import type { Connection } from '../../../src/net/transport.ts';
import { decodeFrame, encodeFrame, type Message, type MessageKind, type Received } from '../../../src/net/wire.ts';
import type { AttackWorld } from './attack-world.ts';
import type { HostileDevice } from './hostile-device.ts';
import { isEntry, type Item } from './knowledge.ts';

export class HostileLink {
  readonly connection: Connection;
  /** Everything that came, in order. */
  readonly heard: Message[] = [];
  readonly heardParts: PartMessage[] = [];
  readonly #device: HostileDevice;
  readonly #world: AttackWorld;
  #entryFrames = 0;
  #greeted = false;
  #closed = false;

  constructor(connection: Connection, device: HostileDevice, world: AttackWorld) {
    this.connection = connection;
    this.#device = device;
    this.#world = world;
    connection.onFrame((frame) => this.#receive(frame));
    connection.onClose(() => {
      this.#closed = true;
    });
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  heardOf<K extends MessageKind>(kind: K): readonly Received<K>[] {
    return this.heard.filter((message): message is Received<K> => message.kind === kind);
  }

  /** Says hello as a member of its practice that has nothing; the other side then says what there is. */
  async greet(practice: PracticeId = this.#device.practice): Promise<void> {
    this.#greeted = true;
    const leaves = { count: 0, fingerprint: new Uint8Array(16) };
    await this.send({ kind: 'hello', practice, rosters: new Uint8Array(32), leaves });
    await this.send({ kind: 'rosters', rosters: [] });
    await this.send({ kind: 'charts', charts: [], lacking: [], more: false });
    await this.#world.settle();
  }

  async send(message: Message): Promise<void> {
    await this.sendBytes(encodeFrame(message));
  }

  async sendBytes(frame: Bytes): Promise<void> {
    await this.connection.send(frame);
  }

  /** Each in a frame of its own, in this order; resolves when the other side has dealt with all of them. */
  async deliver(...items: readonly Item[]): Promise<void> {
    for (const item of items) {
      if (isEntry(item)) await this.entries(item.header.chart, item.header.section, item.bytes);
      else if (isCharterOp(item)) await this.charterOps(item.log.chart, encodeSignedOp(item.signed));
      else await this.rosterOps(item.log.practice, encodeSignedOp(item.signed));
    }
    await this.#world.settle();
  }

  entries(chart: ChartId, section: Section, ...entries: readonly Bytes[]): Promise<void> {
    return this.send({ kind: 'entries', sections: [{ chart, section, entries }] });
  }

  charterOps(chart: ChartId, ...ops: readonly Bytes[]): Promise<void> {
    return this.send({ kind: 'charterOps', charters: [{ chart, ops }] });
  }

  rosterOps(practice: PracticeId, ...ops: readonly Bytes[]): Promise<void> {
    return this.send({ kind: 'rosterOps', practice, ops });
  }

  async #receive(frame: Bytes): Promise<void> {
    if (isPartFrame(frame)) {
      const part = decodePartFrame(concatBytes(frame));
      if (!part.ok) throw new Error(`an honest device sent a frame that is ${part.reason}`);
      this.heardParts.push(part.value);
      return;
    }
    const decoded = decodeFrame(concatBytes(frame));
    if (!decoded.ok) throw new Error(`an honest device sent a frame that is ${decoded.reason}`);
    const message = decoded.value;
    this.heard.push(message);
    if (message.kind === 'rosterOps') await this.#device.knows.hear(...message.ops);
    if (message.kind === 'charterOps') await this.#device.knows.hear(...message.charters.flatMap(({ ops }) => ops));
    if (message.kind === 'frontiers' && this.#greeted)
      await this.send({
        kind: 'frontiers',
        charts: message.charts.map(({ chart, sections }) => ({
          ...{ chart, heads: [] },
          sections: sections.map(({ section }) => ({ section, frontier: [] })),
        })),
        asks: false,
      });
    if (message.kind !== 'entries') return;
    await this.#device.knows.hear(...message.sections.flatMap(({ entries }) => entries));
    await this.send({ kind: 'have', frames: ++this.#entryFrames, except: [] });
  }
}
