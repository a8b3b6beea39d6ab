/**
 * `<pc-recovery-sheet .phrase .practiceName>`: the 24 words, numbered, to be written down: shown once, printed or copied. On
 * paper it is the sheet alone. Keeps nothing once it leaves the page.
 */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '../shell/callout.ts';
import { say } from '../shell/say.ts';
import { base } from '../shell/styles.ts';

export class RecoverySheet extends LitElement {
  static override properties = {
    phrase: { attribute: false },
    practiceName: { attribute: false },
    copied: { state: true },
  };
  static override styles = [
    base,
    css`
      ol {
        display: grid;
        grid-template-columns: repeat(4, 1fr);
        grid-template-rows: repeat(6, auto);
        grid-auto-flow: column;
        background: var(--wa-color-surface-default);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        padding: var(--wa-space-xs) 0;
      }
      li {
        display: flex;
        gap: var(--wa-space-xs);
        padding: var(--wa-space-2xs) var(--wa-space-s);
        font-size: var(--wa-font-size-l);
      }
      .place {
        flex: 0 0 1.5rem;
        text-align: end;
        color: var(--wa-color-text-quiet);
      }
      .acts {
        margin-block-start: var(--wa-space-xs);
      }
      @media (max-width: 40rem) {
        ol {
          grid-template-columns: repeat(2, 1fr);
          grid-template-rows: repeat(12, auto);
        }
      }
      @media print {
        h2 {
          margin-block-end: 1rem;
        }
        p {
          margin-block: 1rem;
        }
      }
    `,
  ];

  declare phrase: string;
  declare practiceName: string;
  declare private copied: boolean;

  constructor() {
    super();
    this.phrase = '';
    this.practiceName = '';
    this.copied = false;
  }

  override render() {
    return html`<h2 class="only-print">Peerchart recovery phrase: ${this.practiceName}</h2>
      <ol translate="no">
        ${this.phrase
          .split(' ')
          .map(
            (word, index) =>
              html`<li><span class="place" aria-hidden="true">${index + 1}</span><strong>${word}</strong></li>`,
          )}
      </ol>
      <p class="only-print">
        Opens every chart of this practice, and its backups. Keep it where only you find it, away from the computer.
      </p>
      <div class="row acts no-print">
        <wa-button appearance="outlined" @click=${() => print()}
          ><wa-icon slot="start" name="print"></wa-icon>Print</wa-button
        >
        <wa-button appearance="outlined" @click=${() => void this.copy()}
          ><wa-icon slot="start" name="copy"></wa-icon>Copy</wa-button
        >
        <span class="quiet" role="status"
          >${this.copied ? 'Copied. Other programs can read what is copied: copy something else soon.' : ''}</span
        >
      </div>`;
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.phrase);
      this.copied = true;
    } catch {
      say(this, 'The browser did not allow copying. Write the words down.');
    }
  }
}

customElements.define('pc-recovery-sheet', RecoverySheet);
declare global {
  interface HTMLElementTagNameMap {
    'pc-recovery-sheet': RecoverySheet;
  }
}
