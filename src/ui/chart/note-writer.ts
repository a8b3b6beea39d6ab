/**
 * `<pc-note-writer .view .noteKey .start>`: the page a note is written on. What is typed is kept as a draft by itself, and joins what
 * others type in the same note; signing shows what will be signed first. Fires `pc-close` when put away, with the note's key in
 * `pc-written` once it has one.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { cleanNote, type NoteRelation, type TypedNote } from '../../clinical/edits/note.ts';
import { noteKinds, startingTemplates, usualNoteKind, type NoteTemplate } from '../../clinical/note-kinds.ts';
import type { ResourceKey, WrittenText } from '../../clinical/section-edit.ts';
import { movedCaret, splicesBetween, type Splice } from '../../clinical/splices.ts';
import { allNotes, noteEntries, type NoteEntry } from '../../clinical/views/notes.ts';
import type { Authorship } from '../../app/charts/chart-on-screen.ts';
import type { WriteFailure } from '../../app/session.ts';
import type { Result } from '../../base/result.ts';
import '../shell/callout.ts';
import { choiceField, textField } from '../shell/fields.ts';
import { say } from '../shell/say.ts';
import { base, form } from '../shell/styles.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import { alsoWriting, alsoWritingWords } from './also-writing.ts';
import { authorOfKey, mustGetSection, unsettledKeys, type ChartView } from './chart-view.ts';
import { beginNoteIn, discardNoteIn, renameNoteIn, signNoteIn } from './note-acts.ts';
import { NoteDraft } from './note-draft.ts';
import { SavingWhileTyping } from './note-saving.ts';
import { changedWhileSigning, relationWords, signTroubles, unsettledWhileSigning } from './note-words.ts';

export interface NoteStart {
  readonly kind?: string;
  readonly words?: string;
  readonly about?: NoteRelation;
}

declare global {
  interface HTMLElementEventMap {
    'pc-written': CustomEvent<{ readonly key: ResourceKey }>;
  }
}

const section = 'documents';

export class NoteWriter extends LitElement {
  static override properties = {
    view: { attribute: false },
    noteKey: { attribute: false },
    start: { attribute: false },
    kind: { state: true },
    noteTitle: { state: true },
    reviewing: { state: true },
    trouble: { state: true },
    isSaved: { state: true },
    also: { state: true },
    busy: { state: true },
  };
  static override styles = [
    base,
    form,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: start;
        justify-content: space-between;
        gap: var(--wa-space-xs);
      }
      .fields {
        display: grid;
        grid-template-columns: minmax(10rem, 16rem) minmax(0, 1fr) minmax(10rem, 14rem);
        gap: var(--wa-space-s);
      }
      label {
        display: block;
        margin-block-end: var(--wa-space-2xs);
        font-weight: var(--wa-form-control-label-font-weight);
      }
      textarea,
      .signing {
        display: block;
        inline-size: 100%;
        min-block-size: 16rem;
        field-sizing: content;
        padding: var(--wa-space-s) var(--wa-space-m);
        font: inherit;
        line-height: 1.55;
        color: var(--wa-color-text-normal);
        background: var(--wa-form-control-background-color);
        border: var(--wa-form-control-border-width) solid var(--wa-form-control-border-color);
        border-radius: var(--wa-form-control-border-radius);
        resize: vertical;
      }
      .signing {
        min-block-size: 0;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        background: var(--wa-color-surface-lowered);
      }
      .state {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: var(--wa-space-2xs) var(--wa-space-m);
        min-block-size: 1.5em;
      }
      .also {
        color: var(--wa-color-text-normal);
      }
      .actions .away {
        margin-inline-start: auto;
      }
      @media (max-width: 52rem) {
        .fields {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare view: ChartView;
  /** The draft that is written on; undefined for a new note. */
  declare noteKey: ResourceKey | undefined;
  declare start: NoteStart;
  declare private kind: string;
  declare private noteTitle: string;
  /** The words a person is looking at before they sign them. */
  declare private reviewing: string | undefined;
  declare private trouble: Trouble | undefined;
  declare private isSaved: boolean;
  declare private also: Authorship | undefined;
  declare private busy: boolean;
  private draft: NoteDraft | undefined;
  private readonly saving = new SavingWhileTyping(() => void this.save());

  constructor() {
    super();
    this.start = {};
    this.noteTitle = '';
    this.kind = usualNoteKind;
    this.isSaved = true;
    this.busy = false;
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented) void this.close();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.saving.stop();
    // Whoever leaves the page keeps what they wrote.
    void this.draft?.save();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    this.draft ??= this.begin();
    if (changed.has('view')) {
      this.draft.receive();
      this.noteAlso();
    }
  }

  override firstUpdated(): void {
    const { area } = this;
    if (area === null) return;
    area.value = this.draft?.words ?? '';
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  }

  override render() {
    const { entry } = this;
    const relation = this.start.about?.code ?? entry?.relation?.code;
    const heading = relation === undefined ? 'Write a note' : relationWords[relation];
    return html`<form
      aria-labelledby="heading"
      autocomplete="off"
      novalidate
      @submit=${(event: Event) => {
        event.preventDefault();
        void (this.reviewing === undefined ? this.review() : this.sign());
      }}
    >
      <div class="head"><h2 id="heading" tabindex="-1">${heading}</h2></div>
      ${this.reviewing === undefined && !this.isSigned ? this.renderFields(relation !== undefined) : nothing}
      <div ?hidden=${this.reviewing !== undefined && !this.isSigned}>
        <label for="words">Note</label>
        <textarea
          id="words"
          autocomplete="off"
          autocapitalize="sentences"
          spellcheck="true"
          aria-describedby="state"
          ?readonly=${this.isSigned}
          @input=${() => this.typed()}
          @blur=${() => void this.save()}
        ></textarea>
      </div>
      ${this.reviewing === undefined || this.isSigned ? nothing : this.renderReview(this.reviewing)}
      <div class="state quiet" id="state">
        <span role="status">${this.isSigned ? '' : this.stateWords()}</span>
        ${this.also === undefined ? nothing : html`<span class="also" role="status">${alsoWritingWords(this.also)}</span>`}
      </div>
      <pc-trouble .words=${this.trouble}></pc-trouble>
      ${this.isSigned ? this.renderSigned() : this.renderActions()}
    </form>`;
  }

  private renderFields(isAbout: boolean) {
    return html`<div class="fields">
      ${choiceField({
        name: 'kind',
        label: 'Kind',
        value: this.kind,
        choices: noteKinds.map(({ code, name }) => ({ value: code, label: name })),
        onChoose: (kind) => {
          this.kind = kind;
          void this.rename();
        },
      })}
      ${textField({ name: 'title', label: 'Title', value: this.noteTitle, onInput: (title) => (this.noteTitle = title) })}
      ${
        isAbout
          ? nothing
          : choiceField({
              name: 'template',
              label: 'Template',
              value: '',
              choices: this.templates.map(({ name }) => ({ value: name, label: name })),
              onChoose: (name) => this.insert(this.templates.find((one) => one.name === name)),
            })
      }
    </div>`;
  }

  private renderReview(words: string) {
    const { personName, name } = this.view.session.practice;
    return html`<pc-callout tone="neutral" icon="edit">
        You sign these words as <strong>${personName}</strong>, ${name}. They are not changed any more after that: what
        is to be added is an addendum, what is wrong is corrected in a new version beside this one.
      </pc-callout>
      <div class="signing" tabindex="-1" aria-label="What you sign">${words}</div>`;
  }

  private renderActions() {
    if (this.reviewing !== undefined)
      return html`<div class="actions">
        <wa-button type="submit" variant="brand" ?loading=${this.busy}
          >Sign as ${this.view.session.practice.personName}</wa-button
        >
        <wa-button appearance="outlined" @click=${() => (this.reviewing = undefined)}>Go on writing</wa-button>
      </div>`;
    return html`<div class="actions">
      <wa-button type="submit" variant="brand" ?loading=${this.busy}>Sign …</wa-button>
      <wa-button appearance="outlined" @click=${() => void this.close()}>Keep as draft</wa-button>
      ${
        this.draft?.key === undefined
          ? nothing
          : html`<wa-button class="away" appearance="plain" @click=${() => void this.discard()}
              >Put the draft away</wa-button
            >`
      }
    </div>`;
  }

  /** Somebody else signed it meanwhile. What was typed since, and not saved before, is not lost. */
  private renderSigned() {
    const { draft } = this;
    const key = draft?.key;
    if (key === undefined) return nothing;
    const by = mustGetSection(this.view, section).provenance(key, 'content');
    const words = splicesBetween(this.standing()?.words ?? '', draft?.words ?? '')
      .map(({ insert }) => insert.trim())
      .filter((insert) => insert !== '')
      .join('\n');
    const append = (): void => {
      const detail = { act: 'append' as const, key, words };
      this.dispatchEvent(new CustomEvent('pc-note', { detail, bubbles: true, composed: true }));
    };
    return html`<pc-callout tone="warning" role="status"
        ><strong>${by?.personName ?? 'Somebody'} has signed this note</strong> while it was open here, so nobody types
        in it any more.
        ${words === '' ? 'What you wrote is in it.' : html`Not in it is what you typed last: <em>${words}</em>`}</pc-callout
      >
      <div class="actions">
        ${
          words === ''
            ? nothing
            : html`<wa-button variant="brand" @click=${append}>Write it into an addendum</wa-button>`
        }
        <wa-button appearance="outlined" @click=${() => this.leave()}>Close</wa-button>
      </div>`;
  }

  private get isSigned(): boolean {
    return !this.busy && this.draft?.key !== undefined && this.standing()?.isClosed === true;
  }

  private get area(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  private get fields(): TypedNote {
    return { kind: this.kind, title: this.noteTitle };
  }

  private get templates(): readonly NoteTemplate[] {
    const { all } = this.view.session.work.noteTemplates;
    return all.length === 0 ? startingTemplates : all;
  }

  private get entry(): NoteEntry | undefined {
    const key = this.draft?.key ?? this.noteKey;
    return key === undefined ? undefined : allNotes(noteEntries(this.view.record)).find((entry) => entry.key === key);
  }

  private begin(): NoteDraft {
    const { entry } = this;
    this.kind = entry?.kindCode ?? this.start.kind ?? usualNoteKind;
    this.noteTitle = entry?.title ?? '';
    const place = {
      stands: () => this.standing(),
      begin: (words: string) => this.beginWith(words),
      write: (edit: Parameters<ChartView['chart']['edit']>[1][number]) => this.view.chart.edit(section, [edit]),
    };
    return new NoteDraft(place, (splices) => this.paint(splices), this.noteKey, this.start.words ?? '');
  }

  private standing(): WrittenText | undefined {
    const key = this.draft?.key ?? this.noteKey;
    return key === undefined ? undefined : mustGetSection(this.view, section).resources.get(key)?.text;
  }

  private async beginWith(words: string): Promise<Result<ResourceKey, WriteFailure>> {
    const begun = await beginNoteIn(this.view, this.fields, words, this.start.about);
    if (begun.ok)
      this.dispatchEvent(
        new CustomEvent('pc-written', { detail: { key: begun.value }, bubbles: true, composed: true }),
      );
    return begun;
  }

  private typed(): void {
    const { area, draft } = this;
    if (area === null || draft === undefined) return;
    draft.type(cleanNote(area.value));
    this.isSaved = draft.isSaved;
    this.trouble = undefined;
    this.saving.typed();
  }

  private async save(): Promise<boolean> {
    this.saving.stop();
    if (this.isSigned) return false;
    const saved = await this.draft?.save();
    this.isSaved = this.draft?.isSaved ?? true;
    if (saved?.ok !== false) return true;
    this.trouble = writeTrouble[saved.reason];
    return false;
  }

  /** Others' letters come into the field, and the caret stays between the letters it stood between. */
  private paint(splices: readonly Splice[]): void {
    const { area, draft } = this;
    if (area === null || draft === undefined) return;
    const [start, end] = [movedCaret(area.selectionStart, splices), movedCaret(area.selectionEnd, splices)];
    const { scrollTop } = area;
    area.value = draft.words;
    area.setSelectionRange(start, end);
    area.scrollTop = scrollTop;
  }

  private insert(template: NoteTemplate | undefined): void {
    const { area } = this;
    if (area === null || template === undefined) return;
    const { value, selectionStart: at } = area;
    const before = value.slice(0, at);
    const gap = before === '' || before.endsWith('\n') ? '' : '\n';
    area.value = `${before}${gap}${template.text}${value.slice(at)}`;
    const caret = at + gap.length + Math.max(0, template.text.indexOf('\n') + 1);
    area.focus();
    area.setSelectionRange(caret, caret);
    if (value.trim() === '' && this.kind !== template.kind) {
      this.kind = template.kind;
      void this.rename();
    }
    this.typed();
  }

  /** Kind and title of a draft that is there; of a new one they go with its first words. */
  private async rename(): Promise<void> {
    const key = this.draft?.key;
    if (key !== undefined) this.trouble = (await renameNoteIn(this.view, key, this.fields)) ?? this.trouble;
  }

  private async review(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    const saved = await this.save();
    if (saved) await this.rename();
    this.busy = false;
    if (!saved) return;
    const words = this.draft?.words ?? '';
    if (words.trim() === '' || this.draft?.key === undefined) {
      this.trouble = signTroubles.required;
      return;
    }
    if (unsettledKeys(this.view, section).has(this.draft.key)) {
      this.trouble = unsettledWhileSigning;
      return;
    }
    this.trouble = undefined;
    this.reviewing = words;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('.signing')?.focus();
  }

  private async sign(): Promise<void> {
    const { draft, reviewing } = this;
    if (this.busy || draft?.key === undefined || reviewing === undefined) return;
    if (this.standing()?.words !== reviewing) {
      this.reviewing = undefined;
      this.trouble = changedWhileSigning;
      return;
    }
    this.busy = true;
    this.trouble = await signNoteIn(this.view, draft.key, reviewing);
    this.busy = false;
    if (this.trouble !== undefined) return;
    say(this, 'Note signed.');
    this.leave();
  }

  private async discard(): Promise<void> {
    const key = this.draft?.key;
    if (key === undefined) return;
    const discarded = await discardNoteIn(this.view, key);
    if (!discarded.ok) {
      this.trouble = writeTrouble[discarded.reason];
      return;
    }
    say(this, 'Draft put away.', () => void discarded.value());
    this.leave();
  }

  private async close(): Promise<void> {
    if (!this.isSigned && (await this.save()) && this.draft?.key !== undefined) await this.rename();
    if (this.isSigned || this.trouble === undefined) this.leave();
  }

  private leave(): void {
    this.dispatchEvent(new CustomEvent('pc-close', { bubbles: true, composed: true }));
  }

  private stateWords(): string {
    if (this.draft?.key === undefined && this.isSaved) return 'A draft is kept by itself as you write.';
    return this.isSaved ? 'Draft saved. It is not signed yet.' : 'Writing …';
  }

  private noteAlso(): void {
    const key = this.draft?.key;
    const by = key === undefined ? undefined : authorOfKey(this.view, section, key);
    this.also = alsoWriting(this.also, by, this.view.session.practice.personName, Date.now());
  }
}

customElements.define('pc-note-writer', NoteWriter);
declare global {
  interface HTMLElementTagNameMap {
    'pc-note-writer': NoteWriter;
  }
}
