/**
 * `<pc-invitation .session .invitation>`: one pending invitation in its three forms (QR code, link, short text) and how to
 * withdraw it. Whoever has it first may use it, so it says to whom it may be shown.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PendingInvitation } from '../../app/peers/peer-acts.ts';
import type { Session } from '../../app/session.ts';
import { timeInWords } from '../shell/format.ts';
import { say } from '../shell/say.ts';
import { base, card } from '../shell/styles.ts';
import './qr-code.ts';

type Kind = PendingInvitation['kind'];

const howToScan: Readonly<Record<Kind, string>> = {
  practice: 'To be photographed by someone beside you.',
  device: 'Point the new device’s camera at it: it opens Peerchart there.',
};

const howToUse: Readonly<Record<Kind, string>> = {
  practice:
    'Send it only to the practice you mean: whoever opens it first is connected. The short text works when both use the same relay. Both must have Peerchart open when it is accepted.',
  device:
    'Open the link on the new device, or choose “Join a practice” there and type the short text. Nobody is let in by it alone: both screens show six digits, and you compare them here. The short text works when both use the same relay.',
};

export class InvitationCard extends LitElement {
  static override properties = { session: { attribute: false }, invitation: { attribute: false } };
  static override styles = [
    base,
    card,
    css`
      .card {
        display: grid;
        grid-template-columns: minmax(0, 14rem) minmax(0, 1fr);
        gap: var(--wa-space-m);
      }
      .texts {
        display: grid;
        align-content: start;
        gap: var(--wa-space-m);
      }
      .copied {
        display: grid;
        justify-items: start;
        gap: var(--wa-space-2xs);
      }
      pc-qr-code {
        margin-block-end: var(--wa-space-xs);
      }
      code {
        display: block;
        inline-size: 100%;
        padding: var(--wa-space-xs);
        background: var(--wa-color-surface-lowered);
        border-radius: var(--wa-border-radius-m);
        font-size: var(--wa-font-size-s);
        overflow-wrap: anywhere;
        user-select: all;
      }
      .link {
        max-block-size: calc(3lh + var(--wa-space-xs));
        padding-block-end: 0;
        overflow: auto;
      }
      @media (max-width: 40rem) {
        .card {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  declare session: Session;
  declare invitation: PendingInvitation;

  override render() {
    const { kind, link, shortText, expires, state } = this.invitation;
    if (state !== 'waiting') return nothing;
    return html`<div class="card">
      <div>
        <pc-qr-code .text=${link} label="The invitation’s link as a QR code"></pc-qr-code>
        <p class="quiet">${howToScan[kind]}</p>
      </div>
      <div class="texts">
        ${this.renderCopied('Link, to send', link, 'link')}
        ${this.renderCopied('Short text, to read out', shortText, 'short')}
        <p class="quiet">Works once, until ${timeInWords(expires)}. ${howToUse[kind]}</p>
        <div class="row">
          <wa-button size="s" appearance="outlined" @click=${() => void this.withdraw()}
            >Withdraw the invitation</wa-button
          >
        </div>
      </div>
    </div>`;
  }

  private renderCopied(label: string, text: string, kind: string) {
    return html`<div class="copied">
      <strong id=${kind}>${label}</strong>
      <code class=${kind} tabindex="0" role="textbox" aria-readonly="true" aria-labelledby=${kind}>${text}</code>
      <wa-button size="s" appearance="outlined" @click=${() => void this.copy(text)}
        ><wa-icon slot="start" name="copy"></wa-icon>Copy</wa-button
      >
    </div>`;
  }

  private async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      say(this, 'Copied');
    } catch {
      say(this, 'The browser did not allow copying. Select the text and copy it by hand.');
    }
  }

  private async withdraw(): Promise<void> {
    await this.session.withdrawInvitation(this.invitation.id);
    say(this, 'Invitation withdrawn');
  }
}

customElements.define('pc-invitation', InvitationCard);
declare global {
  interface HTMLElementTagNameMap {
    'pc-invitation': InvitationCard;
  }
}
