/** Alerts that hold: what must not be overlooked by whoever opens the chart. */
import { isEnteredInError } from '../fhir-status.ts';
import type { ChartRecord, Resource } from '../record.ts';
import { titleOf } from '../title.ts';

export interface FlagRow {
  readonly resource: Resource;
  readonly words: string;
}

export function activeFlags(record: ChartRecord): readonly FlagRow[] {
  return record
    .ofTypes('Flag')
    .filter(({ json }) => json['status'] === 'active' && !isEnteredInError(json))
    .map((resource) => ({ resource, words: titleOf(resource.json) }));
}
