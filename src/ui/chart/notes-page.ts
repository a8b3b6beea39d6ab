/**
 * `<pc-notes-page .view>`: the notes of a chart, drafts first, and the page one is written on above them. A note stands in no
 * address: the browser writes those into its history (route.ts).
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { conflictViews } from '../../clinical/conflict-view.ts';
import { markEnteredInError } from '../../clinical/edits/entered-in-error.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import { noteEntries, type NoteEntry } from '../../clinical/views/notes.ts';
import '../shell/empty-state.ts';
import { Keys } from '../shell/keyboard.ts';
import '../shell/page-header.ts';
import { base, card, page } from '../shell/styles.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import { mustGetSection, saveEdits, type ChartView } from './chart-view.ts';
import './conflict-card.ts';
import { emptyWords } from './list-words.ts';
import './note-card.ts';
import type { NoteAct } from './note-card.ts';
import './note-templates.ts';
import './note-writer.ts';
import type { NoteStart } from './note-writer.ts';
import { renderSectionNotices } from './section-notices.ts';

const section = 'documents';

/** What is open above the list. */
type Open =
  | { readonly kind: 'writer'; readonly key: ResourceKey | undefined; readonly start: NoteStart }
  | { readonly kind: 'templates' };

export class NotesPage extends LitElement {
  static override properties = {
    view: { attribute: false },
    open: { state: true },
    writing: { state: true },
    trouble: { state: true },
  };
  static override styles = [
    base,
    page,
    card,
    css`
      .list {
        display: grid;
        gap: var(--wa-space-s);
        max-inline-size: 60rem;
      }
      .card {
        margin-block-end: var(--wa-space-l);
      }
      h3 {
        margin-block-start: var(--wa-space-s);
      }
    `,
  ];

  declare view: ChartView;
  declare private open: Open | undefined;
  /** The draft that is open above, and so is not listed below. */
  declare private writing: ResourceKey | undefined;
  declare private trouble: Trouble | undefined;

  constructor() {
    super();
    new Keys(this, [{ keys: 'n', label: 'Write a note', run: () => this.write(undefined, {}) }]);
    this.addEventListener('pc-note', ({ detail }) => this.act(detail));
    this.addEventListener('pc-written', ({ detail }) => (this.writing = detail.key));
    this.addEventListener('pc-close', () => {
      this.open = undefined;
      this.writing = undefined;
      void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.write')?.focus());
    });
  }

  override render() {
    const entries = noteEntries(this.view.record).filter(({ key }) => key !== this.writing);
    const drafts = entries.filter(({ state }) => state === 'draft');
    const others = entries.filter(({ state }) => state !== 'draft');
    return html`<pc-page-header within heading="Notes">${this.renderActions()}</pc-page-header>
      ${renderSectionNotices(this.view, section)}
      <pc-trouble .words=${this.trouble}></pc-trouble> ${this.renderConflicts()} ${this.renderOpen()}
      ${this.renderEmpty(entries)}
      ${this.renderList(drafts.length === 1 ? 'One draft, not signed' : `${String(drafts.length)} drafts, not signed`, drafts)}
      ${this.renderList(drafts.length === 0 ? '' : 'Signed', others)}`;
  }

  private renderActions() {
    if (!this.canWrite) return nothing;
    const { mayWrite } = this.view.session.work.noteTemplates;
    return html`${
        mayWrite
          ? html`<wa-button
              slot="actions"
              size="s"
              appearance="plain"
              @click=${() => (this.open = { kind: 'templates' })}
              >Templates</wa-button
            >`
          : nothing
      }
      <wa-button class="write" slot="actions" size="s" variant="brand" @click=${() => this.write(undefined, {})}
        ><wa-icon slot="start" name="plus"></wa-icon>Write a note</wa-button
      >`;
  }

  private renderConflicts() {
    const isNote = new Set(noteEntries(this.view.record).map(({ key }) => key));
    const { conflicts } = mustGetSection(this.view, section);
    const views = conflictViews(
      this.view.record,
      section,
      conflicts.filter(({ key }) => isNote.has(key)),
    );
    return views.map(
      (conflict) => html`<pc-conflict-card class="card" .view=${this.view} .conflict=${conflict}></pc-conflict-card>`,
    );
  }

  private renderOpen() {
    if (this.open === undefined) return nothing;
    if (this.open.kind === 'templates')
      return html`<section class="card" aria-label="Templates">
        <pc-note-templates .session=${this.view.session}></pc-note-templates>
      </section>`;
    const { key, start } = this.open;
    return html`<section class="card" aria-label="Form">
      <pc-note-writer .view=${this.view} .noteKey=${key} .start=${start}></pc-note-writer>
    </section>`;
  }

  private renderEmpty(entries: readonly NoteEntry[]) {
    if (entries.length > 0 || this.open !== undefined) return nothing;
    const words = emptyWords(this.view, 'notes', section, 'notes');
    if (words === undefined) return nothing;
    return html`<pc-empty-state icon="document" heading=${words.heading}
      >${words.canBegin ? 'What was found and thought, in your own words.' : ''} ${words.text}</pc-empty-state
    >`;
  }

  private renderList(heading: string, entries: readonly NoteEntry[]) {
    if (entries.length === 0) return nothing;
    return html`<section class="list" aria-label=${heading === '' ? 'Notes' : heading}>
      ${heading === '' ? nothing : html`<h3>${heading}</h3>`}
      ${entries.map((entry) => html`<pc-note-card .view=${this.view} .entry=${entry}></pc-note-card>`)}
    </section>`;
  }

  private get canWrite(): boolean {
    return mustGetSection(this.view, section).canWrite;
  }

  private act({ act, key, words }: NoteAct): void {
    switch (act) {
      case 'write':
        this.write(key, {});
        break;
      case 'append':
        this.write(undefined, { about: { code: 'appends', key }, ...(words === undefined ? {} : { words }) });
        break;
      case 'correct':
        this.write(undefined, { about: { code: 'replaces', key }, ...(words === undefined ? {} : { words }) });
        break;
      case 'error':
        void this.markInError(key);
    }
  }

  private write(key: ResourceKey | undefined, start: NoteStart): void {
    if (!this.canWrite) return;
    // One page to write on at a time: what is on it is kept by itself.
    this.open = undefined;
    this.writing = key;
    void this.updateComplete.then(() => (this.open = { kind: 'writer', key, start }));
  }

  private async markInError(key: ResourceKey): Promise<void> {
    const resource = this.view.record.get(key);
    const outcome = resource === undefined ? undefined : markEnteredInError(resource);
    if (outcome?.kind !== 'edits') return;
    const saved = await saveEdits(this, this.view, outcome.section, outcome.edits, 'Note marked as entered in error.');
    this.trouble = saved.ok ? undefined : writeTrouble[saved.reason];
  }
}

customElements.define('pc-notes-page', NotesPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-notes-page': NotesPage;
  }
}
