/**
 * `<pc-join-request .session .request>`: another machine used an invitation and waits. Its six digits are compared with those on its own
 * screen; only the person who saw both can say that nobody stands between. Raises nothing: what became of it is said aloud and the
 * list shows it.
 */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { JoinRequest } from '../../app/people/people-acts.ts';
import type { Session } from '../../app/session.ts';
import '../shell/callout.ts';
import { FormState } from '../shell/form-state.ts';
import { roleMay } from '../shell/roles.ts';
import { say } from '../shell/say.ts';
import '../shell/short-code.ts';
import { base, card } from '../shell/styles.ts';
import { roleWords } from '../shell/words.ts';
import { deviceInWords, peopleTrouble } from './words.ts';

export class JoinRequestCard extends LitElement {
  static override properties = { session: { attribute: false }, request: { attribute: false } };
  static override styles = [
    base,
    card,
    css`
      .card {
        display: grid;
        gap: var(--wa-space-m);
        margin-block-start: var(--wa-space-m);
        max-inline-size: 44rem;
        border-color: var(--pc-info-line);
      }
    `,
  ];

  declare session: Session;
  declare request: JoinRequest;
  private readonly state: FormState = new FormState(this);

  override firstUpdated(): void {
    this.renderRoot.querySelector('h2')?.focus();
  }

  override render() {
    const { role, shortCode } = this.request;
    const { busy, trouble } = this.state;
    return html`<form class="card" aria-live="polite" @submit=${(event: Event) => this.answer(event, true)}>
      <h2 tabindex="-1">
        ${deviceInWords(this.request)}
        ${role === 'keeper' ? 'answers as a keeper' : `asks to join as ${roleWords[role].toLowerCase()}`}
      </h2>
      <p>
        ${
          role === 'keeper'
            ? 'Does its window show these six digits?'
            : `${roleMay[role]} The name is what its person typed. Does the other screen show these six digits?`
        }
      </p>
      <pc-short-code .code=${shortCode}></pc-short-code>
      <pc-trouble .words=${trouble}></pc-trouble>
      <div class="row">
        <wa-button type="submit" variant="brand" ?loading=${busy}>The codes are the same – add</wa-button>
        <wa-button appearance="outlined" ?disabled=${busy} @click=${(event: Event) => this.answer(event, false)}
          >Not the same</wa-button
        >
      </div>
      <p class="quiet">
        Look at the other screen yourself or have it read out by somebody whose voice you know. Different digits mean
        that somebody ${role === 'keeper' ? 'put another computer in its place' : 'else used the invitation'}.
      </p>
    </form>`;
  }

  private answer(event: Event, accept: boolean): void {
    const { session, request, state } = this;
    state.submit(
      event,
      () => ({}),
      async () => {
        const answered = await session.people.answer(request.id, accept);
        if (!answered.ok) state.trouble = peopleTrouble[answered.reason];
        else if (accept) say(this, `${deviceInWords(request)} is a device of this practice now`);
        else if (request.role === 'keeper') say(this, 'Not added. The keeper shows a new text now.');
        else say(this, 'Not added. The invitation is spent; make a new one when you know who used it.');
      },
    );
  }
}

customElements.define('pc-join-request', JoinRequestCard);
declare global {
  interface HTMLElementTagNameMap {
    'pc-join-request': JoinRequestCard;
  }
}
