/**
 * An open practice: what the screens talk to, over the parts it is made of (practice-parts.ts). Owns its life, from unlocking to
 * locking, and the status that is always visible. Holds no rule: each act is one call into the part that owns it, watched
 * (saving.ts) and told to the audit log where it is one that a person answers for.
 */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, PracticeId } from '../base/ids.ts';
import { ok, type Result } from '../base/result.ts';
import type { ChartSection } from '../base/sections.ts';
import { wipe } from '../crypto/wipe.ts';
import type { UnlockedHow } from './audit/audit-acts.ts';
import type { AuditLog } from './audit/audit-log.ts';
import { AutoLock } from './auto-lock.ts';
import { wipeSelf } from './device-self.ts';
import { changePassphrase } from './door/change-passphrase.ts';
import type { FailedUnlocks } from './door/failed-unlocks.ts';
import { readRestored } from './door/restored-charts.ts';
import type { PracticeExchange } from './exchange/exchange.ts';
import type { ChartMerges } from './merging/merges.ts';
import type { PracticePeople } from './people/people.ts';
import { ownRole } from './people/people-roster.ts';
import type { PracticeContext } from './practice-context.ts';
import { openParts, type PracticeParts } from './practice-parts.ts';
import type { OpenChart } from './charts/chart-on-screen.ts';
import type { ExportedChart, ImportAnswer, ImportOutcome, ImportPlan, ImportProgress } from './patients/import-acts.ts';
import type { InvitationFailure, Peer, PendingInvitation } from './peers/peer-acts.ts';
import type {
  ChartSummary,
  Diagnostic,
  Notice,
  PatientRow,
  PracticeInfo,
  Session,
  SessionStatus,
  Settings,
  WriteFailure,
} from './session.ts';
import { DeviceSettings } from './settings.ts';
import type { PracticeWork } from './work/work-acts.ts';

/** The vault as it was unlocked, and what is given back at locking. */
interface Opened {
  readonly settings: Settings;
  readonly vaultKey: Bytes;
  readonly release: () => void;
  readonly how: UnlockedHow;
  readonly failed: FailedUnlocks;
}

export class PracticeSession extends EventTarget implements Session {
  readonly people: PracticePeople;
  readonly exchange: PracticeExchange;
  readonly audit: AuditLog;
  readonly merges: ChartMerges;
  readonly work: PracticeWork;
  readonly #parts: PracticeParts;
  readonly #opened: Opened;
  readonly #autoLock: AutoLock;
  #status: SessionStatus;
  #isLocked = false;

  private constructor(parts: PracticeParts, opened: Opened) {
    super();
    this.#parts = parts;
    this.#opened = opened;
    this.people = parts.people;
    this.exchange = parts.exchange;
    this.audit = parts.audit;
    this.merges = parts.merges;
    this.work = parts.work;
    const minutes = (): number => this.settings.autoLockMinutes;
    this.#autoLock = new AutoLock(parts.context.ports.timers, minutes, () => void this.lock('idle'));
    this.#status = this.#statusNow();
  }

  // ------------------------------------------------------------------------------------------ from open to locked

  static async open(context: PracticeContext, opened: Opened): Promise<PracticeSession> {
    // What changes before the session stands is in its first status.
    let session: PracticeSession | undefined = undefined as PracticeSession | undefined;
    const parts = await openParts(context, new DeviceSettings(context, opened.settings), () => {
      if (session !== undefined) session.#changed();
    });
    session = new PracticeSession(parts, opened);
    await session.#start();
    return session;
  }

  async #start(): Promise<void> {
    const { context, attachments, audit, network, people, duties, charts, catchingUp, arrivals, storage } = this.#parts;
    await attachments.sweepLeftOver();
    audit.start(this.#opened.how, this.#opened.failed);
    await network.use(this.settings);
    await people.start();
    await people.closeRemoved();
    duties.endGrants();
    context.inBackground(duties.isRead(context.self.book));
    const restored = readRestored(context, charts).then(() => {
      this.#changed();
    });
    context.inBackground(restored);
    catchingUp.start();
    context.inBackground(catchingUp.done.then(() => arrivals.goOn()));
    await storage.read();
    if (storage.now.persistent !== true) void this.requestPersistentStorage();
    this.touch();
  }

  touch(): void {
    this.#autoLock.touch();
  }

  async lock(why?: 'idle'): Promise<void> {
    if (this.#isLocked) return;
    this.#isLocked = true;
    const { context, duties, people, importing, audit, network, seen, agreement, charts } = this.#parts;
    this.#autoLock.stop();
    duties.stop();
    charts.endIdleWork();
    people.stop();
    importing.close();
    await audit.close(why === undefined ? [] : [why]);
    await network.close();
    // What a person has been told is being saved is saved first (EN-6).
    await context.finish();
    await seen.write();
    await agreement.write();
    charts.closeAll();
    context.charters.wipe();
    wipeSelf(context.self);
    wipe(this.#opened.vaultKey);
    context.records.wipe();
    context.store.close();
    this.#opened.release();
    this.dispatchEvent(new Event('locked'));
  }

  // ------------------------------------------------------------------------------------------------------- shown

  get practice(): PracticeInfo {
    const { self, rosters } = this.#parts.context;
    return {
      id: self.practice,
      name: self.practiceName,
      device: self.device,
      deviceName: self.deviceName,
      personName: self.personName,
      role: ownRole({ self, rosters }),
    };
  }

  get status(): SessionStatus {
    return this.#status;
  }

  get charts(): readonly ChartSummary[] {
    return this.#parts.charts.summaries;
  }

  get patients(): readonly PatientRow[] {
    return this.#parts.patients.all;
  }

  get peers(): readonly Peer[] {
    return this.#parts.peers.all;
  }

  get invitations(): readonly PendingInvitation[] {
    return this.#parts.invitations.shown;
  }

  get notices(): readonly Notice[] {
    return this.#parts.notices.all;
  }

  get settings(): Settings {
    return this.#parts.settings.now;
  }

  search(query: string): readonly ChartId[] {
    return this.#parts.patients.find(query);
  }

  diagnostics(): readonly Diagnostic[] {
    return [...this.#parts.context.diagnostics.rows, ...this.#parts.network.diagnostics()];
  }

  async dismissNotice(id: string): Promise<void> {
    await this.#parts.context.exclusively(() => this.#parts.notices.dismiss(id));
    this.#changed();
  }

  #statusNow(): SessionStatus {
    const { context, saving, network, storage, backups } = this.#parts;
    return {
      ...saving.status,
      network: network.status(),
      storage: storage.now,
      chartsOnlyHere: context.index.onlyHere,
      ...(backups.last === undefined ? {} : { lastBackup: backups.last }),
    };
  }

  #changed(): void {
    this.#status = this.#statusNow();
    this.dispatchEvent(new Event('change'));
  }

  // ----------------------------------------------------------------------------------------- patients and charts

  async openChart(
    chart: ChartId,
    first?: readonly ChartSection[],
  ): Promise<Result<OpenChart, 'unknown-chart' | 'damaged'>> {
    const { context, opening, duties } = this.#parts;
    const opened = await opening.open(chart, first);
    context.inBackground(duties.isRead(chart));
    return opened;
  }

  registerPatient(patient: Parameters<Session['registerPatient']>[0]): Promise<Result<ChartId, WriteFailure>> {
    return this.#parts.saving.watch(this.#parts.importing.registerPatient(patient));
  }

  planImport(
    files: Parameters<Session['planImport']>[0],
    progress: (p: ImportProgress) => void,
    signal: AbortSignal,
  ): Promise<ImportPlan> {
    return this.#parts.importing.plan(files, progress, signal);
  }

  carryOutImport(
    plan: ImportPlan,
    answers: ReadonlyMap<string, ImportAnswer>,
    progress: (p: ImportProgress) => void,
    signal: AbortSignal,
  ): Promise<ImportOutcome> {
    const carriedOut = this.#parts.importing.carryOut(plan, answers, progress, signal);
    return carriedOut.finally(() => void this.#parts.storage.read());
  }

  exportChart(chart: ChartId): Promise<Result<ExportedChart, 'unknown-chart'>> {
    return this.#parts.exports.chart(chart);
  }

  exportDisclosure(chart: ChartId): ReturnType<Session['exportDisclosure']> {
    return this.#parts.exports.disclosure(chart);
  }

  // ---------------------------------------------------------------------------------------- practices and sharing

  createInvitation(): Promise<Result<PendingInvitation, WriteFailure>> {
    return this.#parts.peers.createInvitation();
  }

  withdrawInvitation(id: string): Promise<void> {
    return this.#parts.peers.withdrawInvitation(id);
  }

  async acceptInvitation(text: string, signal: AbortSignal): Promise<Result<Peer, InvitationFailure>> {
    const met = await this.#parts.peers.accept(text, signal);
    if (met.ok) this.audit.note({ kind: 'practice-met', practice: met.value.id });
    return met;
  }

  confirmSafetyPhrase(practice: PracticeId): Promise<void> {
    return this.#parts.peers.confirmSafetyPhrase(practice);
  }

  share(
    chart: ChartId,
    practice: PracticeId,
    sections: readonly ChartSection[],
    right: 'read' | 'write',
    until?: string,
  ): Promise<Result<void, WriteFailure>> {
    const { saving, sharing } = this.#parts;
    const untilMs = until === undefined ? undefined : Date.parse(until);
    return this.audit.told(
      { kind: 'shared', chart, practice, what: [right, ...sections] },
      saving.watch(sharing.share(chart, practice, sections, right, untilMs)),
    );
  }

  stopSharing(
    chart: ChartId,
    practice: PracticeId,
    sections: readonly ChartSection[] | 'all',
  ): Promise<Result<void, WriteFailure>> {
    const { saving, sharing } = this.#parts;
    return this.audit.told(
      { kind: 'sharing-stopped', chart, practice, what: sections === 'all' ? [] : sections },
      saving.watch(sharing.stop(chart, practice, sections)),
    );
  }

  stopSharingEverything(
    practice: PracticeId,
    progress: (done: number, total: number) => void,
    signal?: AbortSignal,
  ): ReturnType<Session['stopSharingEverything']> {
    const { saving, stopping } = this.#parts;
    return this.audit.told(
      { kind: 'everything-stopped', practice },
      saving.watch(stopping.stop(practice, progress, signal)),
    );
  }

  // ---------------------------------------------------------------------------------------------- this device

  async updateSettings(change: Partial<Settings>): Promise<Result<void, WriteFailure>> {
    const kept = await this.#parts.settings.change(change);
    if (!kept.ok) return kept;
    this.touch();
    await this.#parts.network.use(this.settings);
    this.#changed();
    return ok(undefined);
  }

  changePassphrase(current: string, next: string): Promise<Result<void, 'wrong-passphrase' | 'storage'>> {
    return this.audit.told({ kind: 'passphrase-changed' }, changePassphrase(this.#parts.context, current, next));
  }

  async backUp(
    progress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<Result<{ readonly fileName: string; readonly file: Blob }, 'cancelled' | 'storage'>> {
    await this.#parts.duties.closeEverywhere();
    const made = await this.#parts.backups.make(this.settings.sharing, progress, signal);
    if (!made.ok) return made;
    this.audit.note({ kind: 'backup-made' });
    this.#changed();
    return made;
  }

  requestPersistentStorage(): Promise<boolean> {
    return this.#parts.storage.requestPersistent();
  }
}
