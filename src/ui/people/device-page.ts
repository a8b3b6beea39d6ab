/**
 * `<pc-device-page .session .device>`: one device: whose it is, what it may do, and the two acts of an administrator: another role, and
 * removal, which says in numbers what it does before it does it.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { DeviceId } from '../../base/ids.ts';
import type { DeviceRow } from '../../app/people/people-acts.ts';
import type { Role, Session } from '../../app/session.ts';
import '../peers/exchange-panel.ts';
import { connectionWords } from '../peers/words.ts';
import '../shell/badge.ts';
import '../shell/callout.ts';
import { askToConfirm } from '../shell/confirm.ts';
import { FormState } from '../shell/form-state.ts';
import { timeInWords } from '../shell/format.ts';
import '../shell/nowhere-page.ts';
import '../shell/page-header.ts';
import { roleMay } from '../shell/roles.ts';
import { say } from '../shell/say.ts';
import { base, form, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { roleWords } from '../shell/words.ts';
import { keepersSee } from './keeper-words.ts';
import { roleField } from './role-field.ts';
import {
  addedWords,
  deviceInWords,
  deviceSeenWords,
  peopleTrouble,
  removalConsequences,
  roleInWords,
  stepBackQuestion,
  whoMayChange,
} from './words.ts';

export class DevicePage extends LitElement {
  static override properties = {
    session: { attribute: false },
    device: { attribute: false },
    chosen: { state: true },
  };
  static override styles = [
    base,
    page,
    form,
    css`
      section {
        display: grid;
        gap: var(--wa-space-xs);
        margin-block-start: var(--wa-space-l);
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: var(--wa-space-2xs) var(--wa-space-m);
      }
      dt {
        color: var(--wa-color-text-quiet);
      }
      .choice {
        display: block;
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-s);
      }
    `,
  ];

  declare session: Session;
  declare device: DeviceId;
  /** Another role, not given yet. */
  declare private chosen: Role | undefined;
  private readonly state: FormState = new FormState(this);

  constructor() {
    super();
    new Watch(this, () => this.session);
  }

  override render() {
    const row = this.session.people.devices.find(({ device }) => device === this.device);
    if (row === undefined) return html`<pc-nowhere-page></pc-nowhere-page>`;
    return html`<pc-page-header heading=${deviceInWords(row)}>
        ${this.renderState(row)}
        <a slot="back" href="#/people">People and devices</a>
      </pc-page-header>
      <pc-trouble .words=${this.state.trouble}></pc-trouble>
      <section class="reading">
        <dl>
          ${
            row.role === 'keeper'
              ? nothing
              : html`<dt>Person</dt>
                  <dd>${row.personName}</dd>`
          }
          <dt>Device</dt>
          <dd>${row.deviceName}</dd>
          <dt>Role</dt>
          <dd>${roleInWords(row.role)}. ${row.role === 'keeper' ? keepersSee.never : roleMay[row.role]}</dd>
          <dt>Last seen</dt>
          <dd>${deviceSeenWords(row, new Date())}</dd>
          <dt>Added</dt>
          <dd>${addedWords(row, this.session.people.devices)}</dd>
        </dl>
      </section>
      ${row.status === 'removed' ? this.renderRemoved(row) : [this.renderFiles(row), this.renderActs(row)]}`;
  }

  private renderFiles(row: DeviceRow) {
    // Whoever works at this browser shares its disk; at a keeper nobody takes a file in.
    if (row.here !== undefined || row.role === 'keeper') return nothing;
    const to = { practice: this.session.practice.id, device: row.device };
    return html`<section class="reading">
      <h2>Without a network</h2>
      <pc-exchange .session=${this.session} .to=${to} name=${row.deviceName}></pc-exchange>
    </section>`;
  }

  private renderState(row: DeviceRow) {
    if (row.status === 'removed') return html`<pc-badge icon="stop">Removed</pc-badge>`;
    if (row.here === 'this') return html`<pc-badge tone="info">This device</pc-badge>`;
    const { tone, icon, text } = connectionWords(row);
    return html`<pc-badge tone=${tone} icon=${icon}>${text}</pc-badge>`;
  }

  private renderRemoved(row: DeviceRow) {
    return html`<section class="reading">
      <pc-callout tone="neutral"
        ><strong>Removed${row.removedAt === undefined ? '' : ` on ${timeInWords(row.removedAt)}`}.</strong> ${
          row.role === 'keeper'
            ? 'It is sent nothing since then.'
            : `It can read nothing written since then, and what it writes enters no chart. Notes written before stay signed by ${row.personName}.`
        }</pc-callout
      >
    </section>`;
  }

  private renderActs(row: DeviceRow) {
    const { people } = this.session;
    if (!people.mayManage) return html`<p class="quiet">${whoMayChange(people)}</p>`;
    return [row.role === 'keeper' ? nothing : this.renderRole(row, row.role), this.renderRemove(row)];
  }

  private renderRole(row: DeviceRow, role: Role) {
    const chosen = this.chosen ?? role;
    return html`<section class="reading">
      <h2>Role</h2>
      <form autocomplete="off" @submit=${(event: Event) => this.changeRole(event, row, role, chosen)}>
        ${roleField(chosen, (next) => (this.chosen = next), `What ${row.personName} may do on this device`)}
        <div class="actions">
          <wa-button type="submit" appearance="outlined" ?disabled=${chosen === role} ?loading=${this.state.busy}
            >Change the role</wa-button
          >
        </div>
      </form>
    </section>`;
  }

  private renderRemove(row: DeviceRow) {
    if (row.here === 'this') {
      return html`<section class="reading">
        <h2>Remove</h2>
        <p class="quiet">
          A device can’t remove itself. Another administrator’s device can; or give this one another role.
        </p>
      </section>`;
    }
    return html`<section class="reading">
      <h2>Remove</h2>
      <p>
        ${
          row.role === 'keeper'
            ? 'For a computer that is given away or no longer needed. It is sent nothing afterwards.'
            : 'For a device that is lost or stolen, or whose person has left. What is written afterwards is closed to it.'
        }
      </p>
      <div class="row">
        <wa-button variant="danger" appearance="outlined" @click=${() => void this.removeDevice(row)}
          >Remove ${deviceInWords(row)}</wa-button
        >
      </div>
    </section>`;
  }

  private changeRole(event: Event, row: DeviceRow, before: Role, next: Role): void {
    // Whoever steps back can't undo it: that takes an administrator.
    const stepsBack = row.here === 'this';
    this.state.submit(
      event,
      () => ({}),
      async () => {
        if (stepsBack && !(await askToConfirm(stepBackQuestion(next)))) return;
        if (!(await this.setRole(row, next))) return;
        say(
          this,
          `${row.personName}: ${roleWords[next]}`,
          stepsBack ? undefined : () => void this.setRole(row, before),
        );
      },
    );
  }

  private async setRole(row: DeviceRow, role: Role): Promise<boolean> {
    const changed = await this.session.people.setRole(row.device, role);
    this.state.trouble = changed.ok ? undefined : peopleTrouble[changed.reason];
    this.chosen = undefined;
    return changed.ok;
  }

  private async removeDevice(row: DeviceRow): Promise<void> {
    const yes = await askToConfirm({
      heading: `Remove ${deviceInWords(row)}?`,
      consequences: removalConsequences(row, this.session.people.devices, this.session.charts),
      act: 'Remove for good',
      danger: true,
    });
    if (!yes) return;
    const removed = await this.session.people.remove(row.device);
    this.state.trouble = removed.ok ? undefined : peopleTrouble[removed.reason];
    if (removed.ok) say(this, `${deviceInWords(row)} is removed`);
  }
}

customElements.define('pc-device-page', DevicePage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-device-page': DevicePage;
  }
}
