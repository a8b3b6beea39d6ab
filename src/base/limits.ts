/**
 * Sizes of formats that several rooms must agree on (protocol section 9), each with unit and reason. What only one room
 * enforces stays in that room. Numbers only.
 */

/**
 * Bytes of an entry's ciphertext. With the largest header it stays below a 1 MiB frame, so that every entry can travel in
 * one frame and a frame is the most a peer can make this device hold for one entry.
 */
export const maxCiphertextBytes = 896 * 1024;

/**
 * Bytes of an entry's body after inflating: 64 changes of the most text a change may carry (64 KiB, AM-1). A body of
 * 896 KiB of crafted deflate would otherwise become 900 MB.
 */
export const maxEntryBodyBytes = 4 * 1024 * 1024;

/** Bytes of an entry's header: its length is written in two bytes. */
export const maxEntryHeaderBytes = 65_535;

/**
 * Items in an entry's `deps`: one per chain that moved since the writer's previous entry. The first entry of a device may
 * name every chain of the section; 500 of about 112 bytes fit a header, and a section has one chain per device and stint.
 */
export const maxEntryDeps = 500;

/** Heads in an entry's `access` or `roster`. Operations keep to 8 (OP-2), but a writer who may not merge heads must still write. */
export const maxCitedHeads = 64;

/** Position in a chain. Far above what a device writes in its life, far below where integers stop being exact. */
export const maxChainSeq = 2 ** 32 - 1;

/** Changes in one entry. An edit is one or a few; an import batch at most some hundreds. */
export const maxChangesPerEntry = 1024;

/** Entries in one import batch (EN-9). The largest sample bundles need some tens. */
export const maxBatchEntries = 100_000;

/**
 * Bytes of a snapshot's ciphertext (SN-1). It is held whole in memory at both ends. An ordinary section is a thousandth of
 * it; one that does not fit keeps its entries.
 */
export const maxSnapshotBytes = 16 * 1024 * 1024;

/** Chains a snapshot covers: as many as a cut may name (protocol section 9). */
export const maxSnapshotChains = 2_048;

/** Bytes of a snapshot's header: the most chains of about 112 bytes, and the heads it cites. */
export const maxSnapshotHeaderBytes = 256 * 1024;

/** Bytes of a snapshot's manifest after inflating: some dozens an entry where nothing repeats. */
export const maxSnapshotManifestBytes = 4 * 1024 * 1024;

/**
 * Bytes of an attachment, as its chunks hold them (EN-10): an ordinary scan of many pages, or a film of some minutes at the
 * quality of a phone. What is larger is held whole in memory at several places at once where it is read or shown.
 */
export const maxAttachmentBytes = 64 * 1024 * 1024;

/** Plaintext bytes of one chunk of an attachment: sent in one frame, and lost alone where a line breaks. */
export const attachmentChunkBytes = 256 * 1024;

/** Bytes of a sealed chunk: as much plaintext, and the tag of AES-GCM. */
export const maxSealedChunkBytes = attachmentChunkBytes + 16;

/**
 * Chunks one entry names in its header (EN-10): four of the largest attachments. They take half of the 65,535 bytes a
 * header may have; an entry that builds on hundreds of chains as well names fewer.
 */
export const maxChunksPerEntry = 1024;
