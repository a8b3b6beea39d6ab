/** `<pc-inbox-tasks .session>`: what somebody of the practice is to do, by the day it is due; made, done and dropped here. */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Session } from '../../app/session.ts';
import type { Task, TaskStatus } from '../../app/work/work-acts.ts';
import '../shell/badge.ts';
import '../shell/callout.ts';
import { localDay } from '../shell/clock.ts';
import { FormState } from '../shell/form-state.ts';
import { dateInWords } from '../shell/format.ts';
import { chartAddress } from '../shell/route.ts';
import { say } from '../shell/say.ts';
import { base, form } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import { patientName } from './charts.ts';
import { inboxList } from './styles.ts';
import { dueWrong, renderDueAndOwner, taskOf } from './task-words.ts';

/** Done ones that are still shown, so that one ticked by mistake is found. */
const shownDone = 5;

export class InboxTasks extends LitElement {
  static override properties = {
    session: { attribute: false },
    adding: { state: true },
    mine: { state: true },
    trouble: { state: true },
  };
  static override styles = [
    base,
    form,
    inboxList,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: var(--wa-space-xs);
      }
      form {
        max-inline-size: var(--pc-form-width);
        gap: var(--wa-space-s);
        margin-block: var(--wa-space-s);
      }
      .done {
        text-decoration: line-through;
        color: var(--wa-color-text-quiet);
      }
    `,
  ];

  declare session: Session;
  declare private adding: boolean;
  /** Only those of the person at work. */
  declare private mine: boolean;
  declare private trouble: Trouble | undefined;
  private readonly form: FormState = new FormState(this);

  constructor() {
    super();
    this.adding = false;
    this.mine = false;
    new Watch(this, () => this.session);
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.adding) this.adding = false;
    });
  }

  override render() {
    const { tasks } = this.session.work;
    const me = this.session.practice.personName;
    const shown = tasks.all.filter(({ owner }) => !this.mine || owner === undefined || owner === me);
    const open = shown.filter(({ status }) => status === 'requested');
    const done = shown.filter(({ status }) => status !== 'requested').slice(0, shownDone);
    return html`<section aria-labelledby="tasks">
      <div class="head">
        <h2 id="tasks">Tasks <span class="quiet">${open.length}</span></h2>
        <div class="row">
          ${
            tasks.all.some(({ owner }) => owner !== undefined && owner !== me)
              ? html`<wa-button
                  size="s"
                  appearance="plain"
                  aria-pressed=${this.mine ? 'true' : 'false'}
                  @click=${() => (this.mine = !this.mine)}
                  >${this.mine ? 'Show everybody’s' : 'Show only mine'}</wa-button
                >`
              : nothing
          }
          ${
            tasks.mayWrite && !this.adding
              ? html`<wa-button size="s" appearance="outlined" @click=${() => (this.adding = true)}
                  ><wa-icon slot="start" name="plus"></wa-icon>Add a task</wa-button
                >`
              : nothing
          }
        </div>
      </div>
      <pc-trouble .words=${this.trouble}></pc-trouble>
      ${this.adding ? this.renderForm() : nothing}
      ${
        open.length + done.length === 0
          ? html`<p class="quiet">Nothing to do. A task can be made here, or with a result that is acknowledged.</p>`
          : html`<ul>
              ${[...open, ...done].map((task) => this.renderTask(task))}
            </ul>`
      }
    </section>`;
  }

  private renderTask(task: Task) {
    const isOpen = task.status === 'requested';
    const isLate = isOpen && task.due !== undefined && task.due < localDay(new Date());
    return html`<li>
      <div class="text">
        <span class=${isOpen ? '' : 'done'}>${task.text}</span>
        ${isLate ? html`<pc-badge tone="warning" icon="clock">Overdue</pc-badge>` : nothing}
        ${isOpen ? nothing : html`<pc-badge>${task.status === 'completed' ? 'Done' : 'Dropped'}</pc-badge>`}
        <p class="quiet">
          ${task.chart === undefined ? nothing : html`<a href=${chartAddress(task.chart)}>${patientName(this.session, task.chart)}</a> · `}
          ${task.due === undefined ? 'no day set' : `due ${dateInWords(task.due)}`} · for
          ${task.owner ?? 'whoever comes first'} ·
          ${isOpen ? `asked by ${task.madeBy}, ${dateInWords(localDay(new Date(task.madeAt)))}` : `by ${task.changedBy}`}
        </p>
      </div>
      ${
        !this.session.work.tasks.mayWrite
          ? nothing
          : isOpen
            ? html`<wa-button size="s" appearance="plain" @click=${() => void this.set(task, 'cancelled')}
                  >Drop<span class="only-heard">: ${task.text}</span></wa-button
                ><wa-button size="s" appearance="outlined" @click=${() => void this.set(task, 'completed')}
                  >Done<span class="only-heard">: ${task.text}</span></wa-button
                >`
            : html`<wa-button size="s" appearance="plain" @click=${() => void this.set(task, 'requested')}
                >Open again<span class="only-heard">: ${task.text}</span></wa-button
              >`
      }
    </li>`;
  }

  private renderForm() {
    const { form } = this;
    return html`<form
      autocomplete="off"
      aria-label="Add a task"
      @submit=${(event: Event) =>
        form.submit(
          event,
          () => ({ ...form.missing({ text: 'Say what is to be done.' }), ...dueWrong(form.text('due')) }),
          () => this.add(),
        )}
    >
      ${form.field('text', 'What is to be done', { focusFirst: true, required: true })}
      ${renderDueAndOwner(form, this.session)}
      <pc-trouble .words=${form.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" size="s" variant="brand" ?loading=${form.busy}>Add task</wa-button>
        <wa-button size="s" appearance="outlined" @click=${() => (this.adding = false)}>Cancel</wa-button>
      </div>
    </form>`;
  }

  private async add(): Promise<void> {
    const { form } = this;
    const added = await this.session.work.tasks.add(taskOf(form, form.text('text')));
    form.trouble = added.ok ? undefined : writeTrouble[added.reason];
    if (!added.ok) return;
    form.clear();
    this.adding = false;
    say(this, 'Task added.');
  }

  private async set(task: Task, status: TaskStatus): Promise<void> {
    const { tasks } = this.session.work;
    const set = await tasks.change(task.id, { status });
    this.trouble = set.ok ? undefined : writeTrouble[set.reason];
    const undo = (): void => void tasks.change(task.id, { status: task.status });
    if (set.ok && status !== 'requested') say(this, status === 'completed' ? 'Done.' : 'Dropped.', undo);
  }
}

customElements.define('pc-inbox-tasks', InboxTasks);
declare global {
  interface HTMLElementTagNameMap {
    'pc-inbox-tasks': InboxTasks;
  }
}
