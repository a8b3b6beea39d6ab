/**
 * `<pc-note-card .view .entry>`: one note with its addenda and what it corrected under it: who signed it and when, what was typed
 * while it was being signed, and what can be done. Fires `pc-note` with the act and the note it is about.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import { splicesBetween } from '../../clinical/splices.ts';
import { lateWords, type NoteEntry } from '../../clinical/views/notes.ts';
import '../shell/badge.ts';
import '../shell/callout.ts';
import '../shell/provenance.ts';
import { base } from '../shell/styles.ts';
import { authorOfKey, mustGetSection, unsettledKeys, type ChartView } from './chart-view.ts';
import { noteName } from './note-words.ts';
import './statement-history.ts';

export interface NoteAct {
  readonly act: 'write' | 'append' | 'correct' | 'error';
  readonly key: ResourceKey;
  /** Words to begin with. */
  readonly words?: string;
}

declare global {
  interface HTMLElementEventMap {
    'pc-note': CustomEvent<NoteAct>;
  }
}

/** Lines of a note before the rest is asked for. */
const longText = 900;

export class NoteCard extends LitElement {
  static override properties = {
    view: { attribute: false },
    entry: { attribute: false },
    within: { type: Boolean },
    isWhole: { state: true },
    hasHistory: { state: true },
  };
  static override styles = [
    base,
    css`
      article {
        display: grid;
        gap: var(--wa-space-xs);
        padding: var(--wa-space-s) var(--wa-space-m);
        background: var(--wa-color-surface-default);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
      }
      article.within {
        padding: var(--wa-space-xs) 0 0 var(--wa-space-m);
        border: none;
        border-inline-start: 2px solid var(--wa-color-surface-border);
        border-radius: 0;
        background: none;
      }
      article.draft {
        border-style: dashed;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: var(--wa-space-3xs) var(--wa-space-m);
      }
      h3 {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--wa-space-xs);
      }
      .text {
        max-inline-size: 72ch;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        line-height: 1.55;
      }
      .text.long {
        display: -webkit-box;
        -webkit-line-clamp: 8;
        -webkit-box-orient: vertical;
        overflow: hidden;
      }
      .acts {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-2xs);
        margin-inline-start: calc(-1 * var(--wa-space-xs));
      }
      ins {
        text-decoration: underline;
      }
      .late {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      @media print {
        .acts {
          display: none;
        }
        .text.long {
          display: block;
        }
      }
    `,
  ];

  declare view: ChartView;
  declare entry: NoteEntry;
  /** Under another note. */
  declare within: boolean;
  declare private isWhole: boolean;
  declare private hasHistory: boolean;

  constructor() {
    super();
    this.within = false;
    this.isWhole = false;
    this.hasHistory = false;
  }

  override render() {
    const { entry } = this;
    const title = entry.title === '' ? noteName(entry) : entry.title;
    const heading = entry.state === 'error' ? html`<s>${title}</s>` : title;
    const isLong = !this.isWhole && (entry.text.length > longText || entry.text.split('\n').length > 12);
    return html`<article class="${this.within ? 'within' : ''} ${entry.state}">
      <div class="head">
        <h3>${heading} ${this.renderState()}</h3>
        <span class="quiet">${title === noteName(entry) ? '' : `${noteName(entry)} · `}${entry.when?.words ?? ''}</span>
      </div>
      ${
        entry.text === ''
          ? html`<p class="quiet">Nothing written yet.</p>`
          : html`<div class="text ${isLong ? 'long' : ''}" .textContent=${entry.text}></div>`
      }
      ${isLong ? html`<div class="acts"><wa-button size="s" appearance="plain" @click=${() => (this.isWhole = true)}>Show all of it</wa-button></div>` : nothing}
      ${this.renderAuthors()} ${this.renderLate()} ${this.renderActs()}
      ${this.hasHistory ? html`<pc-statement-history .view=${this.view} .section=${entry.section} .key=${entry.key}></pc-statement-history>` : nothing}
      ${entry.addenda.map((addendum) => html`<pc-note-card within .view=${this.view} .entry=${addendum}></pc-note-card>`)}
      ${
        entry.corrected.length === 0
          ? nothing
          : html`<wa-details summary="Before this correction" appearance="plain"
              >${entry.corrected.map((earlier) => html`<pc-note-card within .view=${this.view} .entry=${earlier}></pc-note-card>`)}</wa-details
            >`
      }
    </article>`;
  }

  private renderState() {
    const { entry } = this;
    const unsettled = unsettledKeys(this.view, entry.section).has(entry.key)
      ? html`<pc-badge tone="warning" icon="alert">Not settled</pc-badge>`
      : nothing;
    switch (entry.state) {
      case 'draft':
        return html`<pc-badge tone="warning" icon="edit">Draft, not signed</pc-badge> ${unsettled}`;
      case 'superseded':
        return html`<pc-badge icon="history">Corrected</pc-badge> ${unsettled}`;
      case 'error':
        return html`<pc-badge icon="xmark">${entry.signedBy === '' ? 'Put away' : 'Entered in error'}</pc-badge>`;
      case 'signed':
        return unsettled;
    }
  }

  private renderAuthors() {
    const { entry, text } = this;
    const isSigned = text?.isClosed === true;
    const by = isSigned
      ? mustGetSection(this.view, entry.section).provenance(entry.key, 'content')
      : authorOfKey(this.view, entry.section, entry.key);
    const lead = isSigned ? 'Signed by' : entry.state === 'draft' ? 'Last written by' : 'Recorded by';
    return html`<div>
      <pc-provenance .by=${by} lead=${lead}></pc-provenance>
      ${!isSigned && entry.signedBy !== '' ? html`<p class="quiet">Signed by ${entry.signedBy}, as the note says</p>` : nothing}
    </div>`;
  }

  private renderLate() {
    const { entry } = this;
    const late = lateWords(entry, this.text);
    if (late === undefined || entry.state === 'error') return nothing;
    const splices = splicesBetween(entry.text, late);
    const added = splices.map(({ insert }) => insert.trim()).filter((words) => words !== '');
    const removed = splices.some(({ remove, insert }) => remove > 0 && insert.trim() === '');
    return html`<pc-callout tone="warning">
      <p><strong>Typed while it was being signed, and not part of what was signed:</strong></p>
      ${added.map((words) => html`<p class="late">… <ins>${words}</ins> …</p>`)}
      ${removed ? html`<p class="quiet">Words were taken out, too; what was signed has them.</p>` : nothing}
      ${
        added.length === 0 || !this.canWrite
          ? nothing
          : html`<wa-button
              slot="action"
              size="s"
              appearance="outlined"
              @click=${() => this.raise('append', added.join('\n'))}
              >Add it as an addendum</wa-button
            >`
      }
    </pc-callout>`;
  }

  private renderActs() {
    const { entry } = this;
    const button = (label: string, act: () => void) =>
      html`<wa-button size="s" appearance="plain" @click=${act}>${label}</wa-button>`;
    const isSigned = entry.state === 'signed' && entry.type === 'DocumentReference';
    const isDraft = entry.state === 'draft' && this.text?.isClosed === false;
    return html`<div class="acts">
      ${isDraft && this.canWrite ? button('Go on writing', () => this.raise('write')) : nothing}
      ${isSigned && this.canWrite ? button('Addendum', () => this.raise('append')) : nothing}
      ${isSigned && this.canWrite ? button('Correct', () => this.raise('correct', entry.text)) : nothing}
      ${entry.state === 'signed' && this.canWrite ? button('Entered in error', () => this.raise('error')) : nothing}
      ${button(this.hasHistory ? 'Hide the history' : 'History', () => (this.hasHistory = !this.hasHistory))}
    </div>`;
  }

  private get text() {
    return mustGetSection(this.view, this.entry.section).resources.get(this.entry.key)?.text;
  }

  private get canWrite(): boolean {
    return mustGetSection(this.view, this.entry.section).canWrite;
  }

  private raise(act: NoteAct['act'], words?: string): void {
    const detail: NoteAct = { act, key: this.entry.key, ...(words === undefined ? {} : { words }) };
    this.dispatchEvent(new CustomEvent('pc-note', { detail, bubbles: true, composed: true }));
  }
}

customElements.define('pc-note-card', NoteCard);
declare global {
  interface HTMLElementTagNameMap {
    'pc-note-card': NoteCard;
  }
}
