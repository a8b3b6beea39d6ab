/** How much of what does not count is kept (protocol section 9), with reason. */

/** Entries of one author who may not write the section. Some months of offline work; a person reviews what is in it (CUT-4). */
export const maxSetAsideEntries = 1_000;

/** The same in bytes, as they are kept. */
export const maxSetAsideBytes = 16 * 1024 * 1024;
