/**
 * `<pc-appointments-card .view>`: when this patient comes, and came, by the practice's schedule, and what is to be done about them.
 * Appointments that came in a file are entries of the chart, on the page of its encounters.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { Appointment, Task } from '../../app/work/work-acts.ts';
import { appointmentInWords, appointmentsOf, statusWords } from '../schedule/appointment-words.ts';
import '../shell/badge.ts';
import { localDay } from '../shell/clock.ts';
import { dateInWords } from '../shell/format.ts';
import { base, card } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import type { ChartView } from './chart-view.ts';
import { summaryCard } from './summary-card-styles.ts';

const mostShown = 5;

export class AppointmentsCard extends LitElement {
  static override properties = { view: { attribute: false } };
  static override styles = [
    base,
    card,
    summaryCard,
    css`
      li {
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare view: ChartView;

  constructor() {
    super();
    new Watch(this, () => this.view.session);
  }

  override render() {
    const { chart, session } = this.view;
    const appointments = appointmentsOf(session, chart.id, localDay(new Date()));
    const shown = appointments.slice(0, mostShown);
    const left = appointments.length - shown.length;
    const charts = new Set(session.merges.of(chart.id));
    const tasks = session.work.tasks.all.filter(
      (task) => task.status === 'requested' && task.chart !== undefined && charts.has(task.chart),
    );
    return html`<section class="card" aria-label="Appointments and tasks">
      <h3>Appointments and tasks</h3>
      ${shown.length + tasks.length === 0 ? html`<p class="quiet">None booked here, and nothing to do.</p>` : nothing}
      <ul>
        ${shown.map((one) => this.renderAppointment(one))} ${tasks.map((task) => this.renderTask(task))}
      </ul>
      ${left === 0 ? nothing : html`<p class="quiet">and ${left} earlier.</p>`}
    </section>`;
  }

  private renderAppointment(appointment: Appointment) {
    const { label, tone } = statusWords[appointment.status];
    return html`<li>${appointmentInWords(appointment)} <pc-badge tone=${tone}>${label}</pc-badge></li>`;
  }

  private renderTask({ text, due, owner }: Task) {
    const about = [due === undefined ? '' : `due ${dateInWords(due)}`, owner === undefined ? '' : `for ${owner}`];
    return html`<li>
      ${text} <span class="quiet">${['to do', ...about.filter((part) => part !== '')].join(', ')}</span>
    </li>`;
  }
}

customElements.define('pc-appointments-card', AppointmentsCard);
declare global {
  interface HTMLElementTagNameMap {
    'pc-appointments-card': AppointmentsCard;
  }
}
