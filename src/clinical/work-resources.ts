/**
 * What a practice keeps beside a chart, as FHIR R4 resources of its file: an appointment as Appointment, a task as Task. Their ids are those of
 * the practice's records, by which the practice knows its own when the file comes back; for another they are entries of the chart.
 */
import { jsonObject, JsonNumber, type JsonObject, type JsonValue } from './json.ts';

interface ToldAppointment {
  readonly id: string;
  /** FHIR's AppointmentStatus. */
  readonly status: string;
  readonly startMs: number;
  readonly minutes: number;
  readonly reason?: string;
  readonly with?: string;
}

interface ToldTask {
  readonly id: string;
  /** FHIR's TaskStatus. */
  readonly status: string;
  readonly text: string;
  readonly due?: string;
  readonly owner?: string;
  readonly madeBy: string;
  readonly madeAt: string;
  readonly changedAt: string;
}

/** `patient`: reference to the Patient of the file. */
export function appointmentResource(told: ToldAppointment, patient: string): JsonObject {
  const participants = [{ reference: patient }, ...(told.with === undefined ? [] : [{ display: told.with }])];
  return resource('Appointment', told.id, {
    status: told.status,
    description: told.reason,
    start: instant(told.startMs),
    end: instant(told.startMs + told.minutes * 60_000),
    minutesDuration: Number.isInteger(told.minutes) ? new JsonNumber(String(told.minutes)) : undefined,
    participant: participants.map((actor) => of({ actor: of(actor), status: 'accepted' })),
  });
}

export function taskResource(told: ToldTask, patient: string): JsonObject {
  return resource('Task', told.id, {
    status: told.status,
    intent: 'order',
    description: told.text,
    for: of({ reference: patient }),
    authoredOn: told.madeAt,
    lastModified: told.changedAt,
    requester: told.madeBy === '' ? undefined : of({ display: told.madeBy }),
    owner: told.owner === undefined ? undefined : of({ display: told.owner }),
    restriction: told.due === undefined ? undefined : of({ period: of({ end: told.due }) }),
  });
}

function resource(type: string, id: string, elements: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return of({ resourceType: type, id, ...elements });
}

/** A colleague's device may have written any day and length; what is no moment is left out. */
function instant(ms: number): string | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function of(elements: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return jsonObject(
    Object.entries(elements).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}
