/**
 * `<pc-people-page .session>`: everybody who works in this practice, each with their devices: what they may do, when they were last
 * seen, who added them; removed ones below. Administrators add from here; all others are told whom to ask.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { DeviceRow, People } from '../../app/people/people-acts.ts';
import type { Session } from '../../app/session.ts';
import { connectionWords } from '../peers/words.ts';
import '../shell/badge.ts';
import '../shell/callout.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import { count, dateInWords } from '../shell/format.ts';
import { Keys } from '../shell/keyboard.ts';
import '../shell/page-header.ts';
import { allRoles, roleMay } from '../shell/roles.ts';
import { base, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { roleWords } from '../shell/words.ts';
import './join-request.ts';
import { addedWords, administrators, deviceSeenWords, roleInWords, whoMayChange } from './words.ts';

export class PeoplePage extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    base,
    page,
    css`
      section {
        margin-block-start: var(--wa-space-l);
      }
      h2 {
        margin-block-end: var(--wa-space-xs);
      }
      .who-may {
        margin-block-start: var(--wa-space-xs);
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: var(--wa-space-2xs) var(--wa-space-m);
      }
      dt {
        font-weight: var(--wa-font-weight-bold);
      }
      @media (max-width: 40rem) {
        dl {
          grid-template-columns: 1fr;
        }
        dd {
          margin-block-end: var(--wa-space-xs);
        }
      }
    `,
  ];

  declare session: Session;

  constructor() {
    super();
    new Watch(this, () => this.session);
    new Keys(this, [{ keys: 'n', label: 'Add a device', run: () => this.addDevice() }]);
  }

  override render() {
    const { people } = this.session;
    const active = people.devices.filter(({ status }) => status === 'active');
    const removed = people.devices.filter(({ status }) => status === 'removed');
    const added = addedOf(people.devices);
    const names = new Set(active.flatMap(({ personName }) => (personName === '' ? [] : [personName])));
    return html`<pc-page-header heading="People and devices">
        ${count(names.size, 'person', 'people')} on ${count(active.length, 'device')}
        ${people.mayManage ? this.renderActions() : nothing}
      </pc-page-header>
      ${people.standing === 'removed' ? this.renderRemoved(people) : nothing}
      ${people.requests.map(
        (request) => html`<pc-join-request .session=${this.session} .request=${request}></pc-join-request>`,
      )}
      <section>
        ${this.renderTable('People and devices', active, [person, device, role, connection, seen, added])}
      </section>
      ${people.mayManage || people.standing === 'removed' ? nothing : html`<p class="quiet who-may">${whoMayChange(people)}</p>`}
      ${active.length === 1 ? this.renderAlone(people) : nothing}
      ${
        removed.length === 0
          ? nothing
          : html`<section>
              <h2>Removed</h2>
              ${this.renderTable('Removed devices', removed, [person, device, role, removedAt, added])}
            </section>`
      }
      <section>
        <h2>What each role may do</h2>
        <dl>
          ${allRoles.map(
            (role) =>
              html`<dt>${roleWords[role]}</dt>
                <dd>${roleMay[role]}</dd>`,
          )}
        </dl>
      </section>`;
  }

  /** Nobody here did wrong, so it is said calmly: what stays, and the two things one may want. */
  private renderRemoved({ devices }: People) {
    const admins = administrators(devices);
    return html`<section class="reading stack">
      <h2>This device was removed</h2>
      <p>
        What you wrote stays in the record, signed by you, as far as it had reached the practice before. Everything this
        device had received can still be read here.
      </p>
      <p>
        <strong>If that was meant,</strong> nothing is left to do. To leave nothing on this computer, clear this site’s
        data in the browser’s settings; whoever else signs in here loses theirs with it.
      </p>
      <p>
        <strong>If it was a mistake,</strong> ask ${admins === '' ? 'an administrator' : admins} for a new invitation,
        and join with it in another browser profile: a device that was removed stays removed.
      </p>
    </section>`;
  }

  private renderActions() {
    return html`<wa-button slot="actions" appearance="outlined" href="#/people/add-keeper"
        ><wa-icon slot="start" name="plus"></wa-icon>Add a keeper</wa-button
      ><wa-button slot="actions" appearance="outlined" href="#/people/add-person"
        ><wa-icon slot="start" name="user"></wa-icon>Add a person here</wa-button
      ><wa-button slot="actions" variant="brand" href="#/people/add-device"
        ><wa-icon slot="start" name="plus"></wa-icon>Add a device</wa-button
      >`;
  }

  private renderTable(caption: string, rows: readonly DeviceRow[], shown: readonly Column<DeviceRow>[]) {
    return html`<pc-data-table
      caption=${caption}
      opens
      .columns=${shown}
      .rows=${rows}
      .keyOf=${(row: DeviceRow) => row.device}
      @pc-open=${(event: CustomEvent<{ key: string }>) => (location.hash = `#/people/${event.detail.key}`)}
    ></pc-data-table>`;
  }

  private renderAlone({ mayManage }: People) {
    return html`<section class="reading">
      <pc-callout tone="info"
        ><strong>Everything hangs on this one computer.</strong> A second device of the practice holds every chart too,
        and each colleague who signs in for themselves has their own name in the record.
        ${mayManage ? 'Add either with the buttons above.' : nothing}</pc-callout
      >
    </section>`;
  }

  private addDevice(): void {
    if (this.session.people.mayManage) location.hash = '#/people/add-device';
  }
}

const hereWords = { this: 'This device', 'same-browser': 'In this browser' } as const;

const deviceCell = (row: DeviceRow) =>
  html`${row.deviceName}
  ${row.here === undefined ? nothing : html`<pc-badge tone="info">${hereWords[row.here]}</pc-badge>`}`;

const connectionCell = (row: DeviceRow) => {
  if (row.here === 'this') return html`<span class="quiet">you work on it</span>`;
  if (row.here === 'same-browser') return html`<span class="quiet">locked while you work</span>`;
  const { tone, icon, text } = connectionWords(row);
  return html`<pc-badge tone=${tone} icon=${icon}>${text}</pc-badge>`;
};

const personCell = (row: DeviceRow) =>
  row.personName === '' ? html`<span class="quiet">nobody works at it</span>` : row.personName;
const person: Column<DeviceRow> = { label: 'Person', cell: personCell };
const device: Column<DeviceRow> = { label: 'Device', cell: deviceCell };
const role: Column<DeviceRow> = { label: 'Role', tight: true, cell: (row) => roleInWords(row.role) };

const seen: Column<DeviceRow> = { label: 'Last seen', tight: true, cell: (row) => deviceSeenWords(row, new Date()) };
const removedAt: Column<DeviceRow> = { label: 'Removed', tight: true, cell: (row) => dateInWords(row.removedAt) };
const connection: Column<DeviceRow> = { label: 'Connection', tight: true, cell: connectionCell };
const addedOf = (devices: readonly DeviceRow[]): Column<DeviceRow> => ({
  label: 'Added',
  wideOnly: true,
  cell: (row) => addedWords(row, devices),
});

customElements.define('pc-people-page', PeoplePage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-people-page': PeoplePage;
  }
}
