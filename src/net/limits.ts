/** What a peer may make this device do, each with unit and reason (protocol section 9). Numbers only. */

/**
 * Bytes of one frame, version and kind included. A frame is held whole in memory at both ends, and WebRTC and yamux cut it
 * into messages of their own; a larger entry is refused when it is made.
 */
export const maxFrameBytes = 1024 * 1024;

/** What a frame costs of the credit beyond its bytes: a flood of tiny frames must not fill memory either. */
export const frameOverheadBytes = 32;
/** A reader gives credit back in steps of this size, so that not every frame is answered by a message. */
export const creditStepBytes = 256 * 1024;
/**
 * What a writer may have under way to one reader. libp2p streams have no read backpressure (a slow reader is reset at
 * 4 MiB, WebRTC cannot pause the other side), so the reader grants this much. It holds the largest frame beside a step of
 * credit that is not given back yet; less would let both sides wait for each other.
 */
export const linkWindowBytes = maxFrameBytes + frameOverheadBytes + creditStepBytes;
