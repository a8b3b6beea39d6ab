/** What the audit log is told of an edit: which sections of the chart changed, and which warning was overridden with what reason. */
import type { ChartId } from '../../base/ids.ts';
import { alertSystem } from '../../clinical/checks/medication-check.ts';
import type { SectionEdit } from '../../clinical/section-edit.ts';
import type { SectionEdits } from '../../clinical/withholding.ts';
import type { AuditAct } from './audit-acts.ts';

export function actsOfEdits(chart: ChartId, together: readonly SectionEdits[]): readonly AuditAct[] {
  const sections = new Set(together.flatMap((edits) => [...edits.keys()]));
  const overridden = together.flatMap((edits) => [...edits.values()].flat().flatMap((edit) => overridesIn(edit)));
  return [
    { kind: 'chart-changed', chart, what: [...sections], count: together.length },
    ...overridden.map(({ alert, reason }): AuditAct => ({ kind: 'check-overridden', chart, what: [alert, reason] })),
  ];
}

interface Override {
  readonly alert: string;
  readonly reason: string;
}

/** The DetectedIssues that this edit adds: of those in the text, the ones of the latest time (src/clinical/edits/override.ts). */
function overridesIn(edit: SectionEdit): readonly Override[] {
  if (edit.kind === 'settleList' || edit.kind === 'type') return [];
  const texts = edit.kind === 'create' ? [edit.base] : Object.values(edit.registers);
  const issues = texts.flatMap((text) => (text.includes(alertSystem) ? issuesIn(text) : []));
  const latest = issues.reduce((newest, { at }) => (at > newest ? at : newest), '');
  return issues.filter(({ at }) => at === latest);
}

interface Issue {
  readonly identifier?: readonly { readonly system?: string; readonly value?: string }[];
  readonly identifiedDateTime?: string;
  readonly mitigation?: readonly { readonly action?: { readonly text?: string } }[];
}

/** Of text that this app's own edit made a moment ago. */
function issuesIn(text: string): readonly (Override & { readonly at: string })[] {
  const { contained = [] } = JSON.parse(text) as { readonly contained?: readonly Issue[] };
  return contained.flatMap(({ identifier = [], identifiedDateTime = '', mitigation = [] }) =>
    identifier
      .filter(({ system }) => system === alertSystem)
      .map(({ value = '' }) => ({
        alert: value,
        reason: mitigation.map(({ action }) => action?.text ?? '').join('; '),
        at: identifiedDateTime,
      })),
  );
}
