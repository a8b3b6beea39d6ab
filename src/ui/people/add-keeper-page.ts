/**
 * `<pc-add-keeper-page .session>`: an always-on computer becomes a keeper of this practice: what it is and what it sees, then the text it
 * shows, then the same six digits here and there.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { DeviceRow } from '../../app/people/people-acts.ts';
import type { Session } from '../../app/session.ts';
import { FormState } from '../shell/form-state.ts';
import { base, form, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { addKeeperTrouble, keepersSee, whatKeepersDo } from './keeper-words.ts';
import './newcomer-page.ts';
import { deviceInWords } from './words.ts';

export class AddKeeperPage extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    base,
    page,
    form,
    css`
      section {
        display: grid;
        gap: var(--wa-space-s);
        margin-block-start: var(--wa-space-l);
      }
      code {
        display: block;
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare session: Session;
  private readonly state: FormState = new FormState(this);
  private stop = new AbortController();

  constructor() {
    super();
    new Watch(this, () => this.session);
  }

  /** Leaving the page gives up: nobody would see the code. */
  override disconnectedCallback(): void {
    this.stop.abort();
    super.disconnectedCallback();
  }

  override render() {
    return html`<pc-newcomer-page
      heading="Add a keeper"
      .session=${this.session}
      .isOne=${(row: DeviceRow) => row.role === 'keeper'}
      .welcome=${(row: DeviceRow) => [
        `${deviceInWords(row)} keeps sealed copies for this practice now.`,
        'Keep Peerchart open here until it has all charts. Practices you share with find it the next time you are connected with them.',
      ]}
    >
      <span slot="intro">${whatKeepersDo}</span>
      ${this.session.people.requests.length > 0 ? nothing : this.renderForm()}
    </pc-newcomer-page>`;
  }

  private renderForm() {
    const { state } = this;
    return html`<section class="reading">
        <h2>What it sees</h2>
        <p>${keepersSee.never}</p>
        <p>${keepersSee.does}</p>
        <p>${keepersSee.trusted}</p>
      </section>
      <section class="reading">
        <h2>How to add one</h2>
        <p>On the computer that is to keep copies, in a folder of Peerchart, start it:</p>
        <code>npm run keeper</code>
        <p>It shows a text that begins with PCK1-. Bring it here.</p>
        <form autocomplete="off" @submit=${(event: Event) => this.call(event)}>
          ${state.area('text', 'Text that the keeper shows', { rows: 4, verbatim: true })}
          <pc-trouble .words=${state.trouble}></pc-trouble>
          <div class="actions">
            <wa-button type="submit" variant="brand" ?loading=${state.busy}>Call the keeper</wa-button>
          </div>
        </form>
      </section>`;
  }

  private call(event: Event): void {
    const { state } = this;
    state.submit(
      event,
      () => state.missing({ text: 'Paste the text that the keeper shows.' }),
      async () => {
        this.stop = new AbortController();
        const called = await this.session.people.addKeeper(state.text('text'), this.stop.signal);
        state.trouble = called.ok ? undefined : addKeeperTrouble[called.reason];
        if (called.ok) state.clear();
      },
    );
  }
}

customElements.define('pc-add-keeper-page', AddKeeperPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-add-keeper-page': AddKeeperPage;
  }
}
