/**
 * `<pc-conflict-card .view .conflict>`: what two people wrote without knowing of each other, side by side with author,
 * practice and time, until someone chooses: one, the other, both where both can stand, or another value (AM-5).
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import {
  settleWithEntered,
  type ConflictBranch,
  type ConflictChoice,
  type ConflictView,
} from '../../clinical/conflict-view.ts';
import type { SectionEdit } from '../../clinical/section-edit.ts';
import type { Authorship } from '../../app/charts/chart-on-screen.ts';
import '../shell/badge.ts';
import '../shell/callout.ts';
import '../shell/provenance.ts';
import { base, sideBySide } from '../shell/styles.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import { authorOfKey, mustGetSection, saveEdits, type ChartView } from './chart-view.ts';
import './edit-form.ts';
import { changeForms, changesFor, type ChangeFormName } from './forms.ts';

const whatHappened: Readonly<Record<ConflictView['kind'], string>> = {
  values: 'Two values for the same statement, written at the same time.',
  apart: 'Two people changed different parts of this entry at the same time. Do both still hold?',
  list: 'Two people added to this list at the same time. Is it the same fact twice?',
  contradiction: 'The chart says that there is none, and it says that there is one.',
};

export class ConflictCard extends LitElement {
  static override properties = {
    view: { attribute: false },
    conflict: { attribute: false },
    entering: { state: true },
    trouble: { state: true },
    saving: { state: true },
  };
  static override styles = [
    base,
    sideBySide,
    css`
      .name {
        color: var(--wa-color-text-quiet);
        font-size: var(--wa-font-size-xs);
      }
      .line + .line {
        margin-block-start: var(--wa-space-2xs);
      }
    `,
  ];

  declare view: ChartView;
  declare conflict: ConflictView;
  declare private entering: ChangeFormName | undefined;
  declare private trouble: Trouble | undefined;
  declare private saving: boolean;

  constructor() {
    super();
    this.saving = false;
    this.addEventListener('pc-close', (event) => {
      event.stopPropagation();
      this.entering = undefined;
    });
  }

  override render() {
    const { conflict } = this;
    const canWrite = mustGetSection(this.view, conflict.section).canWrite;
    return html`<article aria-label=${`To settle: ${conflict.title}`}>
      <div>
        <div class="title">
          <h3>${conflict.title}</h3>
          <pc-badge tone="warning" icon="alert">Not settled</pc-badge>
        </div>
        <p class="quiet">${whatHappened[conflict.kind]}</p>
      </div>
      <div class="sides">${conflict.branches.map((branch, index) => this.renderSide(branch, index, canWrite))}</div>
      ${
        canWrite
          ? this.renderChoices()
          : html`<p class="quiet">You may read this chart but not choose. The practice that keeps it will.</p>`
      }
      <pc-trouble .words=${this.trouble}></pc-trouble>
    </article>`;
  }

  private renderSide(branch: ConflictBranch, index: number, canWrite: boolean) {
    const author = this.authorOf(branch);
    const take = this.conflict.choices.find((choice) => choice.kind === 'take' && choice.branch === index);
    return html`<div class="side">
      <div>
        ${branch.lines.map(
          ({ name, value }) =>
            html`<div class="line">
              <div class="name">${name}</div>
              <div class="value">${value}</div>
            </div>`,
        )}
        <pc-provenance .by=${author}></pc-provenance>
      </div>
      ${
        take === undefined || !canWrite
          ? nothing
          : html`<wa-button
              size="s"
              appearance="outlined"
              ?disabled=${this.saving}
              @click=${() => void this.choose(take)}
              >${this.takeWords(author, index)}</wa-button
            >`
      }
    </div>`;
  }

  private takeWords(author: Authorship | undefined, index: number): string {
    if (this.conflict.kind === 'list') return 'Keep only this one';
    return author === undefined
      ? `Take value ${String(index + 1)}`
      : author.own
        ? 'Take ours'
        : `Take ${author.practiceName}’s`;
  }

  private renderChoices() {
    const { choices } = this.conflict;
    const others = choices.filter((choice) => choice.kind !== 'take');
    const form = this.otherValueForm();
    const resource = this.resource();
    if (this.entering !== undefined && resource !== undefined) {
      return html`<pc-edit-form
        .view=${this.view}
        .form=${changeForms[this.entering]}
        .resource=${resource}
        .settle=${(edits: readonly SectionEdit[]) => this.settling(edits)}
      ></pc-edit-form>`;
    }
    return html`<div class="row">
      ${others.map(
        (choice) =>
          html`<wa-button
            size="s"
            variant="brand"
            appearance="outlined"
            ?disabled=${this.saving}
            @click=${() => void this.choose(choice)}
            >${choice.kind === 'keep-all' ? (this.conflict.kind === 'list' ? 'Keep both entries' : 'Both hold') : 'Withdraw “none known”'}</wa-button
          >`,
      )}
      ${
        form === undefined
          ? nothing
          : html`<wa-button size="s" appearance="plain" @click=${() => (this.entering = form)}
              >Enter another value …</wa-button
            >`
      }
    </div>`;
  }

  private authorOf(branch: ConflictBranch): Authorship | undefined {
    if (branch.provenance !== undefined) return this.view.chart.authorship(branch.provenance);
    const [key] = branch.keys;
    return key === undefined ? undefined : authorOfKey(this.view, this.conflict.section, key);
  }

  private resource() {
    return this.view.record.at(this.conflict.section, this.conflict.key);
  }

  /** The form for the kind of thing in question; a list has none. */
  private otherValueForm(): ChangeFormName | undefined {
    const resource = this.resource();
    return resource === undefined ? undefined : changesFor(resource)[0];
  }

  private settling(edits: readonly SectionEdit[]): readonly SectionEdit[] | undefined {
    const change = mustGetSection(this.view, this.conflict.section).conflicts.find(
      ({ key }) => key === this.conflict.key,
    );
    const entered = edits.find((edit) => edit.kind === 'change');
    if (change === undefined) return edits;
    return entered === undefined ? undefined : settleWithEntered(change, entered);
  }

  private async choose(choice: ConflictChoice): Promise<void> {
    this.saving = true;
    const saved = await saveEdits(this, this.view, this.conflict.section, choice.edits, 'Settled.');
    this.saving = false;
    this.trouble = saved.ok ? undefined : writeTrouble[saved.reason];
  }
}

customElements.define('pc-conflict-card', ConflictCard);
declare global {
  interface HTMLElementTagNameMap {
    'pc-conflict-card': ConflictCard;
  }
}
