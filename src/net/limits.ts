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

/** Practices whose roster heads one frame may name: own, the peer's, and those they share charts with. */
export const maxRosters = 1024;
/** Charts named in one frame, and made ready for one: a list goes on in the next. */
export const maxChartsPerFrame = 256;
/** Leaves named in one frame by their ids: 128 KiB. */
export const maxLeavesPerFrame = 4096;
/** Leaves a hello may speak of, and so charts it may list: ten times a large practice. Bounds what a list makes us remember. */
export const maxLeaves = 100_000;
/** If neither side has more leaves than this, both list them at once: a round trip less, and a few KB. */
export const maxListedLeaves = 32;
/** Bytes of one message about ranges of leaves: 16,000 ids. What does not fit is asked for by the next. */
export const maxRangesBytes = 512 * 1024;
/** Ranges in one message: each may cost a search and a hash. */
export const maxRangesPerMessage = 8192;
/** Messages about ranges in one connection: two usually, eight for ten thousand leaves one side lacks. */
export const maxQuestions = 64;
/** Heads of one log. Operations cite at most 8 (OP-2), more exist until a merge. */
export const maxHeads = 64;
/** Entries asked for by name in one `want`: what damaged records lost, or a gap in the graph. */
export const maxWantedEntries = 256;
/** Sections of which one frame carries entries: as many as the charts of a frame have. */
export const maxSectionsPerFrame = 4096;
/** Items in one list of operations or entries. */
export const maxItemsPerFrame = 4096;
/**
 * Bytes of operations or entries gathered into one frame: enough that the frame's own cost does not show, small enough
 * that what comes behind (an edit of a connected colleague) does not wait long. A single larger one has a frame alone.
 */
export const fullFrameBytes = 512 * 1024;
/** Charts whose charters are loaded for one frame, and checked in one go where it comes to. */
export const maxChartsPerLoad = 64;
/** Charts whose entries are loaded for one: as they mostly are, fewer fill it, so that none goes half full. */
export const maxChartsPerEntriesLoad = 96;
/** Reads of the disk at a time for a frame. */
export const readsAtOnce = 16;
/** Entry frames under way to one peer that it has not yet said to hold: bounds what a slow disk there makes us keep. */
export const maxUnconfirmedFrames = 8;
/**
 * Malformed or refused things from one peer in one connection before it is cut: an honest peer of another version sends
 * a few, a broken or hostile one does not stop.
 */
export const maxFaultsPerConnection = 256;
/**
 * Entries of one section kept beside their chains (other branches of forks). An accident makes a handful; a writer who forks
 * on purpose must not fill the disk.
 */
export const maxEntriesBesideChain = 1024;
/**
 * How often, on average, a head of a section is kept once more, for another snapshot that is said to stand for it. What a disk
 * lost is repaired that way now and then; compaction leaves each once.
 */
export const maxHeadsKeptAgain = 8;

/** Parts of attachments asked of one device and not answered yet: 2 MiB keep a line busy, and little is lost with it. */
export const maxPartsAsked = 8;
/** Parts asked for, or refused, in one frame. */
export const maxPartsPerFrame = 16;
/** Parts a device may have asked for that were not sent yet: names alone are kept. More than it may ask for is a fault. */
export const maxPartsQueued = 32;
/** Parts wanted here at once: 16 GiB, of which the names take some megabytes of memory. */
export const maxPartsWanted = 65_536;
/** A device that was asked and says nothing for so long is asked no more for that part; another is. */
export const partAnswerMs = 30_000;
/** A device that said it has not got a part is asked for it again after this. */
export const partAgainMs = 60_000;
