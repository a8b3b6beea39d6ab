/**
 * The changes inside a saved document that somebody else may have made (SN-2): measured before it is loaded, then taken apart
 * and let go. What the changes say, and whether they may be in a section, is for admission.
 */
import * as A from '@automerge/automerge/slim';
import type { Bytes } from '../base/bytes.ts';
import { parseChangeHash, type ChangeHash } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { measureDocument } from './document-size.ts';
import { genesisHash } from './genesis.ts';
import { maxDocumentBytes, maxDocumentValues } from './limits.ts';

export interface SavedChange {
  readonly hash: ChangeHash;
  readonly bytes: Bytes;
}

/** Per actor its changes, from its first without gaps; the genesis is there, and is left out. */
export function changesInSaved(
  bytes: Uint8Array,
): Result<ReadonlyMap<string, readonly SavedChange[]>, 'malformed' | 'too-large'> {
  const measured = measureDocument(bytes, { bytes: maxDocumentBytes, values: maxDocumentValues });
  if (!measured.ok) return measured;
  let document: A.Doc<object>;
  try {
    document = A.load(bytes);
  } catch {
    return err('malformed', 'does not load');
  }
  try {
    return changesOf(document);
  } finally {
    A.free(document);
  }
}

function changesOf(document: A.Doc<object>): Result<ReadonlyMap<string, readonly SavedChange[]>, 'malformed'> {
  const backend = A.getBackend(document);
  const byActor = new Map<string, SavedChange[]>();
  let fromGenesis = false;
  // Causes come first, so an actor's changes come in their order.
  for (const { hash: name, actor, seq } of A.getChangesMetaSince(document, [])) {
    const hash = parseChangeHash(name);
    const change = backend.getChangeByHash(name);
    if (hash === undefined || change === null) return err('malformed', 'a change without a hash');
    if (hash === genesisHash) {
      fromGenesis = true;
      continue;
    }
    const own = byActor.get(actor) ?? [];
    if (seq !== own.length + 1) return err('malformed', 'an actor with a gap');
    own.push({ hash, bytes: new Uint8Array(change) });
    byActor.set(actor, own);
  }
  return fromGenesis ? ok(byActor) : err('malformed', 'not from the genesis');
}
