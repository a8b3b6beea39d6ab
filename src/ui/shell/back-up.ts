/**
 * `<pc-back-up .session=${session}>`: the button that makes the sealed backup file, with progress and cancel, and what
 * became of it. Used by the warning "exist only in this browser" and by Settings.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Session } from '../../app/session.ts';
import './callout.ts';
import './progress.ts';
import { base } from './styles.ts';
import { saveFile } from './save-file.ts';
import type { Trouble } from './words.ts';

const backUpTrouble: Readonly<Record<'storage', Trouble>> = {
  storage: {
    happened: 'The backup was not made: this browser could not read its storage.',
    safe: 'Your charts are unchanged.',
    todo: 'Try again. If it fails again, restart the browser and try once more.',
  },
};

export class BackUp extends LitElement {
  static override properties = {
    session: { attribute: false },
    primary: { type: Boolean },
    state: { state: true },
  };
  static override styles = [
    base,
    css`
      :host {
        display: inline-block;
      }
      pc-progress {
        min-inline-size: 18rem;
      }
    `,
  ];

  declare session: Session | undefined;
  declare primary: boolean;
  declare private state:
    | { readonly kind: 'idle' }
    | { readonly kind: 'running'; readonly done: number; readonly total: number; readonly stop: AbortController }
    | { readonly kind: 'done'; readonly fileName: string }
    | { readonly kind: 'failed' };

  constructor() {
    super();
    this.primary = false;
    this.state = { kind: 'idle' };
  }

  override render() {
    const state = this.state;
    if (state.kind === 'running') {
      return html`<pc-progress
        label="Backing up"
        unit="records"
        .done=${state.done}
        .total=${state.total}
        @pc-cancel=${() => state.stop.abort()}
      ></pc-progress>`;
    }
    return html`<wa-button
        size="s"
        variant=${this.primary ? 'brand' : 'neutral'}
        appearance=${this.primary ? 'accent' : 'outlined'}
        @click=${() => void this.run()}
        ><wa-icon slot="start" name="download"></wa-icon>Back up</wa-button
      >
      ${
        state.kind === 'done'
          ? html`<span role="status" class="quiet">Saved as ${state.fileName}. Keep it away from this computer.</span>`
          : nothing
      }
      ${state.kind === 'failed' ? html`<pc-trouble .words=${backUpTrouble.storage}></pc-trouble>` : nothing}`;
  }

  private async run(): Promise<void> {
    if (this.session === undefined) return;
    const stop = new AbortController();
    this.state = { kind: 'running', done: 0, total: 0, stop };
    const progress = (done: number, total: number): void => {
      this.state = { kind: 'running', done, total, stop };
    };
    const made = await this.session.backUp(progress, stop.signal);
    if (made.ok) {
      saveFile(made.value.fileName, made.value.file);
      this.state = { kind: 'done', fileName: made.value.fileName };
    } else {
      this.state = made.reason === 'cancelled' ? { kind: 'idle' } : { kind: 'failed' };
    }
  }
}

customElements.define('pc-back-up', BackUp);
declare global {
  interface HTMLElementTagNameMap {
    'pc-back-up': BackUp;
  }
}
