/**
 * The audit log of the practice: notes what was done here, gathers it into this month's volume, and reads it back for whoever
 * may. Nobody waits for it: what an act wrote of itself lies in the act's own commit (audit-journal.ts), and the rest is handed
 * to the practice at intervals, before locking, and after a crash at the next unlocking (AU-2).
 */
import type { ChartId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Audit, AuditAct, AuditCheck, AuditEvent, AuditMonth, UnlockedHow } from './audit-acts.ts';
import { auditFile } from './audit-files.ts';
import { joinedVolumes, readVolume, type ReadVolume } from './audit-reading.ts';
import { auditRecord, auditRecordKey } from './audit-records.ts';
import { AuditTelling } from './audit-telling.ts';
import { AuditVolumes, isVolume, volumesHere, type Volume } from './audit-volumes.ts';
import type { ChartWriter } from '../charts/chart-writer.ts';
import { withoutFailedUnlocks, type FailedUnlocks } from '../door/failed-unlocks.ts';
import { PracticeLocked, type PracticeContext } from '../practice-context.ts';
import { countRefusals } from '../charts/refusals.ts';

/** A colleague sees by then what was done here; and a machine that is lost takes so much along. */
const gatherEveryMs = 10 * 60_000;
/** What colleagues wrote is opened, and noted as held (CH-3), when nothing more came for so long. */
const takeInAfterMs = 60_000;

export class AuditLog implements Audit {
  readonly #context: PracticeContext;
  readonly #writer: ChartWriter;
  readonly #volumes: AuditVolumes;
  readonly #telling: AuditTelling;
  /** Something of a device that lost its place waits in the volume (CH-3). */
  readonly #closeIsAwaited: (volume: ChartId) => void;
  readonly #toNote: (AuditAct & { readonly at: number })[] = [];
  readonly #came = new Map<ChartId, () => void>();
  #noting = false;
  #isGathering = false;
  /** The attempts that failed are noted, and not yet taken from where the door kept them. */
  #forgetFailed = false;
  #cancelGathering: () => void = () => undefined;
  /** Written to: stays open, and its charter in memory. */
  #current: { readonly chart: ChartId; readonly letGo: () => void } | undefined;

  constructor(context: PracticeContext, writer: ChartWriter, closeIsAwaited: (volume: ChartId) => void) {
    this.#context = context;
    this.#writer = writer;
    this.#volumes = new AuditVolumes(context);
    this.#telling = new AuditTelling(context);
    this.#closeIsAwaited = closeIsAwaited;
    context.journal.whenMany = () => {
      context.inBackground(this.#gatherInTurns());
    };
  }

  /** What was tried at the door, and how it was opened. */
  start(how: UnlockedHow, failed: FailedUnlocks): void {
    const { timeMs, atMs } = { timeMs: this.#context.timeMs(), atMs: failed.atMs };
    const untimed = failed.count - atMs.length;
    if (untimed > 0) this.#noteAt({ kind: 'unlock-failed', count: untimed }, atMs[0] ?? timeMs);
    for (const at of atMs) this.#noteAt({ kind: 'unlock-failed' }, at);
    if (how === 'backup') this.#noteAt({ kind: 'practice-restored' }, timeMs);
    this.#noteAt({ kind: 'unlocked', what: [how] }, timeMs);
    this.#forgetFailed = failed.count > 0;
    this.#gatherLater();
  }

  /** Notes an act once it is done. */
  async told<R extends Result<unknown>>(act: AuditAct, doing: Promise<R>): Promise<R> {
    const done = await doing;
    if (done.ok) this.note(act);
    return done;
  }

  /** The last that is written before locking. */
  async close(how: readonly string[]): Promise<void> {
    this.#cancelGathering();
    for (const cancel of this.#came.values()) cancel();
    this.note({ kind: 'locked', what: how });
    try {
      await this.#context.exclusively(() => this.#gather());
    } catch (error) {
      if (!(error instanceof PracticeLocked)) this.#context.diagnostics.count('audit log', 'failed');
    }
  }

  note(act: AuditAct): void {
    this.#noteAt(act, this.#context.timeMs());
  }

  #noteAt(act: AuditAct, at: number): void {
    this.#toNote.push({ ...act, at });
    if (this.#noting) return;
    this.#noting = true;
    this.#context.inBackground(this.#context.exclusively(() => this.#keepNoted()));
  }

  /** Whatever was noted while it waited for its turn, in one commit. */
  async #keepNoted(): Promise<void> {
    this.#noting = false;
    const acts = this.#toNote.splice(0);
    if (acts.length === 0) return;
    const staged = this.#context.journal.stage(...acts);
    const forgotten = this.#forgetFailed ? [withoutFailedUnlocks(this.#context.people.vault)] : [];
    const kept = await this.#context.content.commit({ sealed: [...staged.writes, ...forgotten] });
    if (!kept.ok) {
      // A full disk: with what is noted next.
      this.#toNote.unshift(...acts);
      return;
    }
    staged.kept();
    this.#forgetFailed = false;
  }

  // ------------------------------------------------------------------------------------------------------ gathering

  #gatherLater(): void {
    this.#cancelGathering = this.#context.ports.timers.after(gatherEveryMs, () => {
      this.#context.inBackground(this.#gatherInTurns());
      this.#gatherLater();
    });
  }

  /** A record a turn: thousands may wait after an import, and whoever writes in a chart meanwhile waits for one of them. */
  async #gatherInTurns(): Promise<void> {
    if (this.#isGathering) return;
    this.#isGathering = true;
    try {
      while (await this.#context.exclusively(() => this.#gatherOne())) await this.#context.ports.pause();
      await this.#context.exclusively(() => this.#compact());
    } finally {
      this.#isGathering = false;
    }
  }

  /** Inside the queue only. */
  async #gather(): Promise<void> {
    while (await this.#gatherOne());
  }

  /** False where none waits, or none can be handed on now: a full disk, or no key under which this role may seal. */
  async #gatherOne(): Promise<boolean> {
    const { journal, self } = this.#context;
    const next = journal.oldest();
    const volume = next === undefined ? undefined : await this.#volumes.current();
    if (next === undefined || volume === undefined) return false;
    const { access, ops } = volume;
    const base = auditRecord(next.first, next.events);
    const edit = { kind: 'create', key: auditRecordKey(self.device, next.first), base } as const;
    const written = await this.#writer.write(access, new Map([['audit', [edit]]]), { ops, sealed: next.writes });
    if (!written.ok) return false;
    journal.gathered(next);
    this.#keepOpen(access.charter.chart);
    return true;
  }

  async #compact(): Promise<void> {
    const current = this.#current?.chart;
    if (current !== undefined && this.#writer.isWorthCompacting(current)) await this.#writer.compact(current, true);
  }

  #keepOpen(chart: ChartId): void {
    if (this.#current?.chart === chart) return;
    if (this.#current !== undefined) this.#writer.closeChart(this.#current.chart);
    this.#current?.letGo();
    this.#current = { chart, letGo: this.#context.charters.hold(chart) };
  }

  // -------------------------------------------------------------------------------------------- what comes of others

  isVolume(chart: ChartId): boolean {
    return isVolume(this.#context, chart);
  }

  /** Every volume here, for what a removal means there (CH-3). */
  get volumes(): readonly ChartId[] {
    return volumesHere(this.#context);
  }

  /** Something of a volume became durable. A month is opened once for all that comes of it in a while. */
  came(volume: ChartId): void {
    this.#came.get(volume)?.();
    const cancel = this.#context.ports.timers.after(takeInAfterMs, () => {
      this.#came.delete(volume);
      this.#context.inBackground(this.takeIn(volume));
    });
    this.#came.set(volume, cancel);
  }

  /** What counts in it is noted, so that it goes on counting when its author is removed (CH-3). */
  takeIn(volume: ChartId): Promise<void> {
    return this.#context.exclusively(async () => {
      await this.#opened(volume, () => undefined);
    });
  }

  /** The section of a volume as it is by now; it is put away again. Inside the queue only. */
  async #opened<T>(volume: ChartId, read: (keeper: Parameters<typeof readVolume>[0]) => T): Promise<T | undefined> {
    const { charters, content } = this.#context;
    const access = await charters.get(volume);
    if (access === undefined) return undefined;
    const keeper = await this.#writer.keeper(access, 'audit');
    await keeper.refresh(access);
    countRefusals(this.#context, keeper);
    if (keeper.awaitsClose) this.#closeIsAwaited(volume);
    const sealed = [...keeper.checkpoints(), charters.checkpoint(access), charters.keysToWrite(access)];
    const known = sealed.filter((record) => record !== undefined);
    if (known.length > 0 && (await content.commit({ sealed: known })).ok) charters.put(access);
    const result = read(keeper);
    if (volume === this.#current?.chart) return result;
    await this.#writer.compact(volume);
    this.#writer.closeChart(volume);
    return result;
  }

  // -------------------------------------------------------------------------------------------------------- reading

  get readsAll(): boolean {
    return this.#telling.readsAll;
  }

  months(): Promise<readonly string[]> {
    return this.#context.exclusively(async () => {
      await this.#keepNoted();
      await this.#gather();
      const months = new Set((await this.#volumes.all()).map(({ month }) => month));
      // Of a role that may not begin a volume, where nobody else has yet.
      return months.size === 0 ? [this.#volumes.month] : [...months];
    });
  }

  async month(month: string): Promise<AuditMonth> {
    const read = await this.#context.exclusively(async () => {
      await this.#keepNoted();
      await this.#gather();
      const volumes = await this.#volumes.all();
      const isNewest = volumes[0]?.month === month || volumes.length === 0;
      const kept = await this.#readAll(volumes.filter((volume) => volume.month === month));
      return joinedVolumes([kept], isNewest ? this.#telling.onlyHere() : []);
    });
    return { month, events: this.#telling.shown(read.events), devices: this.#telling.completeness(read, undefined) };
  }

  async check(
    progress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<Result<AuditCheck, 'cancelled'>> {
    const volumes = await this.#context.exclusively(async () => {
      await this.#keepNoted();
      await this.#gather();
      return this.#volumes.all();
    });
    const read: ReadVolume[] = [];
    for (const [done, volume] of volumes.entries()) {
      if (signal.aborted) return err('cancelled');
      progress(done, volumes.length);
      read.push(await this.#context.exclusively(() => this.#readAll([volume])));
      await this.#context.ports.pause();
    }
    progress(volumes.length, volumes.length);
    const months = new Set(volumes.map(({ month }) => month)).size;
    const all = joinedVolumes(read, this.#telling.onlyHere());
    const events = this.#telling.ofReader(all.events);
    return ok({ events: events.length, months, devices: this.#telling.completeness(all, 1) });
  }

  asFile(events: readonly AuditEvent[], form: 'csv' | 'fhir'): ReturnType<Audit['asFile']> {
    this.note({ kind: 'audit-exported', what: [form], count: events.length });
    const { self, index } = this.#context;
    const names = { practiceName: self.practiceName, chartName: (chart: ChartId) => index.get(chart)?.name ?? '' };
    return auditFile(events, form, names, this.#context.timeMs());
  }

  /** Inside the queue only. */
  async #readAll(volumes: readonly Volume[]): Promise<ReadVolume> {
    const roster = this.#context.rosters.mustGet(this.#context.self.practice);
    const read: ReadVolume[] = [];
    for (const { chart } of volumes) {
      const one = await this.#opened(chart, (keeper) => readVolume(keeper, roster));
      if (one !== undefined) read.push(one);
    }
    return joinedVolumes(read, []);
  }
}
