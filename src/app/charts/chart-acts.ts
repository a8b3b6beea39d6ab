/**
 * What a person may do about a chart beside writing in it, as the screens see it: look through what was set aside, settle
 * forks, hand the chart over, see who could read it. Types only; every act resolves once it is durable here (EN-8).
 */
import type { EntryHash, OpId, PracticeId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import type { ChartSection } from '../../base/sections.ts';
import type { WriteFailure } from '../session.ts';

/** Somebody, in words. Empty names: the labels of that practice were never handed to us. */
export interface Person {
  readonly practiceName: string;
  readonly personName: string;
}

// ------------------------------------------------------------------------------------------------------ set aside

/**
 * after-stop       written after sharing with its author ended, or its device was removed
 * waits-for-close  its device lost its place, and no device of an admin has said yet how far it counts (CH-3)
 * fork             stands beside another entry signed for the same place (CUT-8)
 * missing          waits for something that could not bring it in any more
 */
export type AsideReason = 'after-stop' | 'waits-for-close' | 'fork' | 'missing';

/** One act of its author: an entry, or the entries of one import. In order of author and section, oldest first. */
export interface SetAsideRow extends Person {
  /** For admit, hide and unhide. */
  readonly id: EntryHash;
  /** Rows of one author in one section have the same. */
  readonly group: string;
  readonly practice: PracticeId | undefined;
  readonly section: ChartSection;
  /** ISO date-time by the author's clock, from inside the entry; undefined when it cannot be opened. */
  readonly at: string | undefined;
  readonly entries: number;
  readonly reason: AsideReason;
  /** Put out of sight on this device; nobody else is told. */
  readonly hidden: boolean;
  /** Rows that come along when this one is admitted, because it builds on them. */
  readonly needs: readonly EntryHash[];
  /** Whether admitting it would bring it in: what waits for a `close`, or for what is missing, has to wait. */
  readonly canBeAdmitted: boolean;
  /** What it would change, with what it needs, in the chart as it stands now. */
  readonly preview: readonly PreviewChange[] | 'cannot-be-opened';
}

export interface PreviewChange {
  /** The resource and the register of it that would change. */
  readonly key: string;
  readonly register: string;
  /** The resource in words. */
  readonly label: string;
  /** The register's JSON text; undefined: there is no such statement in the chart yet. */
  readonly before: string | undefined;
  readonly after: string;
}

// ---------------------------------------------------------------------------------------------------------- forks

/** Two or more headers one device signed for one place (CUT-8). One of them stands, the same one everywhere. */
export interface ForkRow extends Person {
  readonly section: ChartSection;
  readonly chain: string;
  readonly seq: number;
  readonly branches: readonly ForkBranch[];
  /** Chosen by the custodian, not by the rule alone. */
  readonly settled: boolean;
}

export interface ForkBranch {
  readonly hash: EntryHash;
  /** ISO date-time by the author's clock; undefined when it cannot be opened. */
  readonly at: string | undefined;
  /** Entries of this branch that are here, the first included. */
  readonly entries: number;
  readonly stands: boolean;
}

// -------------------------------------------------------------------------------------------------------- custody

/** What may be wrong with 24 words. */
export type PhraseFailure = 'wrong-recovery-phrase' | 'unknown-word' | 'bad-checksum' | 'wrong-length';

export interface Custody {
  readonly custodian: PracticeId;
  readonly custodianName: string;
  readonly own: boolean;
  /** A hand-over that was offered and not taken yet. */
  readonly offer?: CustodyOffer;
}

export interface CustodyOffer {
  /** 'given': by us. 'received': to us. */
  readonly direction: 'given' | 'received';
  /** The other practice. */
  readonly practice: PracticeId;
  readonly practiceName: string;
  /** What the old custodian keeps. */
  readonly keeps: 'none' | 'read' | 'write';
  /** ISO date-time by the clock of who offered. */
  readonly at: string;
}

// ------------------------------------------------------------------------------------------------ disclosure record

/** One right given in one section, as long as it lasted (CH-9). */
export interface ShareRow {
  /** The operation that gave it. */
  readonly grant: OpId;
  readonly practice: PracticeId;
  readonly practiceName: string;
  readonly section: ChartSection;
  readonly right: 'read' | 'write';
  /** ISO date-times. */
  readonly from: string;
  readonly until?: string;
  readonly ended?: string;
  readonly grantedBy: Person;
  readonly endedBy?: Person;
  /** 'stopped': by a person, or because its end date had come. 'changed': another right or end date took its place. */
  readonly endedAs?: 'stopped' | 'changed';
  /** Its author had no authority: undone with its author. What was read under it was read all the same. */
  readonly undone: boolean;
  /**
   * Somebody who has lost their place since, or the practice that kept the chart while it was taken over (CH-10.3), had stopped
   * it: that no longer counts, and nothing is sent until an administrator stops it again or shares it again (OP-5.5).
   */
  readonly stopInDoubt?: 'place-lost' | 'custody-ended';
}

// --------------------------------------------------------------------------------------------------------- history

/** What the history says of an author beside the name. */
export interface AuthorDoubts {
  /** In only because a colleague who may write built on it (CUT-5). */
  readonly vouchedBy?: true;
  /** In because somebody admitted it after it had been set aside (CUT-4). */
  readonly admittedBy?: Person;
  /** When it was admitted: ISO date-time by the clock of who did. */
  readonly admittedAt?: string;
  /** The author's clock was more than five minutes off from when it first arrived here. */
  readonly clockDoubt?: 'ahead' | 'behind';
  /** By about how many minutes. */
  readonly clockOffMinutes?: number;
  /** As its owner named it: "Front room". */
  readonly deviceName?: string;
}

/** Judging what was set aside, and what was shared. */
export interface ReviewActs {
  readonly setAside: readonly SetAsideRow[];
  /** Takes them in, with what they need, for every replica: an act of an admin of the custodian (CUT-4). */
  admit(ids: readonly EntryHash[]): Promise<Result<void, WriteFailure>>;
  hide(ids: readonly EntryHash[]): Promise<Result<void, WriteFailure>>;
  unhide(ids: readonly EntryHash[]): Promise<Result<void, WriteFailure>>;

  readonly forks: readonly ForkRow[];
  settleFork(section: ChartSection, chain: string, seq: number, hash: EntryHash): Promise<Result<void, WriteFailure>>;

  readonly sharing: readonly ShareRow[];
  /** Another end date for what a practice has now, or none. ISO date-time. */
  setEnd(
    practice: PracticeId,
    sections: readonly ChartSection[],
    until: string | undefined,
  ): Promise<Result<void, WriteFailure>>;
}

export interface CustodyActs {
  readonly custody: Custody;
  /** Offers the chart to another practice. The recovery phrase makes the root's signature, and is not kept. */
  handOver(
    practice: PracticeId,
    keeps: 'none' | 'read' | 'write',
    recoveryPhrase: string,
  ): Promise<Result<void, WriteFailure | PhraseFailure>>;
  withdrawOffer(recoveryPhrase: string): Promise<Result<void, WriteFailure | PhraseFailure>>;
  takeOver(): Promise<Result<void, WriteFailure>>;
  /** Puts the offer out of sight here. */
  declineOffer(): Promise<Result<void, WriteFailure>>;
}

export interface ChartActs extends ReviewActs, CustodyActs {}
