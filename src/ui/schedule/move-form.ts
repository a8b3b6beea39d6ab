/** `<pc-move-appointment .session .appointment>`: another day, time or length for one appointment. Fires `pc-close` when done or left. */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Session } from '../../app/session.ts';
import type { Appointment } from '../../app/work/work-acts.ts';
import '../shell/callout.ts';
import { FormState } from '../shell/form-state.ts';
import { dateInWords } from '../shell/format.ts';
import { say } from '../shell/say.ts';
import { base, form } from '../shell/styles.ts';
import { writeTrouble } from '../shell/words.ts';
import { timeWrong } from './appointment-words.ts';

export class MoveAppointment extends LitElement {
  static override properties = { session: { attribute: false }, appointment: { attribute: false } };
  static override styles = [
    base,
    form,
    css`
      :host {
        flex: 1 1 100%;
      }
      form {
        max-inline-size: 34rem;
      }
    `,
  ];

  declare session: Session;
  declare appointment: Appointment;
  private readonly form: FormState = new FormState(this);

  override connectedCallback(): void {
    super.connectedCallback();
    const { start, minutes } = this.appointment;
    this.form.type('day', start.slice(0, 10));
    this.form.type('start', start.slice(11));
    this.form.type('minutes', String(minutes));
  }

  override render() {
    const { form } = this;
    return html`<form
      autocomplete="off"
      aria-label="Move the appointment"
      @submit=${(event: Event) =>
        form.submit(
          event,
          () => this.wrong(),
          () => this.move(),
        )}
    >
      <div class="pair">
        ${form.field('day', 'Day', { type: 'date', focusFirst: true, required: true })}
        ${form.field('start', 'Time', { required: true, hint: 'Such as 09:30' })}
      </div>
      ${form.field('minutes', 'Minutes', { inputMode: 'numeric' })}
      <pc-trouble .words=${form.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" size="s" variant="brand" ?loading=${form.busy}>Move</wa-button>
        <wa-button size="s" appearance="outlined" @click=${() => this.close()}>Leave it as it is</wa-button>
      </div>
    </form>`;
  }

  private wrong(): Readonly<Record<string, string>> {
    const { form } = this;
    return {
      ...(/^\d{4}-\d{2}-\d{2}$/.test(form.text('day')) ? {} : { day: 'Not a date. Write 2026-03-05.' }),
      ...timeWrong(form.text('start'), form.text('minutes')),
    };
  }

  private async move(): Promise<void> {
    const { form, session, appointment } = this;
    const { schedule } = session.work;
    const { start, minutes } = appointment;
    const to = {
      start: `${form.text('day')}T${form.text('start').padStart(5, '0')}`,
      minutes: Number(form.text('minutes')),
    };
    const moved = await schedule.change(appointment.id, to);
    form.trouble = moved.ok ? undefined : writeTrouble[moved.reason];
    if (!moved.ok) return;
    const words = `Moved to ${dateInWords(to.start.slice(0, 10))}, ${to.start.slice(11)}.`;
    say(this, words, () => void schedule.change(appointment.id, { start, minutes }));
    this.close();
  }

  private close(): void {
    this.dispatchEvent(new CustomEvent('pc-close', { bubbles: true, composed: true }));
  }
}

customElements.define('pc-move-appointment', MoveAppointment);
declare global {
  interface HTMLElementTagNameMap {
    'pc-move-appointment': MoveAppointment;
  }
}
