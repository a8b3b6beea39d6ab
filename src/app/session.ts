/**
 * What the screens may ask of the house, and all they are told: the interface between app/ and ui/. Types only.
 *
 * Everything here is plaintext of charts this device may read; keys, sealed bytes and peers' addresses do not pass.
 * Every act that changes something resolves only when it is durable here (EN-8).
 */
import type { ChartId, ChangeHash, DeviceId, PracticeId } from '../base/ids.ts';
import type { Bytes } from '../base/bytes.ts';
import type { ChartSection } from '../base/sections.ts';
import type { Result } from '../base/result.ts';
import type { ConcurrentChange, Provenance } from '../clinical/conflicts.ts';
import type { MatchReason } from '../clinical/matching/compare.ts';
import type { PersonDescription } from '../clinical/matching/person.ts';
import type { LargeData } from '../clinical/large-data.ts';
import type { SectionEdit, StoredResource } from '../clinical/section-edit.ts';
import type { Audit } from './audit/audit-acts.ts';
import type { AuthorDoubts, ChartActs } from './charts/chart-acts.ts';
import type { ChartPastActs } from './charts/chart-past-acts.ts';
import type { Exchange } from './exchange/exchange-acts.ts';
import type { MergedParts, Merges } from './merging/merge-acts.ts';
import type { People, PeopleDoor } from './people/people-acts.ts';
import type { PracticeWork } from './work/work-acts.ts';

// ---------------------------------------------------------------------------------------------- before unlocking

export type Role = 'admin' | 'clinician' | 'nurse' | 'frontDesk' | 'viewer';

export interface NewPractice {
  readonly practiceName: string;
  readonly personName: string;
  readonly role: Role;
  readonly deviceName: string;
  /** Shown at the door of this browser; by default the person's initials. */
  readonly signInName?: string;
  readonly passphrase: string;
  /** 24 words from `newRecoveryPhrase()`, already shown to the person and asked back in part. */
  readonly recoveryPhrase: string;
  /** False: own charts only; no socket is opened while the practice has one device. */
  readonly sharing: boolean;
}

export type UnlockFailure =
  | 'wrong-passphrase'
  | 'wrong-recovery-phrase'
  | 'unknown-word'
  | 'bad-checksum'
  | 'wrong-length'
  | 'open-in-another-tab'
  | 'newer-data'
  | 'damaged'
  | 'storage';

/** The front door: what can be done before a practice is unlocked in this browser profile. */
export interface Door extends PeopleDoor {
  /** 'empty': nothing here yet. 'locked': a practice is kept here. */
  readonly state: 'empty' | 'locked';
  newRecoveryPhrase(): string;
  create(input: NewPractice): Promise<Result<Session, UnlockFailure>>;
  /** `vault`: of one of `people`; left out, the first. */
  unlock(passphrase: string, vault?: string): Promise<Result<Session, UnlockFailure>>;
  /** Opens with the recovery phrase and sets a new passphrase. */
  recover(recoveryPhrase: string, newPassphrase: string, vault?: string): Promise<Result<Session, UnlockFailure>>;
  /** On an empty profile: a backup file opened by the recovery phrase alone. */
  restore(
    file: Blob,
    recoveryPhrase: string,
    newPassphrase: string,
    deviceName: string,
    progress: (done: number, total: number) => void,
  ): Promise<Result<Session, UnlockFailure | 'not-a-backup' | 'truncated-backup' | 'other-practice'>>;
}

// ------------------------------------------------------------------------------------------------------ session

export interface Session extends EventTarget {
  readonly practice: PracticeInfo;
  /** Everything that is always visible; replaced whole. A 'change' event on the session says it may have changed. */
  readonly status: SessionStatus;
  /** One a chart. */
  readonly charts: readonly ChartSummary[];
  /** One a person: charts that are merged are one row. */
  readonly patients: readonly PatientRow[];
  readonly merges: Merges;
  readonly peers: readonly Peer[];
  readonly invitations: readonly PendingInvitation[];
  readonly notices: readonly Notice[];
  readonly settings: Settings;
  readonly people: People;
  /** With practices and devices that no network reaches. */
  readonly exchange: Exchange;
  /** Results and alerts that wait, tasks. */
  readonly work: PracticeWork;
  readonly audit: Audit;

  /** Patients (their leading charts) in order of fit; empty query: all, by name. As one types: synchronous, under a frame. */
  search(query: string): readonly ChartId[];
  /** Opens the sections this practice may read, of all charts of this patient; call `close()` on leaving. */
  openChart(chart: ChartId): Promise<Result<OpenChart, 'unknown-chart' | 'damaged'>>;
  /** A patient registered by hand: Patient resource JSON text from clinical/edits. */
  registerPatient(patient: SectionEdit & { readonly kind: 'create' }): Promise<Result<ChartId, WriteFailure>>;

  // Import and export
  /** Reads files without writing; what would happen is in the plan, questions included. */
  planImport(
    files: readonly { readonly name: string; text(): Promise<string> }[],
    progress: (p: ImportProgress) => void,
    signal: AbortSignal,
  ): Promise<ImportPlan>;
  /** Carries out the plan with the answers given; each patient is all or nothing (EN-9). */
  carryOutImport(
    plan: ImportPlan,
    answers: ReadonlyMap<string, ImportAnswer>,
    progress: (p: ImportProgress) => void,
    signal: AbortSignal,
  ): Promise<ImportOutcome>;
  /** A FHIR Bundle (collection) as JSON text with every resource of the chart this practice can read now. */
  exportChart(chart: ChartId): Promise<Result<ExportedChart, 'unknown-chart'>>;
  /** The record of disclosure as CSV. */
  exportDisclosure(
    chart: ChartId,
  ): Promise<Result<{ readonly fileName: string; readonly text: string }, 'unknown-chart'>>;

  // Peers
  createInvitation(): Promise<Result<PendingInvitation, WriteFailure>>;
  withdrawInvitation(id: string): Promise<void>;
  /** Link or short text as pasted. Resolves when both sides are connected and pinned. */
  acceptInvitation(text: string, signal: AbortSignal): Promise<Result<Peer, InvitationFailure>>;
  /** The person compared the safety phrase with the other side. */
  confirmSafetyPhrase(practice: PracticeId): Promise<void>;
  /** Chart by chart what was stopped stays stopped, also after a failure or a cancel; doing it again does the rest. */
  stopSharingEverything(
    practice: PracticeId,
    progress: (done: number, total: number) => void,
    signal?: AbortSignal,
  ): Promise<Result<{ readonly stopped: number; readonly left: number }, WriteFailure>>;

  // Sharing a chart
  share(
    chart: ChartId,
    practice: PracticeId,
    sections: readonly ChartSection[],
    right: 'read' | 'write',
    until?: string,
  ): Promise<Result<void, WriteFailure>>;
  stopSharing(
    chart: ChartId,
    practice: PracticeId,
    sections: readonly ChartSection[] | 'all',
  ): Promise<Result<void, WriteFailure>>;
  dismissNotice(id: string): Promise<void>;

  // This device and practice
  updateSettings(change: Partial<Settings>): Promise<Result<void, WriteFailure>>;
  changePassphrase(current: string, next: string): Promise<Result<void, 'wrong-passphrase' | 'storage'>>;
  backUp(
    progress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<Result<{ readonly fileName: string; readonly file: Blob }, 'cancelled' | 'storage'>>;
  requestPersistentStorage(): Promise<boolean>;
  diagnostics(): readonly Diagnostic[];
  /** Says that the person is at work: restarts the auto-lock timer. */
  touch(): void;
  /** Seals what is pending, wipes keys from memory, closes everything. A 'locked' event follows. */
  lock(): Promise<void>;
}

export interface ExportedChart {
  readonly fileName: string;
  readonly text: string;
  /** Attached files that are not in the file, because they are not here: each is marked there as one that may come. */
  readonly filesMissing: number;
  /** Sections of which something is not in the file: it waits for entries, or is damaged. A person is to be told. */
  readonly incomplete: readonly ChartSection[];
  /** Entries with versions between which nobody has chosen: each is marked so in the file. A person is to be told. */
  readonly unsettled: number;
}

export type WriteFailure =
  | 'storage-full'
  | 'storage'
  | 'not-allowed'
  | 'unsettled-conflict'
  /** Somebody signed the note meanwhile (AM-6). */
  | 'signed'
  /** This device's own work there has two versions (CUT-8); what it wrote now would be set aside. */
  | 'forked'
  | 'too-large'
  | 'closed'
  | 'clock'
  | 'not-found';

export type InvitationFailure =
  | 'not-allowed'
  | 'not-an-invitation'
  | 'typing-error'
  /** It lets a device join its practice; two practices do not meet by it. */
  | 'invites-a-device'
  | 'expired'
  | 'withdrawn'
  | 'used'
  | 'own-invitation'
  | 'already-peers'
  | 'not-reachable'
  | 'refused'
  | 'cancelled'
  | 'sharing-is-off'
  | 'storage';

export interface PracticeInfo {
  readonly id: PracticeId;
  readonly name: string;
  readonly device: DeviceId;
  readonly deviceName: string;
  readonly personName: string;
  readonly role: Role;
}

export interface SessionStatus {
  readonly saving: 'saved' | 'saving' | 'failed';
  /** Reason in one of WriteFailure when `saving` is 'failed'. */
  readonly savingFailure?: WriteFailure;
  readonly network: NetworkStatus;
  readonly storage: {
    readonly persistent: boolean | 'unknown';
    readonly usedBytes?: number;
    readonly quotaBytes?: number;
    readonly low: boolean;
  };
  /** Own charts that no other practice or device is known to hold ("these 214 charts exist only in this browser"). */
  readonly chartsOnlyHere: number;
  /** ISO date-time of the last backup made here. */
  readonly lastBackup?: string;
}

export interface NetworkStatus {
  /** 'off': own charts only. 'offline': the browser says there is no network. */
  readonly state: 'off' | 'offline' | 'connecting' | 'ready';
  readonly relays: readonly { readonly address: string; readonly state: 'connected' | 'connecting' | 'failing' }[];
  readonly connectedPeers: number;
  /** From whom something is on its way here; mostly nobody. */
  readonly receiving: readonly Receiving[];
}

export interface ChartSummary {
  readonly id: ChartId;
  readonly name: string;
  /** FHIR date as written: may be a year only. */
  readonly birthDate?: string;
  readonly sex?: string;
  readonly identifier?: string;
  readonly deceased: boolean;
  readonly custodian: PracticeId;
  /** True when this practice is the custodian. */
  readonly own: boolean;
  /** Other practices that may read some of it now. */
  readonly sharedWith: readonly PracticeId[];
  /** For a received chart: what is left of the custodian's grant. 'ended': sharing was stopped. */
  readonly access: 'own' | 'read' | 'write' | 'ended';
  readonly unsettledConflicts: number;
  readonly setAside: number;
  /** What more tells this person from others, where the demographics are readable: for the search and for likely duplicates. */
  readonly person?: PersonDescription;
  /** ISO date-time of the newest change known here. */
  readonly changedAt?: string;
}

/** A patient in a list. */
export interface PatientRow extends ChartSummary {
  /** Of one with several charts, each of them, the leading one first; the row is that one's with the counts of all. */
  readonly parts?: readonly ChartSummary[];
}

export interface Peer {
  readonly id: PracticeId;
  readonly name: string;
  readonly personName: string;
  readonly safetyPhrase: string;
  readonly safetyPhraseConfirmed: boolean;
  readonly connection: 'direct' | 'relayed' | 'none';
  /** ISO date-time when last connected. */
  readonly lastSeen?: string;
  /** Charts of ours it may read now, and charts of its that we may read now. */
  readonly chartsGiven: number;
  readonly chartsReceived: number;
  readonly setAside: number;
  /** Devices of it that are connected and not yet told all, or have not yet said that they took it. */
  readonly waiting: number;
  /** Charts written here that it may have and has not said to hold. */
  readonly unconfirmed: number;
  /** ISO date-time when it last held all that was written here for it; left out: never yet. */
  readonly upToDateAt?: string;
}

/** What is on its way here after a reconnection: of the charts that differed, how many are dealt with. */
export interface Receiving {
  readonly practice: PracticeId;
  /** The practice, or the device of this one. */
  readonly from: string;
  readonly done: number;
  readonly total: number;
}

export interface PendingInvitation {
  readonly id: string;
  /** For another practice to meet, or for a device to join this one. */
  readonly kind: 'practice' | 'device';
  /** What the device is to be. */
  readonly role?: Role;
  readonly link: string;
  readonly shortText: string;
  /** ISO date-time. */
  readonly expires: string;
  readonly state: 'waiting' | 'used' | 'expired' | 'withdrawn';
}

/** What a person should see once: a chart was shared with us, sharing ended, something was set aside, and so on. */
export interface Notice {
  readonly id: string;
  readonly kind:
    | 'chart-received'
    | 'sharing-extended'
    | 'sharing-ended'
    | 'peer-joined'
    | 'set-aside'
    | 'restored-older-backup'
    | 'fork'
    /** A practice offers us to keep a chart of its; or took over one that we offered. */
    | 'custody-offered'
    | 'custody-taken'
    /** Charts (`count`) stay different from what a device there holds, however often the two compare (RE-6). */
    | 'same-difference';
  readonly at: string;
  readonly chart?: ChartId;
  readonly practice?: PracticeId;
  readonly count?: number;
}

export interface Settings {
  readonly sharing: boolean;
  readonly relays: readonly string[];
  readonly iceServers: readonly { readonly urls: string; readonly username?: string; readonly credential?: string }[];
  readonly autoLockMinutes: number;
  readonly theme: 'system' | 'light' | 'dark';
}

export type DiagnosticKind =
  | 'fork'
  | 'refused-entry'
  | 'refused-operation'
  | 'bad-signature'
  | 'quota'
  /** Somebody's clock was more than five minutes off. */
  | 'clock'
  /** The same difference to a peer stood three times (RE-6). */
  | 'same-difference'
  | 'other';

export interface Diagnostic {
  readonly kind: DiagnosticKind;
  /** Whose doing it was, if that is known. */
  readonly who?: PracticeId;
  readonly what: string;
  readonly reason: string;
  readonly count: number;
  readonly lastAt: string;
}

// ------------------------------------------------------------------------------------------------------- a chart

export interface OpenChart extends EventTarget, ChartActs, ChartPastActs {
  readonly id: ChartId;
  readonly summary: ChartSummary;
  /** Of a patient with several charts that are read as one. */
  readonly merged?: MergedParts;
  /** One per chart section; a 'change' event says some were replaced. */
  readonly sections: ReadonlyMap<ChartSection, SectionView>;
  /** Who else holds what is written here. */
  readonly held: readonly HeldAt[];
  /** Applies the edits to one section as one change; resolves when saved here. The screen repaints before that. */
  edit(section: ChartSection, edits: readonly SectionEdit[]): Promise<Result<void, WriteFailure>>;
  /** The same of edits that speak of attached files: these are sealed first, so it may take a while and can be cancelled. */
  editWithFiles(
    section: ChartSection,
    edits: readonly SectionEdit[],
    attached: AttachedFiles,
  ): Promise<Result<void, WriteFailure | 'cancelled'>>;
  /** Files too large to lie in a resource; each is known by the `data` that stands in its place there. */
  readonly files: ChartFiles;
  history(section: ChartSection, key: string): readonly HistoryRow[];
  /** Who stands behind a provenance (a branch of a conflict, a value of the history). */
  authorship(provenance: Provenance): Authorship;
  close(): void;
}

export interface AttachedFiles {
  readonly taken: readonly LargeData[];
  readonly progress: (bytesDone: number, bytesTotal: number) => void;
  readonly signal: AbortSignal;
}

export interface ChartFiles {
  /** Undefined for a `data` that is the content itself. */
  state(data: string): FileState | undefined;
  /** Asks those who may hold it for what is not here; a 'change' event of the chart says how far it is. */
  want(data: string): void;
  open(data: string): Promise<Result<Bytes, 'missing' | 'damaged'>>;
}

export interface FileState {
  /** 'elsewhere': not all of it is here. 'asked': it is being fetched, or will be. 'no-room': it was, and the disk is full. */
  readonly kind: 'here' | 'elsewhere' | 'asked' | 'no-room';
  readonly size: number;
  readonly parts: number;
  readonly partsHere: number;
}

export interface SectionView {
  readonly section: ChartSection;
  /** 'not-shared': no right to read it. 'incomplete': some entries can't be opened yet. 'ended': no longer shared; shows what was received. */
  readonly state: 'open' | 'not-shared' | 'incomplete' | 'ended' | 'damaged';
  readonly canWrite: boolean;
  readonly resources: ReadonlyMap<string, StoredResource>;
  readonly conflicts: readonly ConcurrentChange[];
  /** "3 entries of Clinic B not yet readable". */
  readonly notYetReadable: readonly { readonly practice: PracticeId | undefined; readonly entries: number }[];
  /** Who last wrote this resource (or register of it). */
  provenance(key: string, register?: string): Authorship | undefined;
}

export interface Authorship {
  readonly personName: string;
  readonly practiceName: string;
  readonly own: boolean;
  /** ISO date-time by the author's clock. */
  readonly at: string;
  readonly change: ChangeHash;
}

/** One value a register has had, newest first. */
export interface HistoryRow {
  readonly key: string;
  readonly register: string;
  readonly json: string;
  readonly author: Authorship & AuthorDoubts;
}

/** One place besides this device that is to hold a chart. */
export interface HeldAt {
  /** Another device of this practice, a keeper of its; a practice that may read it, or that practice's keeper. */
  readonly kind: 'device' | 'keeper' | 'practice' | 'their-keeper';
  /** Of the device, or of the practice. */
  readonly name: string;
  /** Changes it may have and has not said to hold. */
  readonly lacking: number;
  /** ISO date-time by this device's clock when it last said what it holds; left out: never. */
  readonly at?: string;
}

// -------------------------------------------------------------------------------------------------------- import

export interface ImportProgress {
  readonly phase: 'reading' | 'writing';
  readonly file: string;
  readonly fileNumber: number;
  readonly files: number;
  readonly resourcesDone: number;
  readonly resourcesTotal: number;
  /** Of the patient being written, while attached files are sealed. */
  readonly attached?: { readonly bytesDone: number; readonly bytesTotal: number };
}

export interface ImportPlan {
  readonly items: readonly ImportItem[];
}

/** One patient of one file, or one file that can't be read. */
export interface ImportItem {
  readonly id: string;
  readonly file: string;
  readonly patientName: string;
  readonly birthDate?: string;
  readonly resources: number;
  readonly outcome:
    | { readonly kind: 'new' }
    | { readonly kind: 'unchanged'; readonly chart: ChartId }
    | { readonly kind: 'changed'; readonly chart: ChartId; readonly changes: readonly ImportChange[] }
    /** Somebody may be the same person, the likeliest first. */
    | { readonly kind: 'same-person'; readonly candidates: readonly ImportCandidate[] }
    | { readonly kind: 'bad'; readonly reason: string; readonly where: string };
}

/** Whom a patient of a file may be: a chart, or a patient of the same import. */
export type ImportCandidate = (
  | { readonly chart: ChartId; readonly sex?: string; readonly identifier?: string }
  /** Id and file of an item before in the plan, whose chart the same import makes. */
  | { readonly item: string; readonly file: string }
) & { readonly name: string; readonly birthDate?: string; readonly reasons: readonly MatchReason[] };

export interface ImportChange {
  readonly key: string;
  readonly kind: 'added' | 'changed' | 'missing-in-file';
  /** In words. */
  readonly label: string;
  readonly before?: string;
  readonly after?: string;
}

/**
 * 'skip' leaves things as they are; 'apply' takes the new chart or the changes. Where somebody may be the same person:
 * 'new-chart' says that it is another, `sameAs` (place among the candidates) that it is this one: what the file holds becomes
 * a chart that is merged with theirs, which can be undone.
 */
export type ImportAnswer = 'apply' | 'skip' | 'new-chart' | { readonly sameAs: number };

export type ImportFailure =
  | WriteFailure
  | 'cancelled'
  /** The file can't be read any more, or says something else than when it was read for the plan. */
  | 'file-gone'
  | 'file-changed'
  /** Somebody who may be the same person came meanwhile, and was not asked about. */
  | 'alike-meanwhile'
  /** It is there as a chart of its own: the merge that was chosen could not be kept. */
  | 'not-merged';

export interface ImportOutcome {
  readonly written: readonly { readonly item: string; readonly chart: ChartId; readonly resources: number }[];
  readonly failed: readonly { readonly item: string; readonly reason: ImportFailure }[];
  readonly skipped: readonly string[];
}
