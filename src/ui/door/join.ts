/**
 * `<pc-join .door .invitation>`: this browser becomes a device of a practice that is kept elsewhere. The invitation is pasted, or came
 * with the address; then both screens show the same six digits, and the other side answers. Nothing is stored here before that, so
 * leaving leaves nothing behind. Fires `pc-opened`, or `pc-back`.
 */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { initialsOf, longestSignInName } from '../../base/sign-in-name.ts';
import type { JoinInput, PeopleDoor } from '../../app/people/people-acts.ts';
import type { Role } from '../../app/session.ts';
import '../shell/callout.ts';
import { FormState, type Texts } from '../shell/form-state.ts';
import '../shell/progress.ts';
import { roleMay } from '../shell/roles.ts';
import '../shell/short-code.ts';
import { base, form } from '../shell/styles.ts';
import { roleWords } from '../shell/words.ts';
import { suggestDeviceName } from './device-name.ts';
import { joinTrouble } from './join-words.ts';
import { newPassphraseFields, wrongNewPassphrase } from './new-passphrase.ts';
import { back, opened } from './opened.ts';
import { invitationField, nameFields, nameFieldsStyle, whoIsAsked, whoJoins } from './who-joins.ts';

type Stage =
  | { readonly kind: 'asking' }
  | { readonly kind: 'looking' }
  | { readonly kind: 'comparing'; readonly code: string; readonly role: Role }
  | { readonly kind: 'fetching'; readonly done: number; readonly total: number };

export class Join extends LitElement {
  static override properties = {
    door: { attribute: false },
    invitation: { attribute: false },
    stage: { state: true },
  };
  static override styles = [
    base,
    form,
    nameFieldsStyle,
    css`
      h2:focus {
        outline: none;
      }
    `,
  ];

  declare door: Pick<PeopleDoor, 'join'>;
  /** From a followed link; empty: to be pasted. */
  declare invitation: string;
  declare private stage: Stage;
  private readonly state: FormState = new FormState(this, { deviceName: suggestDeviceName(navigator.userAgent) });
  private stop: AbortController | undefined;

  constructor() {
    super();
    this.invitation = '';
    this.stage = { kind: 'asking' };
  }

  /** Leaving gives up: nobody would see the digits. */
  override disconnectedCallback(): void {
    this.stop?.abort();
    super.disconnectedCallback();
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('stage') && changed.get('stage') !== undefined && this.stage.kind === 'comparing') {
      this.renderRoot.querySelector('h2')?.focus();
    }
  }

  override render() {
    switch (this.stage.kind) {
      case 'asking':
        return this.renderForm();
      case 'looking':
        return html`<pc-progress label="Looking for the practice" @pc-cancel=${() => this.stop?.abort()}></pc-progress>
          <p class="quiet">
            The computer that made the invitation needs Peerchart open and unlocked. This can take half a minute.
          </p>`;
      case 'comparing':
        return this.renderComparing(this.stage.code, this.stage.role);
      case 'fetching':
        return html`<pc-progress
          label="You are in. Fetching the charts"
          unit="charts"
          cannotCancel
          .done=${this.stage.done}
          .total=${this.stage.total}
        ></pc-progress>`;
    }
  }

  private renderForm() {
    const { state } = this;
    return html`<form autocomplete="off" @submit=${(event: Event) => this.submit(event)}>
      ${invitationField(
        state,
        this.invitation,
        'Link or short text of the invitation',
        'An administrator of the practice makes it under “People and devices”.',
      )}
      ${nameFields(state)}
      ${newPassphraseFields(state, { known: [state.text('personName')], label: 'Your passphrase on this computer' })}
      ${state.field('signInName', 'Name on the locked page', {
        value: this.signInName,
        hint: 'If others use this browser too, you choose yourself by it. It is not sealed: initials are enough.',
      })}
      <pc-trouble .words=${state.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" variant="brand" ?loading=${state.busy}>Ask to join</wa-button>
        <wa-button appearance="outlined" @click=${() => back(this)}>Back</wa-button>
      </div>
    </form>`;
  }

  private renderComparing(code: string, role: Role) {
    return html`<div class="stack">
      <h2 tabindex="-1">Compare these six digits with the other screen</h2>
      <pc-short-code .code=${code}></pc-short-code>
      <p>
        The administrator who invited you sees six digits too. If they are the same, they choose “The codes are the
        same” there, and you are in. There is nothing to press here.
      </p>
      <p class="quiet">Your role will be ${roleWords[role]}. ${roleMay[role]}</p>
      <pc-progress label="Waiting for the other screen" cannotCancel></pc-progress>
      <div class="row">
        <wa-button appearance="outlined" @click=${() => this.stop?.abort()}>The digits are different: stop</wa-button>
      </div>
    </div>`;
  }

  /** Follows the name until the person types one of their own. */
  private get signInName(): string {
    const typed = this.state.typed['signInName'];
    return typed ?? initialsOf(this.state.text('personName'));
  }

  private findWrong(): Texts {
    const { state } = this;
    return {
      ...state.missing(whoIsAsked(this.invitation)),
      ...wrongNewPassphrase(state.typed, [state.text('personName')]),
      ...(this.signInName.trim() === ''
        ? { signInName: 'Type what the locked page should show: initials will do.' }
        : {}),
    };
  }

  private submit(event: Event): void {
    const { state } = this;
    state.submit(
      event,
      () => this.findWrong(),
      () =>
        this.join({
          ...whoJoins(state, this.invitation),
          signInName: this.signInName.trim().slice(0, longestSignInName),
        }),
    );
  }

  private async join(input: JoinInput): Promise<void> {
    this.stop = new AbortController();
    this.stage = { kind: 'looking' };
    const told = {
      code: (code: string, { role }: { readonly role: Role }) => (this.stage = { kind: 'comparing', code, role }),
      progress: (done: number, total: number) => (this.stage = { kind: 'fetching', done, total }),
    };
    const session = await this.door.join(input, told, this.stop.signal);
    this.stop = undefined;
    if (session.ok) {
      this.state.clear();
      opened(this, session.value);
    } else {
      this.stage = { kind: 'asking' };
      this.state.trouble = joinTrouble[session.reason];
    }
  }
}

customElements.define('pc-join', Join);
declare global {
  interface HTMLElementTagNameMap {
    'pc-join': Join;
  }
}
