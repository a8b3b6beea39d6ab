/**
 * Notes of a chart that were begun and not signed. A pure function of the section; whose they are is told by who made them,
 * and whose to show by the inbox.
 */
import type { DeviceId } from '../../base/ids.ts';
import { composeResource } from '../registers.ts';
import { typeOfKey } from '../resource-key.ts';
import type { ResourceKey, StoredResource } from '../section-edit.ts';
import { titleOf } from '../title.ts';
import { isDraft } from '../views/notes.ts';
import type { Written } from './waiting-results.ts';

export interface WaitingDraft {
  readonly key: ResourceKey;
  readonly title: string;
  readonly begunMs: number;
  readonly by: DeviceId;
}

/** `madeBy`: who made the resource, and when. The newest first. */
export function waitingDrafts(
  resources: ReadonlyMap<ResourceKey, StoredResource>,
  madeBy: (key: ResourceKey) => Written | undefined,
): readonly WaitingDraft[] {
  const drafts: WaitingDraft[] = [];
  for (const [key, stored] of resources) {
    const title = typeOfKey(key) === 'DocumentReference' ? titleOfDraft(stored) : undefined;
    const made = title === undefined ? undefined : madeBy(key);
    if (title === undefined || made === undefined) continue;
    drafts.push({ key, title, begunMs: made.timeMs, by: made.device });
  }
  return drafts.sort((a, b) => b.begunMs - a.begunMs);
}

function titleOfDraft(stored: StoredResource): string | undefined {
  const json = composeResource(stored.base, stored.registers);
  return json.ok && isDraft({ type: 'DocumentReference', json: json.value }) ? titleOf(json.value) : undefined;
}
