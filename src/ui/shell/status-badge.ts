/**
 * `<pc-status .session=${session}>`: is my work saved, are peers connected. Always on screen: at the foot of the rail,
 * on a phone above the page. Changes are read out; what failed says what to do.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { Session } from '../../app/session.ts';
import { connectedNow, networkLine, savingLine } from './status-words.ts';
import { base } from './styles.ts';
import { Watch } from './watch.ts';
import { writeTrouble } from './words.ts';

export class StatusBadge extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    base,
    css`
      div {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-2xs) var(--wa-space-s);
        font-size: var(--wa-font-size-s);
      }
      span {
        display: inline-flex;
        align-items: center;
        gap: var(--wa-space-2xs);
      }
      .quiet {
        color: var(--wa-color-text-quiet);
      }
      .good wa-icon {
        color: var(--wa-color-success-on-quiet);
      }
      .look {
        color: var(--wa-color-warning-on-quiet);
      }
      .bad {
        color: var(--wa-color-danger-on-quiet);
        font-weight: var(--wa-font-weight-bold);
      }
      p {
        margin-block-start: var(--wa-space-2xs);
        font-size: var(--wa-font-size-s);
        color: var(--wa-color-danger-on-quiet);
      }
    `,
  ];

  declare session: Session | undefined;

  constructor() {
    super();
    new Watch(this, () => this.session);
  }

  override render() {
    const { session } = this;
    if (session === undefined) return nothing;
    const { status } = session;
    const reason = status.saving === 'failed' ? writeTrouble[status.savingFailure ?? 'storage'] : undefined;
    return html`<div role="status" aria-label="Saving and connection">
        ${[savingLine(status), networkLine(status.network, connectedNow(session))].map(
          (line) => html`<span class=${line.tone}><wa-icon name=${line.icon}></wa-icon>${line.text}</span>`,
        )}
      </div>
      ${reason === undefined ? nothing : html`<p role="alert">${reason.happened} ${reason.todo}</p>`}`;
  }
}

customElements.define('pc-status', StatusBadge);
declare global {
  interface HTMLElementTagNameMap {
    'pc-status': StatusBadge;
  }
}
