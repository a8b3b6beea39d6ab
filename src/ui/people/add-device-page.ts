/**
 * `<pc-add-device-page .session>`: another computer or telephone becomes a device of this practice: its role, then an invitation to open
 * there, then the same six digits on both screens. Everything happens on this one page, so that nobody loses their place.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { DeviceRow } from '../../app/people/people-acts.ts';
import type { Role, Session } from '../../app/session.ts';
import '../peers/invitation-card.ts';
import { FormState } from '../shell/form-state.ts';
import '../shell/progress.ts';
import { base, form, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { roleWords } from '../shell/words.ts';
import './newcomer-page.ts';
import { roleField } from './role-field.ts';
import { deviceInWords, peopleTrouble } from './words.ts';

export class AddDevicePage extends LitElement {
  static override properties = { session: { attribute: false }, roleToGive: { state: true } };
  static override styles = [
    base,
    page,
    form,
    css`
      section {
        display: grid;
        gap: var(--wa-space-m);
        margin-block-start: var(--wa-space-l);
        max-inline-size: 56rem;
      }
      .choice {
        display: block;
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-s);
      }
    `,
  ];

  declare session: Session;
  declare private roleToGive: Role;
  private readonly state: FormState = new FormState(this);

  constructor() {
    super();
    this.roleToGive = 'clinician';
    new Watch(this, () => this.session);
  }

  override render() {
    return html`<pc-newcomer-page
      heading="Add a device"
      .session=${this.session}
      .isOne=${(row: DeviceRow) => row.here === undefined}
      .welcome=${(row: DeviceRow) => [
        `${deviceInWords(row)} is a device of this practice now.`,
        'Keep Peerchart open here and there until it has all charts.',
      ]}
    >
      <span slot="intro"
        >Another computer or telephone of this practice, for you or for a colleague. It will hold all charts.</span
      >
      ${this.renderInvitations()}
    </pc-newcomer-page>`;
  }

  private renderInvitations() {
    const waiting = this.session.invitations.filter(({ kind, state }) => kind === 'device' && state === 'waiting');
    if (waiting.length === 0) return this.renderForm();
    return html`<section>
      ${waiting.map(
        (invitation) =>
          html`<h2>
              ${invitation.role === undefined ? 'For a device' : `For a device with the role ${roleWords[invitation.role].toLowerCase()}`}
            </h2>
            <pc-invitation .session=${this.session} .invitation=${invitation}></pc-invitation>`,
      )}
      ${
        this.session.people.requests.length > 0
          ? nothing
          : html`<pc-progress label="Waiting for the other device" cannotCancel></pc-progress>`
      }
      <p class="quiet">
        This page can be left: a device that asks is announced on every page, as long as Peerchart is open here.
      </p>
    </section>`;
  }

  private renderForm() {
    const { state } = this;
    return html`<section class="reading">
      <form autocomplete="off" @submit=${(event: Event) => this.invite(event)}>
        ${roleField(this.roleToGive, (role) => (this.roleToGive = role), 'What may its person do?')}
        <pc-trouble .words=${state.trouble}></pc-trouble>
        <div class="actions">
          <wa-button type="submit" variant="brand" ?loading=${state.busy}>Make an invitation</wa-button>
        </div>
      </form>
    </section>`;
  }

  private invite(event: Event): void {
    this.state.submit(
      event,
      () => ({}),
      async () => {
        const made = await this.session.people.inviteDevice(this.roleToGive);
        if (!made.ok) this.state.trouble = peopleTrouble[made.reason];
      },
    );
  }
}

customElements.define('pc-add-device-page', AddDevicePage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-add-device-page': AddDevicePage;
  }
}
