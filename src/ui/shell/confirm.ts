/**
 * `if (await askToConfirm({…}))`: stops a person before what cannot be undone and says in numbers what will happen.
 * The only modal of the product besides the keyboard list. Escape and the close button mean no; so do going elsewhere and locking: a
 * question about one page never stands over another, nor over the door.
 */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import { base } from './styles.ts';

export interface Question {
  readonly heading: string;
  /** What will happen, in numbers, one sentence a paragraph. */
  readonly consequences: readonly string[];
  /** The act, on its button: 'Stop sharing'. */
  readonly act: string;
  readonly keep?: string;
  readonly danger?: boolean;
}

export class ConfirmDialog extends LitElement {
  static override properties = { question: { attribute: false } };
  static override styles = [
    base,
    css`
      p + p {
        margin-block-start: var(--wa-space-xs);
      }
      wa-dialog {
        --width: 30rem;
      }
    `,
  ];

  declare question: Question | undefined;
  private answer: (yes: boolean) => void = () => undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.withdraw);
  }

  override disconnectedCallback(): void {
    removeEventListener('hashchange', this.withdraw);
    super.disconnectedCallback();
  }

  readonly withdraw = (): void => this.finish(false);

  ask(question: Question): Promise<boolean> {
    this.question = question;
    return new Promise((resolve) => (this.answer = resolve));
  }

  override render() {
    const question = this.question;
    if (question === undefined) return html``;
    return html`<wa-dialog open label=${question.heading} @wa-after-hide=${() => this.finish(false)}>
      ${question.consequences.map((sentence) => html`<p>${sentence}</p>`)}
      <wa-button slot="footer" appearance="outlined" autofocus @click=${() => this.finish(false)}
        >${question.keep ?? 'Cancel'}</wa-button
      >
      <wa-button
        slot="footer"
        variant=${question.danger === true ? 'danger' : 'brand'}
        @click=${() => this.finish(true)}
        >${question.act}</wa-button
      >
    </wa-dialog>`;
  }

  private finish(yes: boolean): void {
    this.answer(yes);
    this.remove();
  }
}

export async function askToConfirm(question: Question): Promise<boolean> {
  const before = deepestFocus();
  const dialog = document.createElement('pc-confirm');
  document.body.append(dialog);
  const yes = await dialog.ask(question);
  before?.focus();
  return yes;
}

/** The focus goes back where it was, also when that is inside an element's own tree. */
function deepestFocus(): HTMLElement | undefined {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused instanceof HTMLElement ? focused : undefined;
}

customElements.define('pc-confirm', ConfirmDialog);
declare global {
  interface HTMLElementTagNameMap {
    'pc-confirm': ConfirmDialog;
  }
}
