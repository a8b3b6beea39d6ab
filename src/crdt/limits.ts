/** What a change, and what waits for one, may cost (AM-1, AM-2). Every limit with unit and reason. Numbers only. */

/** Operations in one change (AM-1). Reading one change then takes tens of milliseconds at most. */
export const maxOpsPerChange = 5_000;

/** UTF-8 bytes of registers and marks in one change (AM-1): what people write in one go, a long note included. */
export const maxTypedTextBytes = 64 * 1024;

/**
 * UTF-8 bytes of verbatim resources in one change. An imported document may carry a scan as base64: no smaller change can
 * hold it, for a base is written once and whole. Even text that does not compress at all then fits one entry
 * (base/limits.ts, 896 KiB). It is one operation, not one a letter: the cost AM-1 guards against (5 MB of text, 17 s) is not met.
 */
export const maxVerbatimTextBytes = 768 * 1024;

/** Text an import gathers into one change: few entries, and each still opens in milliseconds. */
export const importTextBytes = 256 * 1024;

/** Operations an import gathers into one change. */
export const importOps = 2_000;

/** Bytes of one change: the texts, and at most 40 bytes an operation of keys and columns on top, names counted apart. */
export const maxChangeBytes = maxVerbatimTextBytes + maxTypedTextBytes + 192 * 1024;

/** UTF-16 units of a text its author could see, with what the change adds (AM-6): three times the longest note one may sign. */
export const maxTextLength = 64 * 1024;

/** Letters written or deleted in one change of those a long paste is made of: with the marks beside them it is well below AM-1's limit. */
export const maxLettersPerChange = 4_000;

/** Characters of a resource key. FHIR allows 64 for a type and 64 for an id; imports are not always so tidy. */
export const maxResourceKeyLength = 256;

/** Characters of a register's name. */
export const maxRegisterNameLength = 128;

/** Concurrent heads a change may join: devices that wrote at the same time without seeing each other. */
export const maxChangeDeps = 256;

/** Operations a change may replace: one a key as a rule, more where concurrent values are settled. */
export const maxPredsPerChange = 4 * maxOpsPerChange;

/** Seconds since 1970: the end of the year 9999. Later times break dates in every interface. */
export const maxTimeSeconds = 253_402_300_799;

/** Entries that wait for others (AM-2). A peer that catches up sends them in order; only stragglers wait. */
export const maxWaitingEntries = 1_024;

/** Bytes of changes that wait for others (AM-2). */
export const maxWaitingBytes = 8 * 1024 * 1024;

/** Entries tried together on one clone (AM-3). */
export const maxEntriesPerTrial = 512;

/** Trials that one call may spend on finding bad entries; what is then still untried is given back untouched. */
export const maxTrials = 64;

/** Bytes of a saved document after inflating its columns (SN-2). Ordinary sections have a hundredth of it. */
export const maxDocumentBytes = 64 * 1024 * 1024;

/** Values in one column of a saved document: each stands for an operation, a change or a predecessor held in memory. */
export const maxDocumentValues = 2_000_000;
