/**
 * An open practice: what the screens talk to. Puts the parts together, keeps the status that is always visible, and ends
 * everything at locking. Holds no rule of its own; each act is one call into the part that owns it.
 */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, PracticeId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { ChartSection } from '../base/sections.ts';
import { wipe } from '../crypto/wipe.ts';
import { Attachments } from './charts/attachments.ts';
import { Arrivals } from './charts/arrivals.ts';
import type { UnlockedHow } from './audit/audit-acts.ts';
import { AuditLog } from './audit/audit-log.ts';
import { Backups } from './door/backup.ts';
import { ChartDuties } from './charters/chart-duties.ts';
import { chartFile, disclosureFile } from './charts/chart-files.ts';
import { changePassphrase } from './door/change-passphrase.ts';
import { ChartService } from './charts/chart-service.ts';
import { ChartWriter } from './charts/chart-writer.ts';
import { CharterChanges } from './charters/charter-changes.ts';
import { Contacts } from './peers/contacts.ts';
import { wipeSelf } from './device-self.ts';
import { PracticeExchange } from './exchange/exchange.ts';
import type { FailedUnlocks } from './door/failed-unlocks.ts';
import { HiddenHere } from './charts/hidden-here.ts';
import { CustodyOfCharts } from './charters/custody.ts';
import { Importing } from './patients/importing.ts';
import { Invitations } from './joining/invitations.ts';
import { ChartMerges } from './merging/merges.ts';
import { openPatient } from './merging/open-patient.ts';
import { PatientRows } from './patients/patient-rows.ts';
import { Network } from './peers/network.ts';
import { Notices } from './notices.ts';
import { PracticePeople } from './people/people.ts';
import { CatchingUp } from './people/people-catching-up.ts';
import { PeerAgreement } from './peers/peer-agreement.ts';
import { LastSeen } from './people/people-seen.ts';
import { PracticeBook } from './work/practice-book.ts';
import { writeFailureOf, type PracticeContext } from './practice-context.ts';
import { PracticeNews } from './practice-news.ts';
import { PracticePeers } from './peers/practice-peers.ts';
import { openPracticeWork } from './work/practice-work.ts';
import { workResources } from './work/work-files.ts';
import { Saving } from './saving.ts';
import { readRestored } from './door/restored-charts.ts';
import { settingsKey } from './settings.ts';
import { Review } from './charts/review.ts';
import type { ActsOnChart, LiveChart } from './charts/open-chart.ts';
import { Sharing } from './charters/sharing.ts';
import { StoppingEverything } from './charters/stopping-everything.ts';
import { StorageStatus } from './storage-status.ts';
import { StandingDifferences } from './peers/standing-differences.ts';
import type { PracticeWork } from './work/work-acts.ts';
import type {
  ChartSummary,
  Diagnostic,
  ImportAnswer,
  ImportOutcome,
  ImportPlan,
  ImportProgress,
  InvitationFailure,
  Notice,
  OpenChart,
  PatientRow,
  Peer,
  PendingInvitation,
  PracticeInfo,
  Session,
  SessionStatus,
  Settings,
  WriteFailure,
} from './session.ts';

interface Opened {
  readonly settings: Settings;
  readonly vaultKey: Bytes;
  readonly release: () => void;
  readonly how: UnlockedHow;
  readonly failed: FailedUnlocks;
}

/** Grants end by the day or the hour; being a little late is harmless, for nobody is served past the end (CH-8). */
const endExpiredEveryMs = 10 * 60_000;

export class PracticeSession extends EventTarget implements Session {
  readonly people: PracticePeople;
  readonly exchange: PracticeExchange;
  readonly audit: AuditLog;
  readonly merges: ChartMerges;
  readonly work: PracticeWork;
  readonly #patients: PatientRows;
  readonly #context: PracticeContext;
  readonly #opened: Opened;
  readonly #charts: ChartService;
  readonly #backups: Backups;
  readonly #importing: Importing;
  readonly #invitations: Invitations;
  readonly #notices: Notices;
  readonly #saving: Saving;
  readonly #seen: LastSeen;
  readonly #agreement: PeerAgreement;
  readonly #sharing: Sharing;
  readonly #stopping: StoppingEverything;
  readonly #acts: ActsOnChart;
  readonly #duties: ChartDuties;
  readonly #catchingUp: CatchingUp;
  readonly #arrivals: Arrivals;
  readonly #network: Network;
  readonly #peers: PracticePeers;
  readonly #storage: StorageStatus;
  #settings: Settings;
  #status: SessionStatus;
  #cancelAutoLock: () => void = () => undefined;
  #cancelEndExpired: () => void = () => undefined;
  #locked = false;

  private constructor(context: PracticeContext, opened: Opened, parts: Parts) {
    super();
    this.#context = context;
    this.#opened = opened;
    this.#settings = opened.settings;
    this.#saving = parts.saving;
    this.#charts = parts.charts;
    this.merges = parts.merges;
    this.work = parts.work;
    this.#patients = new PatientRows(context.index, parts.merges);
    this.#backups = parts.backups;
    this.#invitations = parts.invitations;
    this.#notices = parts.notices;
    this.#importing = new Importing(context, parts);
    const changes = new CharterChanges(context, parts.charts, (charts) => {
      parts.events.chartsWritten(charts);
    });
    this.#sharing = new Sharing(context, parts.charts, changes);
    this.#stopping = new StoppingEverything(context, this.#sharing, changes);
    const review = new Review(context, parts.charts, changes, parts.hidden);
    const custody = new CustodyOfCharts(context, { ...parts, changes, sharing: this.#sharing });
    this.#duties = new ChartDuties(context, changes, (asked) => this.people.askForKeys(asked));
    this.audit = new AuditLog(context, parts.writer, (volume) => {
      this.#duties.closeIsAwaited(volume);
    });
    this.#acts = { review, sharing: this.#sharing, custody, audit: this.audit };
    const arrivals = new Arrivals(context, parts.charts, parts.notices, this.#duties);
    this.#arrivals = arrivals;
    this.#catchingUp = new CatchingUp(context, arrivals, this.audit, parts.notices, (chart) => {
      this.#network.chartChanged(chart);
      this.#changed();
    });
    const changed = (): void => {
      this.#changed();
    };
    this.#seen = parts.seen;
    this.#agreement = parts.agreement;
    this.#storage = new StorageStatus(context.ports.storage, changed);
    const ownRosterChanged = (): void => {
      this.#ownRosterChanged();
    };
    const news = new PracticeNews({
      ...parts,
      context,
      arrivals,
      audit: this.audit,
      duties: this.#duties,
      countKeys: () => this.people.chartCame(),
      contactsChanged: () => {
        this.#network.standingChanged();
      },
      standingChanged: () => {
        this.#standingChanged();
      },
      ownRosterChanged,
      changed,
    });
    const peers = new PracticePeers({
      context,
      contacts: parts.contacts,
      invitations: parts.invitations,
      agreement: parts.agreement,
      saving: parts.saving,
      settings: () => this.#settings,
      network: () => this.#network,
      mayManage: () => this.people.mayManage,
      changed,
    });
    this.#peers = peers;
    this.people = new PracticePeople({
      context,
      contacts: parts.contacts,
      invitations: parts.invitations,
      seen: parts.seen,
      saving: parts.saving,
      settings: () => this.#settings,
      network: () => this.#network,
      invite: (role) => peers.invite({ kind: 'device', role }),
      rosterChanged: ownRosterChanged,
      changed,
      keysCame: (chart) => news.keysCame(chart),
      caughtUp: () => this.#catchingUp.done,
      told: (act, doing) => this.audit.told(act, doing),
    });
    this.#network = new Network(context, {
      contacts: parts.contacts,
      invitations: parts.invitations,
      hearers: this.people.hearers,
      news,
      differences: new StandingDifferences(context, parts.notices, changed),
      agreed: (device) => {
        context.inBackground(parts.agreement.completed(device).then(changed));
      },
      partCame: (part) => {
        context.inBackground(parts.charts.partCame(part));
      },
    });
    this.exchange = new PracticeExchange({
      context,
      note: (act) => {
        this.audit.note(act);
      },
      contacts: parts.contacts,
      host: this.#network.host,
      attachments: this.#network.attachments,
      chartsSettled: () => this.#network.chartsSettled(),
      chartChanged: (chart) => {
        this.#network.chartChanged(chart);
      },
      rosterChanged: (practice) => {
        this.#network.rosterChanged(practice);
      },
    });
    parts.events.chartsWritten = (charts) => {
      for (const chart of charts) this.#network.chartChanged(chart);
      this.#changed();
    };
    parts.events.exchange = () => this.#network.attachments;
    parts.events.savingChanged = () => {
      this.#changed();
    };
    this.#status = this.#statusNow();
  }

  static async open(context: PracticeContext, opened: Opened): Promise<PracticeSession> {
    const hidden = await HiddenHere.open(context);
    const events: Parts['events'] = {
      chartsWritten: () => undefined,
      savingChanged: () => undefined,
      exchange: () => {
        throw new Error('nothing is asked for before the session stands');
      },
    };
    const attachments = new Attachments(context);
    const files = { context, attachments, exchange: () => events.exchange() };
    const saving = new Saving(() => {
      events.savingChanged();
    });
    const writer = new ChartWriter(context, (chart) => {
      events.chartsWritten([chart]);
    });
    const book = new PracticeBook(context, writer);
    const contacts = await context.exclusively(() => Contacts.open(context, book));
    const merges = await context.exclusively(() =>
      ChartMerges.open(context, book, {
        person: ({ device }) => charts.person(device, context.self.practice),
        watch: (act) => saving.watch(act),
        noted: (act) => {
          session.audit.note(act);
        },
        changed: () => {
          session.#changed();
        },
      }),
    );
    const charts = new ChartService(context, writer, contacts, { saving, hidden, files });
    const work: PracticeWork = await context.exclusively(() =>
      openPracticeWork({
        ...{ context, book, charts, saving },
        role: (): PracticeInfo['role'] => session.practice.role,
        changed: () => {
          session.#changed();
        },
      }),
    );
    const session: PracticeSession = new PracticeSession(context, opened, {
      writer,
      contacts,
      events,
      saving,
      book,
      merges,
      work,
      charts,
      attachments,
      hidden,
      invitations: await Invitations.open(context),
      notices: await Notices.open(context),
      seen: await LastSeen.open(context),
      agreement: await PeerAgreement.open(context),
      backups: await Backups.open(context),
    });
    await attachments.sweepLeftOver();
    session.audit.start(opened.how, opened.failed);
    await session.#network.use(session.#settings);
    await session.people.start();
    await session.people.closeRemoved();
    session.#endExpired();
    const restoredCame = (): void => {
      session.#changed();
    };
    context.inBackground(readRestored(context, session.#charts).then(restoredCame));
    session.#catchingUp.start();
    context.inBackground(session.#catchingUp.done.then(() => session.#arrivals.goOn()));
    await session.#storage.read();
    if (session.#storage.now.persistent !== true) void session.requestPersistentStorage();
    session.touch();
    return session;
  }

  // ------------------------------------------------------------------------------------------------------- shown

  get practice(): PracticeInfo {
    const { self, rosters } = this.#context;
    const role = rosters.mustGet(self.practice).devices.get(self.device)?.role;
    return {
      id: self.practice,
      name: self.practiceName,
      device: self.device,
      deviceName: self.deviceName,
      personName: self.personName,
      // What may be done, by the roster: the profession in the device's label limits nothing.
      role: role === undefined || role === 'keeper' ? 'viewer' : role,
    };
  }

  get status(): SessionStatus {
    return this.#status;
  }

  get charts(): readonly ChartSummary[] {
    return this.#charts.summaries;
  }

  get peers(): readonly Peer[] {
    return this.#peers.all;
  }

  get invitations(): readonly PendingInvitation[] {
    return this.#invitations.shown;
  }

  get notices(): readonly Notice[] {
    return this.#notices.all;
  }

  get settings(): Settings {
    return this.#settings;
  }

  get patients(): readonly PatientRow[] {
    return this.#patients.all;
  }

  search(query: string): readonly ChartId[] {
    return this.#patients.find(query);
  }

  diagnostics(): readonly Diagnostic[] {
    return [...this.#context.diagnostics.rows, ...this.#network.diagnostics()];
  }

  // ------------------------------------------------------------------------------------------------------ charts

  async openChart(chart: ChartId): Promise<Result<OpenChart, 'unknown-chart' | 'damaged'>> {
    return openPatient(this.merges.of(chart), {
      open: async (part) => {
        const opened = await this.#charts.open(part, this.#acts);
        if (!opened.ok) return opened;
        this.audit.note({ kind: 'chart-opened', chart: part });
        this.#network.chartReady(part);
        return opened;
      },
      summaryOf: (part) => this.#patients.summaryOf(part),
    });
  }

  registerPatient(patient: Parameters<Session['registerPatient']>[0]): Promise<Result<ChartId, WriteFailure>> {
    return this.#saving.watch(this.#importing.registerPatient(patient));
  }

  planImport(
    files: Parameters<Session['planImport']>[0],
    progress: (p: ImportProgress) => void,
    signal: AbortSignal,
  ): Promise<ImportPlan> {
    return this.#importing.plan(files, progress, signal);
  }

  carryOutImport(
    plan: ImportPlan,
    answers: ReadonlyMap<string, ImportAnswer>,
    progress: (p: ImportProgress) => void,
    signal: AbortSignal,
  ): Promise<ImportOutcome> {
    return this.#importing.carryOut(plan, answers, progress, signal).finally(() => void this.#storage.read());
  }

  exportChart(chart: ChartId): ReturnType<Session['exportChart']> {
    const beside = workResources(this.work, chart, this.#context.index.get(chart)?.patientKey ?? '');
    const write = ({ sections, summary, files }: LiveChart) => chartFile({ sections, summary, files, beside });
    return this.audit.told({ kind: 'chart-exported', chart }, this.#asFile(chart, write));
  }

  exportDisclosure(chart: ChartId): ReturnType<Session['exportDisclosure']> {
    return this.audit.told({ kind: 'disclosure-exported', chart }, this.#asFile(chart, disclosureFile));
  }

  async #asFile<File>(
    chart: ChartId,
    write: (chart: LiveChart) => File | Promise<File>,
  ): Promise<Result<File, 'unknown-chart'>> {
    const opened = await this.#charts.open(chart, this.#acts);
    if (!opened.ok) return err('unknown-chart');
    const file = await write(opened.value);
    opened.value.close(false);
    return ok(file);
  }

  // ------------------------------------------------------------------------------------------------------- peers

  createInvitation(): Promise<Result<PendingInvitation, WriteFailure>> {
    return this.#peers.createInvitation();
  }

  withdrawInvitation(id: string): Promise<void> {
    return this.#peers.withdrawInvitation(id);
  }

  acceptInvitation(text: string, signal: AbortSignal): Promise<Result<Peer, InvitationFailure>> {
    return this.#peers.accept(text, signal).then((met) => {
      if (met.ok) this.audit.note({ kind: 'practice-met', practice: met.value.id });
      return met;
    });
  }

  confirmSafetyPhrase(practice: PracticeId): Promise<void> {
    return this.#peers.confirmSafetyPhrase(practice);
  }

  stopSharingEverything(
    practice: PracticeId,
    progress: (done: number, total: number) => void,
    signal?: AbortSignal,
  ): ReturnType<Session['stopSharingEverything']> {
    return this.audit.told(
      { kind: 'everything-stopped', practice },
      this.#saving.watch(this.#stopping.stop(practice, progress, signal)),
    );
  }

  share(
    chart: ChartId,
    practice: PracticeId,
    sections: readonly ChartSection[],
    right: 'read' | 'write',
    until?: string,
  ): Promise<Result<void, WriteFailure>> {
    const untilMs = until === undefined ? undefined : Date.parse(until);
    return this.audit.told(
      { kind: 'shared', chart, practice, what: [right, ...sections] },
      this.#saving.watch(this.#sharing.share(chart, practice, sections, right, untilMs)),
    );
  }

  stopSharing(
    chart: ChartId,
    practice: PracticeId,
    sections: readonly ChartSection[] | 'all',
  ): Promise<Result<void, WriteFailure>> {
    return this.audit.told(
      { kind: 'sharing-stopped', chart, practice, what: sections === 'all' ? [] : sections },
      this.#saving.watch(this.#sharing.stop(chart, practice, sections)),
    );
  }

  async dismissNotice(id: string): Promise<void> {
    await this.#context.exclusively(() => this.#notices.dismiss(id));
    this.#changed();
  }

  // ------------------------------------------------------------------------------------------- device and practice

  async updateSettings(change: Partial<Settings>): Promise<Result<void, WriteFailure>> {
    // In turn: of two changes at once, the later one must not undo the earlier.
    const kept = await this.#context.exclusively(async () => {
      const next = { ...this.#settings, ...change };
      const written = await this.#context.content.commit({ sealed: [this.#context.records.write(settingsKey, next)] });
      if (written.ok) this.#settings = next;
      return written;
    });
    if (!kept.ok) return err(writeFailureOf(kept.reason));
    this.touch();
    await this.#network.use(this.#settings);
    this.#changed();
    return ok(undefined);
  }

  changePassphrase(current: string, next: string): Promise<Result<void, 'wrong-passphrase' | 'storage'>> {
    return this.audit.told({ kind: 'passphrase-changed' }, changePassphrase(this.#context, current, next));
  }

  async backUp(
    progress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<Result<{ readonly fileName: string; readonly file: Blob }, 'cancelled' | 'storage'>> {
    await this.#duties.closeEverywhere();
    const made = await this.#backups.make(this.#settings.sharing, progress, signal);
    if (made.ok) this.audit.note({ kind: 'backup-made' });
    if (made.ok) this.#changed();
    return made;
  }

  requestPersistentStorage(): Promise<boolean> {
    return this.#storage.requestPersistent();
  }

  touch(): void {
    this.#cancelAutoLock();
    if (this.#locked) return;
    this.#cancelAutoLock = this.#context.ports.timers.after(
      this.#settings.autoLockMinutes * 60_000,
      () => void this.lock('idle'),
    );
  }

  async lock(why?: 'idle'): Promise<void> {
    if (this.#locked) return;
    this.#locked = true;
    this.#cancelAutoLock();
    this.#cancelEndExpired();
    this.#duties.stop();
    this.#charts.endIdleWork();
    this.people.stop();
    this.#importing.close();
    await this.audit.close(why === undefined ? [] : [why]);
    await this.#network.close();
    // What a person has been told is being saved is saved first (EN-6).
    await this.#context.finish();
    await this.#seen.write();
    await this.#agreement.write();
    this.#charts.closeAll();
    this.#context.charters.wipe();
    wipeSelf(this.#context.self);
    wipe(this.#opened.vaultKey);
    this.#context.records.wipe();
    this.#context.store.close();
    this.#opened.release();
    this.dispatchEvent(new Event('locked'));
  }

  /** CH-8: now and then, for as long as the practice is open. */
  #endExpired(): void {
    if (this.#locked) return;
    this.#context.inBackground(this.#sharing.endExpired());
    this.#cancelEndExpired = this.#context.ports.timers.after(endExpiredEveryMs, () => {
      this.#endExpired();
    });
  }

  // ------------------------------------------------------------------------------------------------ what comes in

  /** An operation of the own roster was made here. */
  #ownRosterChanged(): void {
    this.#network.rosterChanged(this.#context.self.practice);
    this.#duties.rosterChanged(this.audit.volumes);
    this.#standingChanged();
  }

  /** Devices may have come, gone, or got another role: what they and this one may do is asked anew. */
  #standingChanged(): void {
    this.#network.standingChanged();
    this.#context.inBackground(this.people.closeRemoved());
    this.#context.inBackground(this.#context.exclusively(() => this.#charts.repaintOpen()));
    this.#changed();
  }

  // ------------------------------------------------------------------------------------------------------- status

  #statusNow(): SessionStatus {
    return {
      ...this.#saving.status,
      network: this.#network.status(),
      storage: this.#storage.now,
      chartsOnlyHere: this.#context.index.onlyHere,
      ...(this.#backups.last === undefined ? {} : { lastBackup: this.#backups.last }),
    };
  }

  #changed(): void {
    this.#status = this.#statusNow();
    this.dispatchEvent(new Event('change'));
  }
}

interface Parts {
  readonly writer: ChartWriter;
  readonly charts: ChartService;
  readonly work: PracticeWork;
  readonly attachments: Attachments;
  readonly backups: Backups;
  readonly book: PracticeBook;
  readonly merges: ChartMerges;
  readonly contacts: Contacts;
  readonly invitations: Invitations;
  readonly notices: Notices;
  readonly seen: LastSeen;
  readonly agreement: PeerAgreement;
  readonly hidden: HiddenHere;
  readonly saving: Saving;
  /** Filled in once the session stands. */
  readonly events: {
    chartsWritten: (charts: readonly ChartId[]) => void;
    savingChanged: () => void;
    exchange: () => Network['attachments'];
  };
}
