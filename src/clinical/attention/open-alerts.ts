/**
 * Alerts of a chart that nobody has answered: what a check of medications finds in the chart as it stands now, without those to
 * which somebody has given a reason. Also after a merge: an allergy written here and a drug ordered there meet in no form.
 */
import { answeredAlerts, checkChart, type MedicationAlert } from '../checks/medication-check.ts';
import type { ChartRecord } from '../record.ts';

export function openAlerts(record: ChartRecord): readonly MedicationAlert[] {
  const answered = answeredAlerts(record);
  const open = checkChart(record).alerts.filter(({ id }) => !answered.has(id));
  // Three entries of one drug make three pairs and one question.
  return [...new Map(open.toReversed().map((alert) => [alert.id, alert])).values()].reverse();
}
