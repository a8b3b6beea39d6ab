/**
 * `<pc-safety-phrase .session .peer>`: the phrase that both practices see, to be compared aloud: the only proof that nobody stands
 * between them. The person says whether it is the same; a different one is an attack, and is said to be.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Peer } from '../../app/peers/peer-acts.ts';
import type { Session } from '../../app/session.ts';
import { whoMayChange } from '../people/words.ts';
import '../shell/callout.ts';
import { say } from '../shell/say.ts';
import { base } from '../shell/styles.ts';

export class SafetyPhrase extends LitElement {
  static override properties = {
    session: { attribute: false },
    peer: { attribute: false },
    differs: { state: true },
  };
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-s);
      }
      .phrase {
        display: grid;
        gap: var(--wa-space-2xs);
        padding: var(--wa-space-s) var(--wa-space-m);
        background: var(--wa-color-surface-default);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        font-size: var(--wa-font-size-2xl);
        line-height: 1.35;
        font-weight: var(--wa-font-weight-bold);
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare session: Session;
  declare peer: Peer;
  declare private differs: boolean;

  constructor() {
    super();
    this.differs = false;
  }

  override render() {
    const { peer } = this;
    return html`<p class="phrase" translate="no" aria-label="Safety phrase">
        ${peer.safetyPhrase.split(' · ').map((part) => html`<span>${part}</span>`)}
      </p>
      ${
        peer.safetyPhraseConfirmed
          ? html`<pc-callout tone="success" icon="shield">You compared it with ${peer.name}.</pc-callout>`
          : html`<p>
                Call ${peer.name} and read this aloud: they see the same words. If they do, nobody stands between you.
              </p>
              ${this.renderAnswers()}`
      }
      ${
        this.differs && !peer.safetyPhraseConfirmed
          ? html`<pc-callout tone="danger" role="alert"
              ><strong>Then this is not ${peer.name}.</strong> Someone may have changed the invitation on its way. Share
              nothing with this peer, stop sharing if you have begun, and give the other practice a new invitation by
              another way.</pc-callout
            >`
          : nothing
      }`;
  }

  private renderAnswers() {
    const { people } = this.session;
    if (!people.mayManage) return html`<p class="quiet">${whoMayChange(people, 'say that they are the same')}</p>`;
    return html`<div class="row">
      <wa-button variant="brand" @click=${() => void this.confirm()}>We see the same words</wa-button>
      <wa-button appearance="outlined" @click=${() => (this.differs = true)}>They are different</wa-button>
    </div>`;
  }

  private async confirm(): Promise<void> {
    this.differs = false;
    await this.session.confirmSafetyPhrase(this.peer.id);
    say(this, `Compared with ${this.peer.name}`);
  }
}

customElements.define('pc-safety-phrase', SafetyPhrase);
declare global {
  interface HTMLElementTagNameMap {
    'pc-safety-phrase': SafetyPhrase;
  }
}
