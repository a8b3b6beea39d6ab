/**
 * Taking in an exchange file. Read once whole to prove it (whole, signed, by a device that may hand us something), then frame by
 * frame through the same door as what a connection brings: the host's verdicts, rights and quotas, as from that device. Owns no
 * right. Nothing of a file that is damaged, or not for us, or of nobody we know, is kept; of any other, each frame is kept whole
 * or not at all, so that stopping anywhere loses nothing and the same file again changes nothing.
 */
import { bytesEqual, type Bytes } from '../../base/bytes.ts';
import { idBytes, type ChartId, type DeviceId, type PracticeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Section } from '../../base/sections.ts';
import type { ExchangeFile } from '../../crypto/exchange-file.ts';
import { maxFaultsPerConnection } from '../../net/limits.ts';
import { joinFrontiers } from '../../net/frontier.ts';
import { decodePartFrame, isPartFrame } from '../../net/attachment-wire.ts';
import type { ChartFrontier, Frontier, ReplicationHost, Verdict } from '../../net/replication-host.ts';
import type { AttachmentParts } from '../../replica/attachment-parts.ts';
import { SnapshotGathering } from '../../net/snapshot-gathering.ts';
import { verifyEntries } from '../../net/verify-entries.ts';
import { decodeFrame, type ChartFrontiers, type Message } from '../../net/wire.ts';
import type { NotTakenReason, TakeInFailure, TakenIn } from './exchange-acts.ts';
import { decodeExchangeRecord, type AboutExchange } from './exchange-records.ts';
import { WaitingRecords } from './exchange-waiting.ts';

export interface ReadingParts {
  readonly file: ExchangeFile;
  readonly host: ReplicationHost;
  readonly attachments: Pick<AttachmentParts, 'takeNamed'>;
  /** Our own practice, or one that we met. */
  readonly knows: (practice: PracticeId) => boolean;
  readonly isActive: (device: DeviceId) => boolean;
  readonly isHere: (chart: ChartId) => boolean;
  /** What the device said before that it holds. */
  readonly heldBy: (device: DeviceId, chart: ChartId) => Promise<ReadonlyMap<Section, Frontier>>;
  /** What others are to be told; each is durable. */
  readonly chartChanged: (chart: ChartId) => void;
  readonly rosterChanged: (practice: PracticeId) => void;
  readonly count: (reason: string, who: PracticeId) => void;
  readonly progress: (phase: 'checking' | 'taking-in', bytes: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** What of it the session puts into words. */
export interface ReadExchange extends Omit<TakenIn, 'from'> {
  readonly about: AboutExchange;
  /** What the writer said it holds of each chart. */
  readonly leaves: ReadonlyMap<ChartId, Bytes>;
}

/** Who wrote the file, once all of it was read and is as that device signed it. */
export async function checkExchange({
  file,
  host,
  progress,
  signal,
}: ReadingParts): Promise<Result<AboutExchange, TakeInFailure>> {
  let about: AboutExchange | undefined;
  const checked = await file.check(
    (first) => {
      const record = decodeExchangeRecord(first);
      if (record?.kind !== 'about') return undefined;
      about = record.about;
      return { publicKey: idBytes(about.device), log: idBytes(about.to) };
    },
    async (bytes) => {
      signal.throwIfAborted();
      await progress('checking', bytes);
    },
  );
  if (!checked.ok) return err('damaged', checked.detail);
  if (about === undefined) return err('damaged');
  if (about.to !== host.self.practice) return err('not-for-us');
  return about.device === host.self.device ? err('own-file') : ok(about);
}

/**
 * Whether what the device hands us may be taken at all: the same that a connection asks for. A device its practice added since
 * we last heard of it is named by the roster in the file, which proves itself.
 */
export async function admitWriter(parts: ReadingParts, about: AboutExchange): Promise<Result<void, TakeInFailure>> {
  const { host } = parts;
  if (!parts.knows(about.practice)) return err('unknown-practice');
  if (host.practiceOf(about.device) === undefined) {
    await parts.file.records(async (record) => {
      const message = messageOf(record);
      if (message?.kind !== 'rosterOps') return message === undefined;
      if (message.practice !== about.practice) return true;
      const verdicts = await host.receiveRosterOps(about.device, message.practice, message.ops);
      if (verdicts.some(({ kind }) => kind === 'kept')) parts.rosterChanged(message.practice);
      return true;
    });
  }
  if (host.practiceOf(about.device) !== about.practice) return err('unknown-device');
  return parts.isActive(about.device) ? ok(undefined) : err('removed-device');
}

/** Merges what is in it. */
export async function takeInExchange(parts: ReadingParts, about: AboutExchange): Promise<ReadExchange> {
  const taking = new Taking(parts, about);
  await taking.run();
  return taking.outcome;
}

type Stop = Exclude<TakenIn['stopped'], false>;

class Taking {
  readonly #parts: ReadingParts;
  readonly #about: AboutExchange;
  readonly #changed = new Set<ChartId>();
  readonly #new = new Set<ChartId>();
  readonly #met = new Set<ChartId>();
  readonly #leaves = new Map<ChartId, Bytes>();
  readonly #notTaken = new Map<NotTakenReason, number>();
  readonly #waiting = new WaitingRecords();
  readonly #partsWaiting = new Set<number>();
  readonly #gathering = new SnapshotGathering();
  #faults = 0;
  #stopped: Stop | undefined;

  constructor(parts: ReadingParts, about: AboutExchange) {
    this.#parts = parts;
    this.#about = about;
  }

  get outcome(): ReadExchange {
    return {
      about: this.#about,
      leaves: this.#leaves,
      writtenAt: new Date(this.#about.at).toISOString(),
      changedCharts: this.#changed.size,
      newCharts: this.#new.size,
      sameCharts: this.#met.size - this.#changed.size,
      notTaken: [...this.#notTaken].map(([reason, count]) => ({ reason, count })),
      stopped: this.#stopped ?? false,
      charts: this.#met,
    };
  }

  async run(): Promise<void> {
    await this.#pass(() => true, 'waits');
    const again = new Set([...this.#waiting.numbers, ...this.#partsWaiting]);
    if (again.size > 0 && this.#stopped === undefined) await this.#pass((number) => again.has(number), 'counts');
    if (this.#stopped === undefined) await this.#holdsSame();
  }

  async #pass(wanted: (number: number) => boolean, later: 'waits' | 'counts'): Promise<void> {
    const { file, progress, signal } = this.#parts;
    let number = 0;
    await file.records(async (record, bytes) => {
      const at = number++;
      if (signal.aborted) this.#stopped = 'cancelled';
      if (this.#stopped === undefined && wanted(at)) {
        await this.#take(record, at, later);
        await progress('taking-in', bytes);
      }
      return this.#stopped === undefined;
    });
  }

  async #take(bytes: Bytes, number: number, later: 'waits' | 'counts'): Promise<void> {
    const record = decodeExchangeRecord(bytes);
    switch (record?.kind) {
      case 'about':
        if (number > 0) this.#fault('second-about');
        return;
      case 'leaves':
        for (const [chart, leaf] of record.leaves) this.#leaves.set(chart, leaf);
        return;
      case 'frame': {
        if (isPartFrame(record.frame)) return this.#takePart(record.frame, number, later);
        const message = decodeFrame(record.frame);
        if (message.ok && later === 'waits') this.#waiting.met(number, message.value);
        if (message.ok) await this.#takeFrame(message.value, number, later);
        else this.#fault(message.reason);
        return;
      }
      case undefined:
        this.#fault('unknown-record');
    }
  }

  async #takeFrame(message: Message, number: number, later: 'waits' | 'counts'): Promise<void> {
    const { host, isActive, chartChanged, rosterChanged, isHere } = this.#parts;
    const from = this.#about.device;
    switch (message.kind) {
      case 'rosterOps': {
        const verdicts = await host.receiveRosterOps(from, message.practice, message.ops);
        this.#judge(verdicts, number, message, later);
        if (!verdicts.some(({ kind }) => kind === 'kept')) return;
        rosterChanged(message.practice);
        // It may have been the news that the writer itself was removed.
        if (!isActive(from)) this.#stopped = 'removed-device';
        return;
      }
      case 'charterOps': {
        const before = new Set(message.charters.map(({ chart }) => chart).filter(isHere));
        const verdicts = await host.receiveCharterOps(from, message.charters);
        this.#judge(verdicts.flat(), number, message, later);
        for (const [i, { chart }] of message.charters.entries()) {
          if (!this.#noteChart(chart, verdicts[i] ?? [])) continue;
          if (!before.has(chart)) this.#new.add(chart);
          chartChanged(chart);
        }
        return;
      }
      case 'entries': {
        const checked = await verifyEntries(message.sections, this.#gathering);
        for (const fault of checked.flatMap(({ faults }) => faults)) this.#fault(fault);
        const sections = checked
          .filter(({ verified }) => verified.length > 0)
          .map(({ chart, section, verified }) => ({ chart, section, entries: verified }));
        if (sections.length === 0) return;
        const verdicts = await host.receiveEntries(from, sections);
        this.#judge(verdicts.flat(), number, message, later);
        const changed = sections.filter(({ chart }, i) => this.#noteChart(chart, verdicts[i] ?? []));
        for (const chart of new Set(changed.map((one) => one.chart))) chartChanged(chart);
        return;
      }
      case 'frontiers':
        return this.#noteHeld(message.charts);
      default:
        this.#fault(`unexpected-${message.kind}`);
    }
  }

  /** A part of an attachment: its entry came before it, or waits as it does. */
  async #takePart(frame: Bytes, number: number, later: 'waits' | 'counts'): Promise<void> {
    const decoded = decodePartFrame(frame);
    if (!decoded.ok || decoded.value.kind !== 'part') {
      this.#fault(decoded.ok ? `unexpected-${decoded.value.kind}` : decoded.reason);
      return;
    }
    const { chart, section, hash, bytes } = decoded.value;
    switch (await this.#parts.attachments.takeNamed({ chart, section, hash }, bytes)) {
      case 'kept':
      case 'known':
        return;
      case 'no-room':
        this.#stopped = 'no-room';
        return;
      case 'wrong':
        this.#fault('part-wrong-hash');
        return;
      case 'unnamed':
        if (later === 'waits') this.#partsWaiting.add(number);
        else this.#count('waits', 'part-unnamed');
    }
  }

  /** What a device once held it holds for good: an old file takes nothing of its word back. */
  async #noteHeld(charts: readonly ChartFrontiers[]): Promise<void> {
    const { host, heldBy } = this.#parts;
    const from = this.#about.device;
    await host.ready(charts.map(({ chart }) => chart));
    const said: ChartFrontier[] = [];
    for (const { chart, sections } of charts) {
      if (host.chartFor(from, chart) === undefined) continue;
      this.#met.add(chart);
      const before = await heldBy(from, chart);
      for (const { section, frontier } of sections)
        said.push({ chart, section, frontier: joinFrontiers(frontier, before.get(section) ?? []) });
    }
    await host.peerHolds(from, said);
  }

  /** Of charts that are alike now, the writer holds all that is here (RE-2). */
  async #holdsSame(): Promise<void> {
    const { host } = this.#parts;
    const same = new Map<ChartId, Bytes>();
    const ours = host.leavesFor(this.#about.device);
    for (const [chart, leaf] of this.#leaves) {
      const mine = ours.get(chart);
      if (mine !== undefined && bytesEqual(mine, leaf)) same.set(chart, leaf);
    }
    if (same.size > 0) await host.peerHoldsSame(this.#about.device, same, true);
  }

  /** True if something of the chart is new. */
  #noteChart(chart: ChartId, verdicts: readonly Verdict[]): boolean {
    const kept = verdicts.some(({ kind }) => kind === 'kept');
    if (kept) this.#changed.add(chart);
    if (kept || verdicts.some(({ kind }) => kind === 'known')) this.#met.add(chart);
    return kept;
  }

  #judge(verdicts: readonly Verdict[], number: number, message: Message, later: 'waits' | 'counts'): void {
    const waits = later === 'waits' && verdicts.some(({ kind }) => kind === 'later');
    if (waits) this.#waiting.add(number, message);
    for (const verdict of verdicts) {
      if (verdict.kind === 'kept' || verdict.kind === 'known') continue;
      const reason = notTakenReason(verdict);
      if (reason === 'no-room') {
        this.#stopped = 'no-room';
        return;
      }
      if (waits) continue;
      if (verdict.kind === 'refused') this.#faults += 1;
      this.#count(reason, verdict.reason);
    }
    this.#stopIfTooMuch();
  }

  #fault(reason: string): void {
    this.#faults += 1;
    this.#count('broken', reason);
    this.#stopIfTooMuch();
  }

  /** As on a connection: honest files of another version have a few, broken or hostile ones do not end. */
  #stopIfTooMuch(): void {
    if (this.#faults > maxFaultsPerConnection) this.#stopped ??= 'too-many-faults';
  }

  #count(reason: NotTakenReason, detail: string): void {
    this.#notTaken.set(reason, (this.#notTaken.get(reason) ?? 0) + 1);
    this.#parts.count(detail, this.#about.practice);
  }
}

function notTakenReason({ kind, reason }: Extract<Verdict, { readonly reason: string }>): NotTakenReason {
  if (reason.startsWith('store-')) return 'no-room';
  if (reason.endsWith('quota') || reason === 'too-many-rosters' || reason === 'too-many-forks') return 'too-much';
  if (kind === 'later') return 'waits';
  if (reason === 'not-ours-to-read' || reason === 'not-shared-with-us') return 'not-shared';
  return /^(OP|CH|ID|EN|CUT)-/.test(reason) ? 'not-allowed' : 'broken';
}

/** Undefined for a record that is no frame at all. */
function messageOf(record: Bytes): Message | undefined {
  const decoded = decodeExchangeRecord(record);
  if (decoded?.kind !== 'frame') return undefined;
  const message = decodeFrame(decoded.frame);
  return message.ok ? message.value : undefined;
}
