/** In every text and name that anybody writes: must never be on a wire or a disk in the clear (CONF). */
export const canary = 'canary-anaphylaxis';
