/** What the practice book holds of a chart, as resources of its file. Bookings are by the clock of the practice; a file says the instant. */
import type { ChartId } from '../../base/ids.ts';
import type { JsonObject } from '../../clinical/json.ts';
import { keyOf, referenceTo } from '../../clinical/resource-key.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import { appointmentResource, taskResource } from '../../clinical/work-resources.ts';
import type { PracticeWork } from './work-acts.ts';

export type ScheduleAndTasks = Pick<PracticeWork, 'schedule' | 'tasks'>;

/** Key → resource, the newest appointment first. `patientKey`: of the chart's Patient. */
export function workResources(
  { schedule, tasks }: ScheduleAndTasks,
  chart: ChartId,
  patientKey: ResourceKey,
): ReadonlyMap<ResourceKey, JsonObject> {
  const patient = referenceTo(patientKey);
  const appointments = schedule
    .of(chart)
    .map((told) => appointmentResource({ ...told, startMs: Date.parse(told.start) }, patient));
  const own = tasks.all.filter((task) => task.chart === chart).map((task) => taskResource(task, patient));
  const keyed = (type: string, resources: readonly JsonObject[]) =>
    resources.map((resource) => [keyOf(type, resource, undefined), resource] as const);
  return new Map([...keyed('Appointment', appointments), ...keyed('Task', own)]);
}
