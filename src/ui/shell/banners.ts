/**
 * `<pc-banners .session>`: what must not be overlooked, above the page: charts that exist nowhere else, storage that the
 * browser may clear or that runs low, a new version that waits, a device that asks to join, charts still on their way, and that
 * this device was removed. Each with the act that mends it.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { People } from '../../app/people/people-acts.ts';
import type { Session } from '../../app/session.ts';
import { deviceInWords } from '../people/words.ts';
import './back-up.ts';
import './callout.ts';
import { bytesInWords, count, groupDigits, whenInWords } from './format.ts';
import './removed-banner.ts';
import { say } from './say.ts';
import { base } from './styles.ts';
import { Watch } from './watch.ts';

export class Banners extends LitElement {
  static override properties = {
    session: { attribute: false },
    updateReady: { attribute: false },
    brief: { type: Boolean, reflect: true },
    asksAlready: { type: Boolean },
    put: { state: true },
  };
  static override styles = [
    base,
    css`
      :host {
        display: grid;
      }
      pc-callout {
        border-block-end: 1px solid var(--wa-color-surface-border);
      }
      @media (max-width: 40rem) {
        :host([brief]) .can-wait {
          display: none;
        }
      }
      @media print {
        :host {
          display: none;
        }
      }
    `,
  ];

  declare session: Session | undefined;
  /** Set when a new version waits: applying it reloads the page, so only a person says when. */
  declare updateReady: (() => void) | undefined;
  /** On a phone, beside a chart: only what can't wait. */
  declare brief: boolean;
  /** The page below shows who asks to join. */
  declare asksAlready: boolean;
  /** Warnings the person put away until the next start. */
  declare private put: ReadonlySet<string>;

  constructor() {
    super();
    this.brief = false;
    this.asksAlready = false;
    this.put = new Set();
    new Watch(this, () => this.session);
  }

  override render() {
    if (this.session === undefined) return nothing;
    const { people } = this.session;
    if (people.standing === 'removed')
      return [this.renderUpdate(), html`<pc-removed-banner .session=${this.session}></pc-removed-banner>`];
    return [
      this.renderUpdate(),
      this.renderRequests(people),
      this.renderArriving(people),
      this.renderStorage(this.session),
      this.renderOnlyHere(this.session),
    ];
  }

  private renderUpdate() {
    const apply = this.updateReady;
    if (apply === undefined || this.put.has('update')) return nothing;
    return html`<pc-callout tone="info" role="status">
      A new version of Peerchart is ready. It starts when you say so; finish what you are typing first.
      <wa-button slot="action" size="s" variant="brand" @click=${apply}>Start the new version</wa-button>
      ${this.renderPutAway('update')}
    </pc-callout>`;
  }

  /** On the page that answers them there is a card for each. */
  private renderRequests({ requests }: People) {
    const [first] = requests;
    if (first === undefined || this.asksAlready) return nothing;
    return html`<pc-callout tone="info" icon="user" role="status">
      <strong>${deviceInWords(first)} asks to join the practice.</strong> It waits for you to compare six digits.
      <wa-button slot="action" size="s" variant="brand" href="#/people">Compare</wa-button>
    </pc-callout>`;
  }

  private renderArriving({ arriving }: People) {
    if (arriving === undefined) return nothing;
    return html`<pc-callout tone="info" icon="download" role="status">
      <strong>The charts are on their way:</strong> ${groupDigits(arriving.done)} of ${count(arriving.total, 'chart')}
      can be read here. Keep another device of the practice open until all are here.
    </pc-callout>`;
  }

  private renderStorage(session: Session) {
    const { low, persistent, usedBytes, quotaBytes } = session.status.storage;
    if (low) {
      const left =
        usedBytes === undefined || quotaBytes === undefined
          ? 'little space'
          : bytesInWords(Math.max(0, quotaBytes - usedBytes));
      return html`<pc-callout tone="danger" role="status">
        <strong>This browser has ${left} left for charts.</strong> Free space on this computer before you go on, and
        make a backup now.
        <pc-back-up slot="action" .session=${session}></pc-back-up>
      </pc-callout>`;
    }
    // With charts that exist nowhere else it is said in their banner.
    if (persistent !== false || session.status.chartsOnlyHere > 0 || this.put.has('persistent')) return nothing;
    return html`<pc-callout class="can-wait" tone="warning" role="status">
      This browser may clear its storage when the disk is full. Ask it to keep the charts, or keep a recent backup.
      <wa-button slot="action" size="s" appearance="outlined" @click=${() => void this.askToKeep(session)}
        >Ask to keep them</wa-button
      >
      ${this.renderPutAway('persistent')}
    </pc-callout>`;
  }

  private renderOnlyHere(session: Session) {
    const { chartsOnlyHere, lastBackup, storage } = session.status;
    const mayBeCleared = storage.persistent === false;
    if (chartsOnlyHere === 0 || this.put.has('only-here')) return nothing;
    const these = chartsOnlyHere === 1 ? 'One chart exists' : `${count(chartsOnlyHere, 'chart')} exist`;
    const them = chartsOnlyHere === 1 ? 'it' : 'them';
    const backup = lastBackup === undefined ? 'No backup yet.' : `Last backup ${whenInWords(lastBackup, new Date())}.`;
    return html`<pc-callout class="can-wait" tone="warning" icon="save">
      <strong>${these} only in this browser.</strong> ${backup}
      ${
        mayBeCleared
          ? html`The browser may clear ${them} when the disk is full.
              <wa-button slot="action" size="s" appearance="outlined" @click=${() => void this.askToKeep(session)}
                >Ask to keep ${them}</wa-button
              >`
          : nothing
      }
      <pc-back-up slot="action" .session=${session}></pc-back-up>
      ${this.renderPutAway('only-here')}
    </pc-callout>`;
  }

  private async askToKeep(session: Session): Promise<void> {
    const kept = await session.requestPersistentStorage();
    say(
      this,
      kept
        ? 'The browser will keep the charts.'
        : 'The browser did not agree. Make backups; some browsers agree once the page is bookmarked or installed.',
    );
  }

  private renderPutAway(which: string) {
    return html`<wa-button
      slot="action"
      size="s"
      appearance="plain"
      @click=${() => (this.put = new Set([...this.put, which]))}
      >Later</wa-button
    >`;
  }
}

customElements.define('pc-banners', Banners);
declare global {
  interface HTMLElementTagNameMap {
    'pc-banners': Banners;
  }
}
