/**
 * The keys of all charts, for a device that joined (ID-5), or was restored and lacks what was made since (CH-7): it asks any sibling, which answers in bounded pieces sealed to the
 * box key that the roster names. What came is kept with the place reached, so a broken hand-over goes on where it stopped,
 * with the same sibling or another. Charts themselves come by replication, before or after their keys.
 */
import { parseChartId, parseKeyId, type ChartId, type DeviceId, type KeyId } from '../../base/ids.ts';
import type { Bytes } from '../../base/bytes.ts';
import type { JoiningMessages, KeyPlace } from '../../access/joining.ts';
import { mayHoldKeys } from '../../access/roles.ts';
import { WrapReader } from '../../crypto/box.ts';
import { keyIdOf } from '../../crypto/epoch-key.ts';
import type { MeetingLine } from '../../net/meeting-line.ts';
import type { People } from '../people/people-acts.ts';
import type { PracticeContext } from '../practice-context.ts';

/** What is still on its way to a new device; the record is gone when nothing is. */
export interface Arriving {
  readonly v: 1;
  /** Keys up to here are kept. */
  readonly after: KeyPlace | null;
  readonly keysAreHere: boolean;
  /** Charts, as the sibling counted them. */
  readonly total: number;
  /** Keys alone are asked for, by a device that has long been at work: nobody waits for them. */
  readonly quiet?: true;
}

export const arrivingKey = 'arriving';
export const newArriving: Arriving = { v: 1, after: null, keysAreHere: false, total: 0 };

const retryMs = 5_000;
/** Where nobody waits: the colleague who has the key may be away for days. */
const quietRetryMs = 60_000;

export interface ArrivingParts {
  readonly context: PracticeContext;
  readonly changed: () => void;
  /** Keys of a chart came that is here already. Inside the queue. */
  readonly opened: (chart: ChartId) => Promise<void>;
  /** A meeting line to a sibling; undefined when it cannot be reached now. */
  readonly call: (device: DeviceId) => Promise<MeetingLine | undefined>;
}

export class ArrivingKeys {
  readonly #parts: ArrivingParts;
  #state: Arriving | undefined;
  #progress: (done: number, total: number) => void = () => undefined;
  #cancelWait: () => void = () => undefined;
  #stopped = false;
  /** Who is asked no more for now, and who said last that there is no more to hand over. */
  #asked: ReadonlySet<DeviceId> = new Set();
  #answered: DeviceId | undefined;
  /** Of every sibling asked once, whatever came of it. */
  #firstRound: Promise<void> = Promise.resolve();

  constructor(parts: ArrivingParts) {
    this.#parts = parts;
  }

  get shown(): People['arriving'] {
    if (this.#state === undefined || this.#state.quiet === true) return undefined;
    const { total } = this.#state;
    return { done: Math.min(this.#readable(), total), total };
  }

  /** Charts of which it can be read whose they are. */
  #readable(): number {
    return this.#parts.context.index.all.filter(({ patientKey }) => patientKey !== '').length;
  }

  /** Begins to ask, where something is still to come. */
  async start(): Promise<void> {
    this.#state = await this.#parts.context.records.read(arrivingKey, arrivingFromJson);
    if (this.#state === undefined) return;
    this.#firstRound = this.#askAll();
    this.#parts.context.inBackground(this.#firstRound.then(() => this.#goOn()));
  }

  /** A key is lacking that colleagues may hold, those `asked` for it aside. Who answered in the end; undefined when nobody is left. */
  async ask(asked: ReadonlySet<DeviceId>): Promise<DeviceId | undefined> {
    const { context } = this.#parts;
    if (this.#stopped || this.#siblings(asked).length === 0) return undefined;
    this.#asked = asked;
    if (this.#isWanting()) {
      // Whoever began to ask goes on, from now on for this one too.
      if (this.#state?.quiet === true) this.#state = { ...this.#state, after: null };
      this.#cancelWait();
      return undefined;
    }
    this.#answered = undefined;
    const state: Arriving =
      this.#state === undefined
        ? { v: 1, after: null, keysAreHere: false, total: 0, quiet: true }
        : { ...this.#state, after: null, keysAreHere: false };
    this.#state = state;
    await context.exclusively(() => context.content.commit({ sealed: [context.records.write(arrivingKey, state)] }));
    await this.#askAll();
    await this.#goOn();
    return this.#answered;
  }

  /** For the door, which shows how far it is until a first hand-over ended. */
  async firstRound(progress: (done: number, total: number) => void): Promise<void> {
    this.#progress = progress;
    await this.#firstRound;
    this.#progress = () => undefined;
  }

  /** A chart came: perhaps the last. */
  async noteChart(): Promise<void> {
    const { context } = this.#parts;
    if (this.#state?.keysAreHere !== true) return;
    if (this.#state.quiet !== true && this.#readable() < this.#state.total) return;
    this.#state = undefined;
    await context.exclusively(() => context.content.commit({ sealed: [context.records.remove(arrivingKey)] }));
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelWait();
  }

  async #goOn(): Promise<void> {
    while (this.#isWanting()) {
      await new Promise<void>((resolve) => {
        const cancel = this.#parts.context.ports.timers.after(
          this.#state?.quiet === true ? quietRetryMs : retryMs,
          resolve,
        );
        this.#cancelWait = () => {
          cancel();
          resolve();
        };
      });
      await this.#askAll();
    }
  }

  #isWanting(): boolean {
    return !this.#stopped && this.#state?.keysAreHere === false;
  }

  async #askAll(): Promise<void> {
    for (const device of this.#siblings(this.#asked)) {
      if (!this.#isWanting()) return;
      const line = await this.#parts.call(device);
      if (line === undefined) continue;
      try {
        await this.#askOne(line);
      } finally {
        line.close();
      }
      if (!this.#isWanting()) this.#answered = device;
    }
  }

  #siblings(asked: ReadonlySet<DeviceId>): readonly DeviceId[] {
    const { rosters, self, people } = this.#parts.context;
    const devices = rosters.get(self.practice)?.devices;
    return rosters.activeDevices(self.practice).filter((device) => {
      const role = devices?.get(device)?.role;
      if (device === self.device || people.isHere(device) || asked.has(device)) return false;
      return role !== undefined && mayHoldKeys(role);
    });
  }

  async #askOne(line: MeetingLine): Promise<void> {
    while (this.#isWanting()) {
      await line.say({ kind: 'wantKeys', after: this.#state?.after ?? null });
      const answer = await line.hear();
      if (answer?.kind !== 'keys' || !(await this.#keep(answer))) return;
    }
  }

  /** False when the answer leads no further. */
  async #keep(handed: JoiningMessages['keys']): Promise<boolean> {
    const { context, opened, changed } = this.#parts;
    const last = handed.keys.at(-1);
    if (handed.more && last === undefined) return false;
    const kept = await context.exclusively(async () => {
      const { charters, content, records } = context;
      const byChart = await this.#withHeld(this.#opened(handed));
      const state: Arriving = {
        v: 1,
        after: last === undefined ? (this.#state?.after ?? null) : { chart: last.chart, keyId: last.keyId },
        keysAreHere: !handed.more,
        total: handed.total,
        ...(this.#state?.quiet === true ? { quiet: true } : {}),
      };
      const sealed = [...byChart].map(([chart, keys]) => charters.writeKeys(chart, keys));
      const result = await content.commit({ sealed: [...sealed, records.write(arrivingKey, state)] });
      if (!result.ok) return false;
      this.#state = state;
      for (const [chart, keys] of byChart) {
        charters.keysCame(chart, keys);
        if (charters.terms(chart) !== undefined) await opened(chart);
      }
      return true;
    });
    this.#progress(handed.done, handed.total);
    changed();
    if (kept) await this.noteChart();
    return kept;
  }

  /** Only what the sibling sealed to this device, and only keys that are what their ids promise (CH-5). */
  #opened({ ephemeralKey, keys }: JoiningMessages['keys']): ReadonlyMap<ChartId, Map<KeyId, Bytes>> {
    const { self, diagnostics } = this.#parts.context;
    const reader = new WrapReader(ephemeralKey, self.box);
    const byChart = new Map<ChartId, Map<KeyId, Bytes>>();
    for (const { chart, section, keyId, wrap } of keys) {
      const key = reader.unwrap(wrap);
      if (!key.ok || key.value.length !== 32 || keyIdOf(chart, section, key.value) !== keyId) {
        diagnostics.count('key handed over', 'not-as-promised');
        continue;
      }
      const ofChart = byChart.get(chart) ?? new Map<KeyId, Bytes>();
      byChart.set(chart, ofChart.set(keyId, key.value));
    }
    return byChart;
  }

  async #withHeld(
    came: ReadonlyMap<ChartId, ReadonlyMap<KeyId, Bytes>>,
  ): Promise<ReadonlyMap<ChartId, ReadonlyMap<KeyId, Bytes>>> {
    const { charters } = this.#parts.context;
    const all = new Map<ChartId, ReadonlyMap<KeyId, Bytes>>();
    for (const [chart, keys] of came) {
      const held = await charters.storedKeys(chart);
      if ([...keys.keys()].every((keyId) => held.has(keyId))) continue;
      all.set(chart, new Map([...held, ...keys]));
    }
    return all;
  }
}

function arrivingFromJson(value: unknown): Arriving | undefined {
  const { v, after, keysAreHere, total, quiet } = (value ?? {}) as Partial<Arriving>;
  if (v !== 1 || typeof keysAreHere !== 'boolean' || typeof total !== 'number') return undefined;
  const chart = parseChartId(after?.chart ?? '');
  const keyId = parseKeyId(after?.keyId ?? '');
  const place = chart === undefined || keyId === undefined ? null : { chart, keyId };
  return { v, after: place, keysAreHere, total, ...(quiet === true ? { quiet } : {}) };
}
