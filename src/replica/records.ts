/**
 * Small private records of a device, written in the commit of what they describe. The app seals them under its vault key; a
 * keeper, whose disk holds no secret, need not.
 */
import type { Commit } from '../store/store.ts';

export type SealedWrite = NonNullable<Commit['sealed']>[number];

export interface Records {
  /** To be put into a commit, so that it lands with what it describes. */
  write(key: string, value: unknown): SealedWrite;
  /** The same for a record that is to go. */
  remove(key: string): SealedWrite;
  /** Undefined when there is none, or none of ours. */
  read<T>(key: string, parse: (value: unknown) => T | undefined): Promise<T | undefined>;
  /** All whose names begin so, in one read. */
  readAll<T>(prefix: string, parse: (value: unknown) => T | undefined): Promise<readonly T[]>;
}
