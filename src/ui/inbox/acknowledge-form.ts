/**
 * `<pc-acknowledge-form .session .result>`: a result acknowledged with a word about it and, if wanted, something to do: the task is made
 * in the same act. Fires `pc-close` when done or put away (Escape).
 */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Session } from '../../app/session.ts';
import type { InboxResult } from '../../app/work/work-acts.ts';
import '../shell/callout.ts';
import { FormState } from '../shell/form-state.ts';
import { say } from '../shell/say.ts';
import { base, form } from '../shell/styles.ts';
import { writeTrouble } from '../shell/words.ts';
import { dueIn, dueWrong, renderDueAndOwner, taskOf } from './task-words.ts';

const planWords = ['Repeat in 2 weeks', 'Call the patient', 'Discuss at the next visit'] as const;

export class AcknowledgeForm extends LitElement {
  static override properties = { session: { attribute: false }, result: { attribute: false } };
  static override styles = [
    base,
    form,
    css`
      form {
        gap: var(--wa-space-s);
        padding: var(--wa-space-s);
        border-inline-start: 3px solid var(--wa-color-brand-border-normal);
        background: var(--wa-color-surface-lowered);
        border-radius: var(--wa-border-radius-m);
      }
    `,
  ];

  declare session: Session;
  declare result: InboxResult;
  private readonly form: FormState = new FormState(this);

  constructor() {
    super();
    this.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      this.close();
    });
  }

  override render() {
    const { form } = this;
    return html`<form
      autocomplete="off"
      aria-label="Note or plan"
      @submit=${(event: Event) =>
        form.submit(
          event,
          () => dueWrong(form.text('due')),
          () => this.save(),
        )}
    >
      ${form.field('note', 'What was done', { hint: 'Told the patient, dose changed', focusFirst: true })}
      ${form.field('task', 'To do', { hint: 'Makes a task. Left empty: nothing is to be done.' })}
      <div class="row" role="group" aria-label="Common plans">
        ${planWords.map(
          (words) => html`<wa-button size="s" appearance="plain" @click=${() => this.plan(words)}>${words}</wa-button>`,
        )}
      </div>
      ${renderDueAndOwner(form, this.session)}
      <pc-trouble .words=${form.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" size="s" variant="brand" ?loading=${form.busy}>Acknowledge</wa-button>
        <wa-button size="s" appearance="outlined" @click=${() => this.close()}>Cancel</wa-button>
      </div>
    </form>`;
  }

  private plan(words: string): void {
    this.form.type('task', `${words}: ${this.result.label}`);
    if (words === 'Repeat in 2 weeks') this.form.type('due', dueIn(14, new Date()));
  }

  private async save(): Promise<void> {
    const { form, session, result } = this;
    const text = form.text('task');
    const kept = await session.work.inbox.acknowledge([result], {
      note: form.text('note'),
      ...(text === '' ? {} : { task: taskOf(form, text) }),
    });
    if (!kept.ok) {
      form.trouble = writeTrouble[kept.reason];
      return;
    }
    const undo = (): void => void session.work.inbox.takeBack(kept.value);
    say(this, text === '' ? 'Acknowledged.' : 'Acknowledged, and the task made.', undo);
    this.close();
  }

  private close(): void {
    this.dispatchEvent(new CustomEvent('pc-close', { bubbles: true, composed: true }));
  }
}

customElements.define('pc-acknowledge-form', AcknowledgeForm);
declare global {
  interface HTMLElementTagNameMap {
    'pc-acknowledge-form': AcknowledgeForm;
  }
}
