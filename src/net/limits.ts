/** What a peer may make this device do, each with unit and reason (protocol section 9). Numbers only. */

/**
 * Bytes of one frame, version and kind included. A frame is held whole in memory at both ends, and WebRTC and yamux cut it
 * into messages of their own; a larger entry is refused when it is made.
 */
export const maxFrameBytes = 1024 * 1024;
