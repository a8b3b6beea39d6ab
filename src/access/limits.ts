/** Sizes of operations and invitations (protocol section 9), each with unit and reason. */

/**
 * Bytes of one signed operation. The largest honest one stops sharing a whole chart: 11 sections times some hundreds of
 * wraps of 52 bytes. Stays under a 1 MiB frame.
 */
export const maxOperationBytes = 768 * 1024;

/** Heads an operation may cite; with more, a `merge` comes first (OP-2). */
export const maxPrev = 8;

/** Signatures on one operation: its author, and a second party for some kinds. */
export const maxSignatures = 2;

/** Bytes of a sealed label (names of a practice, a device and its person). */
export const maxSealedLabelBytes = 2048;

/** Devices of one practice that an epoch may name, and practices beside it. */
export const maxDevicesPerPractice = 1024;
export const maxPracticesPerChart = 256;

/** Former keys of a section: one for each change of its readers. */
export const maxFormerKeys = 8192;

/** Chains a cut or a frontier may name in one section: one per device and stint. */
export const maxFrontierItems = 2048;

/** Rank of a device: 0 and 1 are given by the root alone (OP-5.3). */
export const maxRank = 255;

/** Bytes of a meeting message (ID-3, ID-7): a largest operation fits, or a roster of some hundreds of them. */
export const maxHandshakeBytes = 896 * 1024;

/** Bytes up to which keys or operations are gathered into one meeting message, so that progress is seen. */
export const handOverBytes = 256 * 1024;
