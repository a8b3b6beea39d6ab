/**
 * What the replicator needs of a network: connections to devices whose keys the handshake proved (ID-2), carrying whole
 * frames reliably and in order, with credit so that a slow reader slows the writer instead of filling its memory.
 * Who may connect is asked of the caller; what a frame means is not this file's business. Every implementation passes
 * test/contracts/transport-contract.ts.
 */
import type { Bytes } from '../base/bytes.ts';
import type { DeviceId } from '../base/ids.ts';
import type { Result } from '../base/result.ts';

/** Why a connection ended, as far as this side can tell. */
export type CloseReason =
  /** this side called `close` */
  | 'closed-here'
  /** the other side closed, and everything it sent before has been delivered */
  | 'closed-there'
  /** the network or the other side went away in the middle: frames of either side may be missing */
  | 'lost'
  /** a newer connection to the same device took its place */
  | 'replaced'
  /** `allow` no longer admits the device */
  | 'not-allowed'
  /** the other side broke the framing or its credit */
  | 'protocol-error'
  | 'transport-stopped';

export type SendFailure = 'closed' | 'frame-too-large';

/** One reliable, ordered, authenticated stream of frames to one device. */
export interface Connection {
  /** Proved by the handshake: the other side holds this device's signing key. */
  readonly device: DeviceId;
  readonly path: 'direct' | 'relayed';
  /**
   * Hands over one frame of 1 to `maxFrameBytes` bytes, which the caller does not change afterwards. Resolves when there
   * is room for another: await it before the next frame. `ok` does not mean that the other side has it. Frames sent
   * without awaiting are kept in order. After the end every call resolves to `closed`; nothing rejects.
   */
  send(frame: Bytes): Promise<Result<undefined, SendFailure>>;
  /**
   * Sets the one receiver. Frames come one at a time, in order: the next is delivered after the promise of the former
   * settled, and only then is credit given back to the writer. Frames that came earlier are held (within the credit) and
   * delivered once a receiver is set. A receiver that throws ends the connection with `protocol-error`.
   * `next` may be shown the frame that will be received after the one being dealt with, once it is there.
   */
  onFrame(receive: (frame: Bytes) => void | Promise<void>, next?: (frame: Bytes) => void): void;
  /** Every receiver given is called exactly once, after the last frame; at once if the connection has already ended. */
  onClose(closed: (reason: CloseReason) => void): void;
  /** Frames handed over before are still sent where the network lets them. Repeating it does nothing. */
  close(): void;
}

export type DialFailure =
  /** nobody answers at any address tried */
  | 'unreachable'
  /** someone answers, with another device's key */
  | 'wrong-device'
  /** `allow` refuses the device, here or there */
  | 'not-allowed'
  | 'stopped'
  | 'aborted';

export interface RelayStatus {
  readonly address: string;
  readonly state: 'connecting' | 'reserved' | 'unreachable';
}

export interface TransportStatus {
  readonly relays: readonly RelayStatus[];
  readonly connections: readonly { readonly device: DeviceId; readonly path: Connection['path'] }[];
}

/** May this device connect to us, or be dialled? Asked anew at every connection; see `allowChanged`. */
export type AllowDevice = (device: DeviceId) => boolean;

/**
 * Connections in both directions. At most one is alive per device: where both sides dial at once, both keep the same one.
 * Unsubscribing is done by calling what the `on…` method returned.
 */
export interface Transport {
  /** Proved to others by every handshake. */
  readonly device: DeviceId;
  /** Starts listening. Does not wait for a relay: that it is down is a status, not a failure. */
  start(): Promise<void>;
  /** Ends every connection and leaves no socket open. Final. */
  stop(): Promise<void>;
  /**
   * A connection to the device: the living one if there is one. `onConnection` tells of a new one as well, on both sides,
   * before this resolves. Own tries, timeouts and the switch from relayed to direct are inside. One call is one bounded try:
   * when to try again is the caller's to decide.
   */
  dial(device: DeviceId, addresses: readonly string[], signal?: AbortSignal): Promise<Result<Connection, DialFailure>>;
  /** Every new connection, whoever dialled. */
  onConnection(connected: (connection: Connection) => void): () => void;
  /** Closes the connections of those whom `allow` does not admit any more. */
  allowChanged(): void;
  status(): TransportStatus;
  onStatus(changed: (status: TransportStatus) => void): () => void;
  /** Where others can reach this device now; put into invitations. Empty while no relay has a place for it. */
  addresses(): readonly string[];
}
