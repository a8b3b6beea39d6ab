/**
 * `<pc-import-page .session>`: patients from FHIR files: choose, read, see what would happen, answer what needs a person, carry out,
 * see what became of it. Nothing is written before the plan has been shown; each patient is all or nothing (EN-9).
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type { ImportAnswer, ImportItem, ImportProgress } from '../../app/patients/import-acts.ts';
import type { Session } from '../../app/session.ts';
import '../shell/badge.ts';
import '../shell/callout.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import { bytesInWords, count, dateInWords } from '../shell/format.ts';
import '../shell/page-header.ts';
import '../shell/progress.ts';
import { chartAddress } from '../shell/route.ts';
import { writesWholeCharts } from '../shell/roles.ts';
import { base, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { roleWords } from '../shell/words.ts';
import './file-drop.ts';
import { chosenFile } from './file-text.ts';
import './import-question.ts';
import { importRunOf, planInNumbers, type FinishedImport, type ImportRun, type ImportStage } from './import-run.ts';
import { aboutOtherInWords, importTrouble, pathOf, whereInWords, wordsOfRefusal, writeFailureWords } from './words.ts';

type Planned = ImportStage & { kind: 'planned' };
type Bad = ImportItem & { readonly outcome: { readonly kind: 'bad' } };

/** An import of a whole practice lists this many of each kind; the rest are counted. All are under Patients in the end. */
const mostListed = 50;

export class ImportPage extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    base,
    page,
    css`
      section {
        margin-block-start: var(--wa-space-l);
      }
      .questions {
        display: grid;
        gap: var(--wa-space-s);
        margin-block-start: var(--wa-space-xs);
      }
      .head {
        justify-content: space-between;
      }
      .carry-out {
        position: sticky;
        inset-block-end: 0;
        margin-block-start: var(--wa-space-l);
        padding-block: var(--wa-space-s);
        background: var(--wa-color-surface-lowered);
        border-block-start: 1px solid var(--wa-color-surface-border);
      }
      .bad > li {
        padding-block: var(--wa-space-xs);
        border-block-end: 1px solid var(--wa-color-surface-border);
        overflow-wrap: anywhere;
      }
      code {
        font-size: var(--wa-font-size-s);
      }
      .notes {
        margin-block-start: var(--wa-space-m);
        color: var(--wa-color-text-quiet);
        max-inline-size: var(--pc-reading-width);
      }
      .charts {
        columns: 18rem;
        margin-block-start: var(--wa-space-xs);
      }
      .charts li {
        break-inside: avoid;
        padding-block: var(--wa-space-2xs);
      }
    `,
  ];

  declare session: Session;

  constructor() {
    super();
    new Watch(this, () => this.run);
    this.addEventListener('pc-files', (event) => void this.run.read(event.detail.map(chosenFile)));
    this.addEventListener('pc-answer', ({ detail }) => this.run.answer([detail.item], detail.answer));
    this.addEventListener('pc-cancel', () => this.run.cancel());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.run.leave();
  }

  private get run(): ImportRun {
    return importRunOf(this.session);
  }

  override render() {
    return html`<pc-page-header heading="Import patients"
        >From FHIR R4 files, as other programs export them.</pc-page-header
      >
      ${writesWholeCharts(this.session.practice.role) ? this.renderStage(this.run.stage) : this.renderNotForRole()}`;
  }

  private renderNotForRole() {
    const { role } = this.session.practice;
    return html`<pc-callout tone="info"
      >Files hold every part of a chart, and your role (${roleWords[role].toLowerCase()}) does not write all of them. A
      clinician or an administrator can import them.</pc-callout
    >`;
  }

  private renderStage(stage: ImportStage) {
    switch (stage.kind) {
      case 'choosing':
        return this.renderChoosing(stage.last);
      case 'reading':
        return this.renderProgress('Reading', stage.progress, stage.stopping);
      case 'planned':
        return this.renderPlan(stage);
      case 'writing':
        return this.renderProgress('Importing', stage.progress, stage.stopping);
      case 'done':
        return this.renderDone(stage);
      case 'failed':
        return html`<pc-trouble .words=${importTrouble[stage.during]}></pc-trouble>
          <p class="notes">${this.renderStartOver('Choose files again')}</p>`;
    }
  }

  private renderChoosing(last: FinishedImport | undefined) {
    return html`<pc-file-drop></pc-file-drop>
      ${
        last === undefined
          ? nothing
          : html`<p class="notes row">
              <span>Last import: ${count(last.outcome.written.length, 'patient')}.</span>
              <wa-button size="s" appearance="outlined" @click=${() => this.run.showLast()}>Show its result</wa-button>
            </p>`
      }
      <p class="notes">
        Several files at once are fine; the NDJSON files of a bulk export are read together. You see what would happen
        before anything is written. What Peerchart does not understand is kept, and comes out again when the chart is
        exported.
      </p>`;
  }

  private renderProgress(label: string, progress: ImportProgress | undefined, stopping: boolean) {
    const file =
      progress === undefined
        ? ''
        : `File ${String(progress.fileNumber)} of ${String(progress.files)}: ${progress.file}`;
    return html`<pc-progress
        label=${stopping ? 'Stopping' : label}
        unit="resources"
        ?cannotCancel=${stopping}
        .done=${progress?.resourcesDone ?? 0}
        .total=${progress?.resourcesTotal ?? 0}
      ></pc-progress>
      <p class="notes">
        ${file === '' ? nothing : html`${file}<br />`}
        ${progress?.attached === undefined ? nothing : html`${attachedWords(progress.attached)}<br />`}
        ${
          label === 'Reading'
            ? 'Nothing is written yet.'
            : 'Each patient is written whole or not at all. You may leave this page meanwhile.'
        }
      </p>`;
  }

  private renderPlan({ plan, answers }: Planned) {
    const of = (kind: ImportItem['outcome']['kind']) => plan.items.filter((item) => item.outcome.kind === kind);
    const fresh = of('new');
    const unchanged = of('unchanged');
    return html`${this.renderBad(plan.items.filter(isBad))}
    ${this.renderQuestions('These files hold entries that are about no patient in them', of('about-others'), answers, [
      ['apply', 'Without them for all'],
      ['skip', 'Leave all these files'],
    ])}
    ${this.renderQuestions('These differ from the chart that is here', of('changed'), answers, [
      ['apply', 'Take all'],
      ['skip', 'Leave all'],
    ])}
    ${this.renderQuestions('These may be here already', of('same-person'), answers, [
      ['new-chart', 'New chart for all'],
      ['skip', 'Skip all'],
    ])}
    ${
      fresh.length === 0
        ? nothing
        : html`<section>
            <wa-details
              summary=${`${count(fresh.length, 'new patient')}, ${count(sumOf(fresh), 'resource')}`}
              ?open=${fresh.length <= 20}
              ><pc-data-table
                caption="New patients"
                .columns=${newColumns}
                .rows=${fresh.slice(0, mostListed)}
                .keyOf=${(item: ImportItem) => item.id}
              ></pc-data-table
              >${andMore(fresh.length, 'more patient')}</wa-details
            >
          </section>`
    }
    ${
      unchanged.length === 0
        ? nothing
        : html`<section>
            <pc-callout tone="neutral" icon="check"
              >${count(unchanged.length, 'patient')} ${unchanged.length === 1 ? 'is' : 'are'} here already, and the
              ${unchanged.length === 1 ? 'file says' : 'files say'} nothing new.</pc-callout
            >
          </section>`
    }
    ${this.renderCarryOut({ plan, answers, kind: 'planned' })}`;
  }

  private renderBad(bad: readonly Bad[]) {
    if (bad.length === 0) return nothing;
    return html`<section>
      <pc-callout tone="warning" role="status"
        ><strong>${count(bad.length, 'file')} can’t be imported.</strong> Nothing of ${bad.length === 1 ? 'it' : 'them'}
        is taken; the others are not affected.</pc-callout
      >
      <ul class="bad">
        ${bad.slice(0, mostListed).map(({ file, outcome }) => {
          const words = wordsOfRefusal(outcome.reason);
          const where = whereInWords(outcome.where);
          return html`<li>
            <strong>${file}</strong>
            <p>${words.wrong} ${words.todo}</p>
            ${
              outcome.where === ''
                ? nothing
                : html`<p class="quiet">
                    Where: ${where === '' ? nothing : html`${where}, `}<code>${pathOf(outcome.where)}</code>
                  </p>`
            }
          </li>`;
        })}
      </ul>
      ${andMore(bad.length, 'more file')}
    </section>`;
  }

  private renderQuestions(
    heading: string,
    items: readonly ImportItem[],
    answers: ReadonlyMap<string, ImportAnswer>,
    forAll: readonly (readonly [ImportAnswer, string])[],
  ) {
    if (items.length === 0) return nothing;
    return html`<section>
      <div class="row head">
        <h2>${heading} (${items.length})</h2>
        ${
          items.length < 2
            ? nothing
            : html`<div class="row">
                ${forAll.map(
                  ([answer, words]) =>
                    html`<wa-button size="s" appearance="outlined" @click=${() => this.answerAll(items, answer)}
                      >${words}</wa-button
                    >`,
                )}
              </div>`
        }
      </div>
      <div class="questions">
        ${items
          .slice(0, mostListed)
          .map((item) => html`<pc-import-question .item=${item} .answer=${answers.get(item.id)}></pc-import-question>`)}
      </div>
      ${
        items.length > mostListed
          ? html`<p class="quiet">
              and ${count(items.length - mostListed, 'more', 'more')}: answered by the buttons above, or asked when you
              import the same files again.
            </p>`
          : nothing
      }
    </section>`;
  }

  private renderCarryOut({ plan, answers }: Planned) {
    const { toWrite, resources, unanswered } = planInNumbers(plan, answers);
    const open = unanswered === 0 ? '' : `${count(unanswered, 'question')} not answered: left as it is.`;
    return html`<div class="row carry-out">
      ${
        toWrite === 0
          ? html`<wa-button variant="brand" @click=${() => this.run.startOver()}>Done, import nothing</wa-button>`
          : html`<wa-button variant="brand" @click=${() => void this.run.carryOut()}
                >Import ${count(toWrite, 'patient')}</wa-button
              >
              ${this.renderStartOver('Cancel')}`
      }
      <span class="quiet" role="status">${toWrite === 0 ? '' : `Up to ${count(resources, 'resource')}. `}${open}</span>
    </div>`;
  }

  private renderDone({ plan, outcome }: FinishedImport) {
    const itemOf = (id: string) => plan.items.find((item) => item.id === id);
    const { written, failed, skipped } = outcome;
    const total = written.reduce((sum, { resources }) => sum + resources, 0);
    return html`<pc-callout tone=${failed.length === 0 ? 'success' : 'warning'} role="status">
        <strong
          >${
            written.length === 0
              ? 'Nothing was imported.'
              : `${count(written.length, 'patient')} imported, ${count(total, 'resource')}.`
          }</strong
        >
        ${skipped.length === 0 ? nothing : html`${count(skipped.length, 'patient')} left as ${skipped.length === 1 ? 'it was' : 'they were'}.`}
        ${failed.length === 0 ? nothing : html`${count(failed.length, 'patient')} not imported.`}
      </pc-callout>
      ${
        failed.length === 0
          ? nothing
          : html`<section>
              <h2>Not imported</h2>
              <ul class="bad">
                ${failed.slice(0, mostListed).map(
                  ({ item, reason }) =>
                    html`<li>
                      <strong>${itemOf(item)?.patientName ?? ''}</strong>
                      <span class="quiet">${itemOf(item)?.file ?? ''}</span>
                      <p>${writeFailureWords(reason)}</p>
                    </li>`,
                )}
              </ul>
              ${andMore(failed.length, 'more patient')}
            </section>`
      }
      ${this.renderWithoutOthers(plan.items.filter(({ id }) => outcome.withoutOthers.includes(id)))}
      ${
        written.length === 0
          ? nothing
          : html`<section>
              <h2>Charts</h2>
              <ul class="charts">
                ${written
                  .slice(0, mostListed)
                  .map(({ item, chart }) => html`<li><a href=${chartAddress(chart)}>${nameOf(itemOf(item))}</a></li>`)}
              </ul>
              ${
                written.length > mostListed
                  ? html`<p class="quiet">
                      and ${count(written.length - mostListed, 'more', 'more')}, all under Patients.
                    </p>`
                  : nothing
              }
            </section>`
      }
      <p class="notes row">
        ${this.renderStartOver('Import more files')}
        <wa-button appearance="outlined" href="#/patients">Go to the patients</wa-button>
      </p>`;
  }

  /** What of files that were imported is in no chart: it is where it was, in the file. */
  private renderWithoutOthers(files: readonly ImportItem[]) {
    if (files.length === 0) return nothing;
    return html`<section>
      <h2>Not taken: about no patient of the file</h2>
      <ul class="bad">
        ${files.slice(0, mostListed).map(({ file, outcome }) => {
          const entries = outcome.kind === 'about-others' ? outcome.entries : [];
          return html`<li>
            <strong>${file}</strong>, ${count(entries.length, 'entry', 'entries')}
            <ul class="quiet">
              ${entries.slice(0, mostListed).map((entry) => html`<li>${aboutOtherInWords(entry)}</li>`)}
            </ul>
            ${andMore(entries.length, 'more entry', 'more entries')}
          </li>`;
        })}
      </ul>
      ${andMore(files.length, 'more file')}
    </section>`;
  }

  private renderStartOver(words: string) {
    return html`<wa-button appearance="outlined" @click=${() => this.run.startOver()}>${words}</wa-button>`;
  }

  private answerAll(items: readonly ImportItem[], answer: ImportAnswer): void {
    this.run.answer(
      items.map(({ id }) => id),
      answer,
    );
  }
}

const newColumns: readonly Column<ImportItem>[] = [
  { label: 'Name', cell: (item) => nameOf(item) },
  { label: 'Birth date', cell: (item) => dateInWords(item.birthDate) },
  { label: 'Resources', number: true, cell: (item) => item.resources },
  { label: 'File', wideOnly: true, cell: (item) => item.file },
];

/** What of a list is counted only. */
function andMore(all: number, one: string, several?: string) {
  return all > mostListed ? html`<p class="quiet">and ${count(all - mostListed, one, several)}.</p>` : nothing;
}

function isBad(item: ImportItem): item is Bad {
  return item.outcome.kind === 'bad';
}

function nameOf(item: ImportItem | undefined): string {
  return item === undefined || item.patientName === '' ? 'No name recorded' : item.patientName;
}

function sumOf(items: readonly ImportItem[]): number {
  return items.reduce((sum, item) => sum + item.resources, 0);
}

function attachedWords({ bytesDone, bytesTotal }: NonNullable<ImportProgress['attached']>): string {
  return `Attached files: ${bytesInWords(bytesDone)} of ${bytesInWords(bytesTotal)}`;
}

customElements.define('pc-import-page', ImportPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-import-page': ImportPage;
  }
}
