/** `<pc-audit-completeness .devices>`: of each device's log, up to where it is here, and what speaks against it being whole. */
import { LitElement, css, html, nothing } from 'lit';
import type { AuditCompleteness } from '../../app/audit/audit-acts.ts';
import '../shell/badge.ts';
import { count, groupDigits, timeInWords } from '../shell/format.ts';
import { base } from '../shell/styles.ts';

export class Completeness extends LitElement {
  static override properties = { devices: { attribute: false } };
  static override styles = [
    base,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr));
        gap: 0 var(--wa-space-l);
      }
      li {
        padding-block: var(--wa-space-xs);
        border-block-start: 1px solid var(--wa-color-surface-border);
        overflow-wrap: anywhere;
      }
      .name {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-2xs) var(--wa-space-xs);
        align-items: baseline;
      }
    `,
  ];

  declare devices: readonly AuditCompleteness[];

  override render() {
    return html`<ul>
      ${this.devices.map((device) => this.renderDevice(device))}
    </ul>`;
  }

  private renderDevice(log: AuditCompleteness) {
    const { personName, deviceName, removed, upTo, upToAt, count: here } = log;
    const doubts = doubtsOf(log);
    return html`<li>
      <div class="name">
        <strong>${personName === '' ? 'Somebody' : personName}</strong>
        <span class="quiet">${deviceName}</span>
        ${removed ? html`<pc-badge icon="xmark">Removed</pc-badge>` : nothing}
        ${doubts.length > 0 ? html`<pc-badge tone="warning" icon="alert">Not whole</pc-badge>` : nothing}
      </div>
      <p class="quiet">
        ${
          here === 0
            ? 'Nothing of it can be read here.'
            : html`${count(here, 'event')}, up to number ${groupDigits(upTo)} of ${timeInWords(upToAt)}`
        }
      </p>
      ${doubts.map((doubt) => html`<p class="quiet">${doubt}</p>`)}
    </li>`;
  }
}

export function doubtsOf({ missing, twice, refused, unreadable, setAside }: AuditCompleteness): readonly string[] {
  const lacking = missing.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  return [
    ...(lacking === 0
      ? []
      : [
          `${count(lacking, 'event')} ${lacking === 1 ? 'is' : 'are'} missing: number ${missing.map(rangeInWords).join(', ')}.`,
        ]),
    ...(twice.length === 0
      ? []
      : [`Numbers that stand for two events: ${twice.slice(0, 10).map(groupDigits).join(', ')}.`]),
    ...(refused === 0
      ? []
      : [`${count(refused, 'record')} refused: not what this device may write. They changed nothing.`]),
    ...(unreadable === 0 ? [] : [`${count(unreadable, 'record')} cannot be read here yet.`]),
    ...(setAside === 0
      ? []
      : [`${count(setAside, 'record')} set aside: written after the device was removed, or beside another.`]),
  ];
}

function rangeInWords({ from, to }: { readonly from: number; readonly to: number }): string {
  return from === to ? groupDigits(from) : `${groupDigits(from)} to ${groupDigits(to)}`;
}

customElements.define('pc-audit-completeness', Completeness);
declare global {
  interface HTMLElementTagNameMap {
    'pc-audit-completeness': Completeness;
  }
}
