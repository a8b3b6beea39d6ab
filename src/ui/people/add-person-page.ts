/**
 * `<pc-add-person-page .session>`: one more person at this computer, with a passphrase and a name in the record of their own. They type
 * the passphrase themselves, here, so that nobody ever knows another's.
 */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { initialsOf, longestSignInName } from '../../base/sign-in-name.ts';
import type { Role, Session } from '../../app/session.ts';
import { newPassphraseFields, wrongNewPassphrase } from '../door/new-passphrase.ts';
import '../shell/callout.ts';
import { FormState, type Texts } from '../shell/form-state.ts';
import '../shell/page-header.ts';
import '../shell/progress.ts';
import { base, form, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { roleField } from './role-field.ts';
import { peopleTrouble, whoMayChange } from './words.ts';

export class AddPersonPage extends LitElement {
  static override properties = {
    session: { attribute: false },
    roleToGive: { state: true },
    progress: { state: true },
    added: { state: true },
  };
  static override styles = [
    base,
    page,
    form,
    css`
      form {
        max-inline-size: var(--pc-reading-width);
      }
      .choice {
        display: block;
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-s);
      }
      @media (max-width: 40rem) {
        .pair {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  declare session: Session;
  declare private roleToGive: Role;
  declare private progress: { readonly done: number; readonly total: number } | undefined;
  /** Who was added last, by the name on the locked page. */
  declare private added: { readonly personName: string; readonly signInName: string } | undefined;
  private readonly state: FormState = new FormState(this);

  constructor() {
    super();
    this.roleToGive = 'nurse';
    new Watch(this, () => this.session);
  }

  override render() {
    const header = html`<pc-page-header heading="Add a person here">
      One more person at this computer, who signs in for themselves: own passphrase, own name in the record.
      <a slot="back" href="#/people">People and devices</a>
    </pc-page-header>`;
    const { people } = this.session;
    if (!people.mayManage)
      return html`${header}
        <p>${whoMayChange(people)}</p>`;
    return html`${header} ${this.added === undefined ? this.renderForm() : this.renderAdded(this.added)}`;
  }

  private renderForm() {
    const { state, progress } = this;
    return html`<form autocomplete="off" @submit=${(event: Event) => this.submit(event)}>
      <div class="pair">
        ${state.field('personName', 'Their name', { hint: 'Written under everything they record.' })}
        ${state.field('signInName', 'Name on the locked page', {
          value: this.signInName,
          hint: 'They choose themselves by it. It is not sealed: initials are enough.',
        })}
      </div>
      ${roleField(this.roleToGive, (role) => (this.roleToGive = role))}
      <pc-callout tone="info" icon="key"
        >Now let them type a passphrase of their own. Nobody else needs to know it.</pc-callout
      >
      ${newPassphraseFields(state, { known: this.knownNames, label: 'Their passphrase' })}
      <pc-trouble .words=${state.trouble}></pc-trouble>
      ${
        progress === undefined
          ? html`<div class="actions">
              <wa-button type="submit" variant="brand" ?loading=${state.busy}>Add this person</wa-button>
            </div>`
          : html`<pc-progress
              label="Handing over the charts"
              unit="charts"
              cannotCancel
              .done=${progress.done}
              .total=${progress.total}
            ></pc-progress>`
      }
    </form>`;
  }

  private renderAdded({ personName, signInName }: { readonly personName: string; readonly signInName: string }) {
    return html`<pc-callout tone="success" role="status">
        <strong>${personName} can work here now,</strong> as “${signInName}” on the locked page.
      </pc-callout>
      <div class="row">
        <wa-button variant="brand" @click=${() => this.switchPerson()}>Switch person now</wa-button>
        <wa-button appearance="outlined" @click=${() => (this.added = undefined)}>Add another</wa-button>
      </div>`;
  }

  private get signInName(): string {
    return this.state.typed['signInName'] ?? initialsOf(this.state.text('personName'));
  }

  private get knownNames(): readonly string[] {
    return [this.session.practice.name, this.state.text('personName')];
  }

  private findWrong(): Texts {
    return {
      ...this.state.missing({ personName: 'Type their name.' }),
      ...(this.signInName.trim() === ''
        ? { signInName: 'Type what the locked page should show: initials will do.' }
        : {}),
      ...wrongNewPassphrase(this.state.typed, this.knownNames),
    };
  }

  private submit(event: Event): void {
    this.state.submit(
      event,
      () => this.findWrong(),
      () => this.add(),
    );
  }

  private async add(): Promise<void> {
    const { state, roleToGive: role } = this;
    const names = {
      personName: state.text('personName'),
      signInName: this.signInName.trim().slice(0, longestSignInName),
    };
    this.progress = { done: 0, total: 0 };
    const added = await this.session.people.addPersonHere(
      { ...names, role, passphrase: state.raw('passphrase') },
      (done, total) => (this.progress = { done, total }),
    );
    this.progress = undefined;
    if (added.ok) {
      state.clear();
      this.added = names;
    } else if (added.reason === 'name-taken') {
      const { happened, todo } = peopleTrouble['name-taken'];
      state.wrong = { signInName: `${happened} ${todo}` };
    } else {
      state.trouble = peopleTrouble[added.reason];
    }
  }

  private switchPerson(): void {
    this.dispatchEvent(new CustomEvent('pc-switch-person', { bubbles: true, composed: true }));
  }
}

customElements.define('pc-add-person-page', AddPersonPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-add-person-page': AddPersonPage;
  }
}
