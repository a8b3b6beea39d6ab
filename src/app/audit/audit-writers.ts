/** AU-3 for an opened entry of a section `audit`: facts for access/predicates.ts. */
import type { DeviceId } from '../../base/ids.ts';
import { addsOwnRecords } from '../../access/predicates.ts';
import type { CheckedWrite } from '../../crdt/check-change.ts';
import { parseAuditRecordKey } from './audit-records.ts';

export function addsToOwnLog(writes: readonly CheckedWrite[], author: DeviceId): boolean {
  return addsOwnRecords(
    writes.map(({ place, text, pred }) => ({
      isNew: (place.kind === 'base' || (place.kind === 'mark' && text === 'created')) && pred.length === 0,
      namesAuthor: 'key' in place && parseAuditRecordKey(place.key)?.device === author,
    })),
  );
}
