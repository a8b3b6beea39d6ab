/**
 * `<pc-accept-invitation .session .text>`: an invitation pasted, typed or followed: asks before connecting, waits with a way out,
 * says why it did not work, and goes to the new peer, whose safety phrase is compared there, when it did.
 */
import { LitElement, css, html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/textarea/textarea.js';
import type { InvitationFailure } from '../../app/peers/peer-acts.ts';
import type { Session } from '../../app/session.ts';
import '../shell/callout.ts';
import { typedValue } from '../shell/fields.ts';
import '../shell/progress.ts';
import { say } from '../shell/say.ts';
import { base, form } from '../shell/styles.ts';
import { finalFailures, invitationTrouble } from './words.ts';

export class AcceptInvitation extends LitElement {
  static override properties = {
    session: { attribute: false },
    text: { attribute: false },
    fromLink: { type: Boolean },
    connecting: { state: true },
    failure: { state: true },
  };
  static override styles = [
    base,
    form,
    css`
      :host {
        max-inline-size: var(--pc-reading-width);
      }
    `,
  ];

  declare session: Session;
  declare text: string;
  /** The text came by a followed link: no field to fill, only a question. */
  declare fromLink: boolean;
  declare private connecting: AbortController | undefined;
  declare private failure: InvitationFailure | undefined;

  constructor() {
    super();
    this.text = '';
    this.fromLink = false;
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('text')) this.failure = undefined;
  }

  /** Leaving the page gives up: nobody would see that it worked. */
  override disconnectedCallback(): void {
    this.connecting?.abort();
    super.disconnectedCallback();
  }

  override render() {
    // A pasted invitation can be replaced by another one; a followed link is what it is.
    const isFinal = this.fromLink && this.failure !== undefined && finalFailures.has(this.failure);
    return html`<form
      autocomplete="off"
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.accept();
      }}
    >
      ${
        this.fromLink
          ? html`<p>
              The practice that sent you this link wants to connect. Then each of you sees the other’s name and chooses
              what to share; nothing is shared by connecting.
            </p>`
          : html`<wa-textarea
              name="invitation"
              label="Link or short text of the invitation"
              rows="3"
              resize="auto"
              autocomplete="off"
              spellcheck="false"
              .value=${live(this.text)}
              .hint=${'As you got it; spaces and line breaks do not matter.'}
              @input=${(event: Event) => (this.text = typedValue(event))}
            ></wa-textarea>`
      }
      ${this.failure === undefined ? nothing : html`<pc-trouble .words=${invitationTrouble[this.failure]}></pc-trouble>`}
      ${
        this.connecting === undefined
          ? html`<div class="actions">
              ${isFinal ? nothing : html`<wa-button type="submit" variant="brand">Connect</wa-button>`}
              ${
                this.fromLink
                  ? html`<wa-button appearance="outlined" href="#/peers"
                      >${isFinal ? 'Go to peers' : 'Not now'}</wa-button
                    >`
                  : nothing
              }
            </div>`
          : html`<pc-progress
                label="Looking for the other practice"
                @pc-cancel=${() => this.connecting?.abort()}
              ></pc-progress>
              <p class="quiet">They need Peerchart open and unlocked. This can take half a minute.</p>`
      }
    </form>`;
  }

  private async accept(): Promise<void> {
    if (this.connecting !== undefined || this.text.trim() === '') return;
    this.failure = undefined;
    const stop = new AbortController();
    this.connecting = stop;
    const peer = await this.session.acceptInvitation(this.text, stop.signal);
    this.connecting = undefined;
    if (peer.ok) {
      this.text = '';
      say(this, `Connected with ${peer.value.name}`);
      // Replaces the address: an invitation that was followed should not stand in the browser's history.
      location.replace(`#/peers/${peer.value.id}`);
    } else {
      this.failure = peer.reason;
    }
  }
}

customElements.define('pc-accept-invitation', AcceptInvitation);
declare global {
  interface HTMLElementTagNameMap {
    'pc-accept-invitation': AcceptInvitation;
  }
}
