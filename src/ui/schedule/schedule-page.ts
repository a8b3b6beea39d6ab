/**
 * `<pc-schedule-page .session>`: a day of the practice: who comes when, to whom and why; booked, arrived, seen, cancelled or not come.
 * It reads no clinical section, so the front desk works with it.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { ChartId } from '../../base/ids.ts';
import type { Session } from '../../app/session.ts';
import type { Appointment, AppointmentStatus } from '../../app/work/work-acts.ts';
import { patientName } from '../inbox/charts.ts';
import { colleagues, dueIn } from '../inbox/task-words.ts';
import '../shell/badge.ts';
import '../shell/callout.ts';
import { localDay } from '../shell/clock.ts';
import '../shell/empty-state.ts';
import { choiceField } from '../shell/fields.ts';
import { FormState } from '../shell/form-state.ts';
import { count, dateInWords } from '../shell/format.ts';
import { Keys } from '../shell/keyboard.ts';
import '../shell/page-header.ts';
import { chartAddress } from '../shell/route.ts';
import { say } from '../shell/say.ts';
import { base, form, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import { inboxList } from '../inbox/styles.ts';
import { nextActs, statusWords, timeWrong } from './appointment-words.ts';
import './move-form.ts';

const foundAtOnce = 8;
const defaultMinutes = 15;

export class SchedulePage extends LitElement {
  static override properties = {
    session: { attribute: false },
    day: { state: true },
    booking: { state: true },
    patient: { state: true },
    trouble: { state: true },
    asked: { state: true },
    moving: { state: true },
  };
  static override styles = [
    base,
    page,
    form,
    inboxList,
    css`
      form {
        max-inline-size: 34rem;
        margin-block-end: var(--wa-space-l);
      }
      ul.day {
        max-inline-size: 64rem;
      }
      .time {
        flex: 0 0 auto;
        min-inline-size: 6.5rem;
        white-space: nowrap;
        font-weight: var(--wa-font-weight-bold);
        font-variant-numeric: tabular-nums;
      }
      .over {
        color: var(--wa-color-text-quiet);
      }
      .found {
        margin: 0;
      }
    `,
  ];

  declare session: Session;
  declare private day: string;
  declare private booking: boolean;
  declare private patient: ChartId | undefined;
  declare private trouble: Trouble | undefined;
  /** A question that saving again answers with yes. */
  declare private asked: string;
  /** Id of the appointment whose form is open. */
  declare private moving: string | undefined;
  private readonly form: FormState = new FormState(this, { minutes: String(defaultMinutes) });

  constructor() {
    super();
    this.day = localDay(new Date());
    this.booking = false;
    this.asked = '';
    new Watch(this, () => this.session);
    new Keys(this, [
      {
        keys: 'n',
        label: 'Book an appointment',
        run: () => this.startBooking(),
        when: () => this.session.work.schedule.mayWrite,
      },
    ]);
    this.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      this.booking = false;
      this.moving = undefined;
    });
    this.addEventListener('pc-close', () => (this.moving = undefined));
  }

  override render() {
    const { schedule } = this.session.work;
    const appointments = schedule.on(this.day);
    const isToday = this.day === localDay(new Date());
    return html`<pc-page-header heading="Schedule"
        >${isToday ? 'Today, ' : ''}${dateInWords(this.day)}: ${count(appointments.length, 'appointment')}
        <wa-button slot="actions" size="s" appearance="outlined" @click=${() => this.go(-1)}
          ><wa-icon name="chevron-left" label="Day before"></wa-icon
        ></wa-button>
        <wa-button slot="actions" size="s" appearance="outlined" @click=${() => (this.day = localDay(new Date()))}
          >Today</wa-button
        >
        <wa-button slot="actions" size="s" appearance="outlined" @click=${() => this.go(1)}
          ><wa-icon name="chevron-right" label="Day after"></wa-icon
        ></wa-button>
        ${
          schedule.mayWrite
            ? html`<wa-button slot="actions" size="s" variant="brand" @click=${() => this.startBooking()}
                ><wa-icon slot="start" name="plus"></wa-icon>Book an appointment</wa-button
              >`
            : nothing
        }
      </pc-page-header>
      <pc-trouble .words=${this.trouble}></pc-trouble>
      ${this.booking ? this.renderForm() : nothing}
      ${
        appointments.length === 0
          ? html`<pc-empty-state icon="clock" heading="Nobody is booked on this day"
              >Appointments stand here by the hour. They are kept apart from the charts: the front desk needs no
              clinical section for them.</pc-empty-state
            >`
          : html`<ul class="day">
              ${appointments.map((appointment) => this.renderAppointment(appointment))}
            </ul>`
      }`;
  }

  private renderAppointment(appointment: Appointment) {
    const { label, tone } = statusWords[appointment.status];
    const name = patientName(this.session, appointment.chart);
    const isOver = appointment.status === 'cancelled' || appointment.status === 'noshow';
    return html`<li class=${isOver ? 'over' : ''}>
      <span class="time">${appointment.start.slice(11)} <span class="quiet">${appointment.minutes} min</span></span>
      <div class="text">
        <a href=${chartAddress(appointment.chart)}>${name}</a>
        <pc-badge tone=${tone}>${label}</pc-badge>
        <p class="quiet">
          ${appointment.reason ?? 'no reason given'}${appointment.with === undefined ? '' : ` · with ${appointment.with}`}
          · ${label.toLowerCase()} by ${appointment.changedBy}
        </p>
      </div>
      ${
        this.session.work.schedule.mayWrite
          ? [
              ...(appointment.status === 'booked' ? [this.renderMove(appointment, name)] : []),
              ...nextActs[appointment.status].map(
                ([status, words]) =>
                  html`<wa-button size="s" appearance="outlined" @click=${() => void this.set(appointment, status)}
                    >${words}<span class="only-heard">: ${name}</span></wa-button
                  >`,
              ),
            ]
          : nothing
      }
      ${
        this.moving === appointment.id
          ? html`<pc-move-appointment .session=${this.session} .appointment=${appointment}></pc-move-appointment>`
          : nothing
      }
    </li>`;
  }

  private renderMove({ id }: Appointment, name: string) {
    return html`<wa-button size="s" appearance="outlined" @click=${() => (this.moving = id)}
      >Move …<span class="only-heard">: ${name}</span></wa-button
    >`;
  }

  private renderForm() {
    const { form } = this;
    const query = form.text('patient');
    const found = this.patient === undefined && query !== '' ? this.session.search(query).slice(0, foundAtOnce) : [];
    return html`<form
      autocomplete="off"
      aria-label="Book an appointment"
      @submit=${(event: Event) =>
        form.submit(
          event,
          () => this.wrong(),
          () => this.book(),
        )}
    >
      ${form.field('patient', 'Patient', {
        focusFirst: true,
        required: true,
        hint: 'Name, birth date or number',
        onInput: (value: string) => {
          this.patient = undefined;
          form.type('patient', value);
        },
      })}
      ${
        found.length === 0
          ? nothing
          : html`<ul class="found" aria-label="Patients found">
              ${found.map(
                (chart) =>
                  html`<li>
                    <wa-button size="s" appearance="plain" @click=${() => this.choose(chart)}
                      >${patientName(this.session, chart)}</wa-button
                    >
                  </li>`,
              )}
            </ul>`
      }
      <div class="pair">
        ${form.field('start', 'Time', { required: true, hint: 'Such as 09:30' })}
        ${form.field('minutes', 'Minutes', { inputMode: 'numeric' })}
      </div>
      ${form.field('reason', 'Reason', { hint: 'Check-up. Clinical words belong into the chart.' })}
      ${choiceField({
        name: 'with',
        label: 'With',
        value: form.raw('with'),
        choices: colleagues(this.session),
        onChoose: (value) => form.type('with', value),
      })}
      ${this.asked === '' ? nothing : html`<pc-callout tone="warning" role="alert">${this.asked}</pc-callout>`}
      <pc-trouble .words=${form.trouble}></pc-trouble>
      <div class="actions">
        <wa-button type="submit" variant="brand" ?loading=${form.busy}
          >${this.asked === '' ? 'Book' : 'Yes, book it so'}</wa-button
        >
        <wa-button appearance="outlined" @click=${() => (this.booking = false)}>Cancel</wa-button>
      </div>
    </form>`;
  }

  private wrong(): Readonly<Record<string, string>> {
    const { form } = this;
    return {
      ...(this.patient === undefined ? { patient: 'Choose one of the patients found.' } : {}),
      ...timeWrong(form.text('start'), form.text('minutes')),
    };
  }

  private async book(): Promise<void> {
    const { form, session, patient } = this;
    if (patient === undefined) return;
    const [reason, person] = [form.text('reason'), form.text('with')];
    const appointment = {
      chart: patient,
      start: `${this.day}T${form.text('start').padStart(5, '0')}`,
      minutes: Number(form.text('minutes')),
      ...(reason === '' ? {} : { reason }),
      ...(person === '' ? {} : { with: person }),
    };
    const question = this.questionAbout(appointment);
    if (question !== '' && question !== this.asked) {
      this.asked = question;
      return;
    }
    const booked = await session.work.schedule.book(appointment);
    form.trouble = booked.ok ? undefined : writeTrouble[booked.reason];
    if (!booked.ok) return;
    this.booking = false;
    say(this, 'Booked.', () => void session.work.schedule.change(booked.value, { status: 'cancelled' }));
  }

  /** Asked about once, never refused: a practice overbooks, and writes down yesterday's visitor. */
  private questionAbout({ start, minutes, with: person }: { start: string; minutes: number; with?: string }): string {
    const startMs = Date.parse(`${start}Z`);
    const taken = this.session.work.schedule.on(this.day).find((other) => {
      const otherMs = Date.parse(`${other.start}Z`);
      const isOn = other.status === 'booked' || other.status === 'arrived';
      return (
        isOn &&
        other.with === person &&
        otherMs < startMs + minutes * 60_000 &&
        startMs < otherMs + other.minutes * 60_000
      );
    });
    if (this.day < localDay(new Date())) return 'This day is past. Book it all the same?';
    if (taken === undefined) return '';
    return `${patientName(this.session, taken.chart)} is booked at ${taken.start.slice(11)}, at the same time. Book both?`;
  }

  private choose(chart: ChartId): void {
    this.patient = chart;
    this.form.type('patient', patientName(this.session, chart));
  }

  private startBooking(): void {
    if (!this.session.work.schedule.mayWrite) return;
    this.form.clear();
    this.asked = '';
    this.patient = undefined;
    this.booking = true;
  }

  private async set(appointment: Appointment, status: AppointmentStatus): Promise<void> {
    const { schedule } = this.session.work;
    const set = await schedule.change(appointment.id, { status });
    this.trouble = set.ok ? undefined : writeTrouble[set.reason];
    const undo = (): void => void schedule.change(appointment.id, { status: appointment.status });
    if (set.ok) say(this, `${statusWords[status].label}.`, undo);
  }

  private go(days: number): void {
    const [year = 0, month = 1, day = 1] = this.day.split('-').map(Number);
    this.day = dueIn(days, new Date(year, month - 1, day));
  }
}

customElements.define('pc-schedule-page', SchedulePage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-schedule-page': SchedulePage;
  }
}
