/** A task as the practice book keeps it: what is asked, of whom, by when, about which chart. Who wrote it is its signature. */
import { parseChartId } from '../../base/ids.ts';
import type { NewTask, TaskStatus } from './work-acts.ts';

export interface TaskRecord extends NewTask {
  readonly status: TaskStatus;
}

const statuses: readonly TaskStatus[] = ['requested', 'completed', 'cancelled'];

export function taskRecord(id: string, task: TaskRecord) {
  return { type: 'Task', id, value: { v: 1, ...task } } as const;
}

export function newTaskRecord(id: string, task: NewTask) {
  return taskRecord(id, { ...task, status: 'requested' });
}

export function taskFromJson(value: unknown): TaskRecord | undefined {
  const json = value as Record<string, unknown> | null;
  const status = statuses.find((known) => known === json?.['status']);
  if (json?.['v'] !== 1 || status === undefined || typeof json['text'] !== 'string') return undefined;
  const chart = parseChartId(String(json['chart']));
  const { due, owner } = json;
  return {
    text: json['text'],
    status,
    ...(chart === undefined ? {} : { chart }),
    ...(typeof due === 'string' ? { due } : {}),
    ...(typeof owner === 'string' ? { owner } : {}),
  };
}
