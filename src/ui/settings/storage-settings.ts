/** `<pc-storage-settings .session>`: how safe the charts are on this computer: backup, lasting storage, space. */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Session } from '../../app/session.ts';
import '../shell/back-up.ts';
import '../shell/callout.ts';
import { bytesInWords, count, whenInWords } from '../shell/format.ts';
import { base } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';

export class StorageSettings extends LitElement {
  static override properties = { session: { attribute: false }, refused: { state: true } };
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-m);
      }
      h3 + p {
        margin-block-end: var(--wa-space-xs);
      }
    `,
  ];

  declare session: Session;
  declare private refused: boolean;

  constructor() {
    super();
    this.refused = false;
    new Watch(this, () => this.session);
  }

  override render() {
    const { chartsOnlyHere, lastBackup } = this.session.status;
    return html`<div>
        <h3>Backup</h3>
        <p>
          ${lastBackup === undefined ? 'No backup has been made here yet.' : `Last backup ${whenInWords(lastBackup, new Date())}.`}
          ${
            chartsOnlyHere === 0
              ? nothing
              : `${count(chartsOnlyHere, 'chart')} ${chartsOnlyHere === 1 ? 'exists' : 'exist'} only in this browser.`
          }
          One sealed file of the whole practice; the recovery phrase alone opens it, on any computer.
        </p>
        <pc-back-up .session=${this.session}></pc-back-up>
      </div>
      <div>
        <h3>Storage</h3>
        ${this.renderStorage()}
      </div>`;
  }

  private renderStorage() {
    const { persistent, usedBytes, quotaBytes, low } = this.session.status.storage;
    const used =
      usedBytes === undefined
        ? ''
        : `${bytesInWords(usedBytes)} used${quotaBytes === undefined ? '' : ` of ${bytesInWords(quotaBytes)} this browser allows`}.`;
    return html`<p>
        ${used}
        ${
          persistent === true
            ? 'This browser has promised to keep the charts until you delete them.'
            : 'This browser has not promised to keep the charts: it may clear them when the disk is full.'
        }
        Clearing this site’s data in the browser deletes them.
      </p>
      ${low ? html`<pc-callout tone="danger">Little space is left. Free some, and make a backup now.</pc-callout>` : nothing}
      ${
        persistent === true
          ? nothing
          : html`<wa-button size="s" appearance="outlined" @click=${() => void this.ask()}
              >Ask the browser to keep the charts</wa-button
            >`
      }
      ${
        this.refused
          ? html`<pc-callout tone="warning" role="status"
              >The browser refused. It decides by itself; bookmarking or installing this page and using it often helps.
              Keep a recent backup.</pc-callout
            >`
          : nothing
      }`;
  }

  private async ask(): Promise<void> {
    this.refused = !(await this.session.requestPersistentStorage());
  }
}

customElements.define('pc-storage-settings', StorageSettings);
declare global {
  interface HTMLElementTagNameMap {
    'pc-storage-settings': StorageSettings;
  }
}
