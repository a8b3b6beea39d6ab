/** Patients whose charts were opened since unlocking, the newest first. In memory alone: who was looked at is written in the audit log. */
import type { ChartId } from '../../base/ids.ts';
import type { Session } from '../../app/session.ts';

const mostKept = 8;
const opened = new WeakMap<Session, readonly ChartId[]>();

export function noteOpened(session: Session, chart: ChartId): void {
  opened.set(session, [chart, ...recentlyOpened(session).filter((other) => other !== chart)].slice(0, mostKept));
}

export function recentlyOpened(session: Session): readonly ChartId[] {
  return opened.get(session) ?? [];
}
