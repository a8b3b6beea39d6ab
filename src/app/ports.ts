/** What a session needs of the outside world, given by the composition roots: browser.ts, tests, the simulation. */
import type { Clock, Log, Random, Timers } from '../base/ports.ts';
import type { Bytes } from '../base/bytes.ts';
import type { DeviceId } from '../base/ids.ts';
import type { KdfCost } from '../crypto/lockbox.ts';
import type { FramesElsewhere } from '../net/frames-elsewhere.ts';
import type { Transport } from '../net/transport.ts';
import type { Result } from '../base/result.ts';
import type { Background } from '../worker/background.ts';
import type { Store } from '../store/store.ts';
import type { Settings } from './session.ts';

export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly timers: Timers;
  /** Opens the one store of this browser profile; the caller closes it, and is told if something else does. */
  openStore(closed: () => void): Promise<Result<Store, 'newer-data' | 'blocked' | 'storage'>>;
  /** Undefined while another tab of this profile has the practice open (CUT-8: one writing tab per device). */
  takeWriterLock(): Promise<(() => void) | undefined>;
  /** Loaded on first use, so that nothing of the network is there while sharing is off. */
  createTransport(options: TransportOptions): Promise<MeetingTransport>;
  readonly storage: StorageManagerPort;
  /** Relays and ICE servers a new practice starts with. */
  readonly defaults: Pick<Settings, 'relays' | 'iceServers'>;
  /** The address invitations link to, without a fragment. */
  readonly pageAddress: string;
  /** Whether the browser says there is a network at all. */
  isOnline(): boolean;
  onOnlineChange(changed: () => void): () => void;
  /** Lets the page paint and answer; awaited between the steps of long work. */
  pause(): Promise<void>;
  /** Work that must not stop the page from answering. */
  readonly background: Background;
  /** A thread that looks at what comes in from peers, for as long as a network runs. Left out: this one does. */
  readonly framesElsewhere?: () => FramesElsewhere;
  /** Left out but in tests. */
  readonly kdf?: KdfCost;
  /** Entries that are worth a snapshot of their section (compaction.ts). Left out but in tests. */
  readonly snapshotsFrom?: number;
}

/** Connections for replication, and beside them those on which practices meet (net/libp2p-transport.ts). */
export interface MeetingTransport extends Transport {
  readonly meetings: Omit<Transport, 'start' | 'stop'>;
}

export interface TransportOptions {
  /** The device's Ed25519 seed, 32 bytes: also its network key (ID-2). */
  readonly seed: Bytes;
  readonly relays: readonly string[];
  readonly iceServers: Settings['iceServers'];
  readonly allow: (device: DeviceId) => boolean;
  readonly allowMeeting: (device: DeviceId) => boolean;
}

export interface StorageManagerPort {
  isPersistent(): Promise<boolean | 'unknown'>;
  requestPersistent(): Promise<boolean>;
  estimate(): Promise<{ readonly usedBytes?: number; readonly quotaBytes?: number }>;
}
