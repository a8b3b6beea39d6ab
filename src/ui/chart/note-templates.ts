/**
 * `<pc-note-templates .session>`: the templates of the practice: list, write, change, put away with undo. Until there are any,
 * some to begin with are offered. Fires `pc-close` when put away.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { noteKinds, startingTemplates, usualNoteKind, type NoteTemplate } from '../../clinical/note-kinds.ts';
import type { Session } from '../../app/session.ts';
import type { SavedTemplate } from '../../app/work/work-acts.ts';
import '../shell/callout.ts';
import { areaField, choiceField, focusFirstField, readFields, textField } from '../shell/fields.ts';
import { say } from '../shell/say.ts';
import { base, form } from '../shell/styles.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';

export class NoteTemplatesPanel extends LitElement {
  static override properties = {
    session: { attribute: false },
    editing: { state: true },
    trouble: { state: true },
  };
  static override styles = [
    base,
    form,
    css`
      .head,
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--wa-space-xs);
      }
      li {
        padding-block: var(--wa-space-2xs);
        border-block-end: 1px solid var(--wa-color-surface-border);
      }
    `,
  ];

  declare session: Session;
  /** A template that is changed, or a new one without an id. */
  declare private editing: (NoteTemplate & { readonly id?: string }) | undefined;
  declare private trouble: Trouble | undefined;

  constructor() {
    super();
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented) this.close();
    });
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('h2')?.focus();
  }

  override render() {
    return html`<div class="stack">
      <div class="head">
        <h2 tabindex="-1">Templates</h2>
        <wa-button size="s" appearance="plain" @click=${() => this.close()}
          ><wa-icon name="xmark" label="Close"></wa-icon
        ></wa-button>
      </div>
      ${this.editing === undefined ? this.renderList() : this.renderForm(this.editing)}
      <pc-trouble .words=${this.trouble}></pc-trouble>
    </div>`;
  }

  private renderList() {
    const { all } = this.session.work.noteTemplates;
    return html`${
        all.length > 0
          ? nothing
          : html`<p class="quiet">
              The practice has none of its own yet. These are offered until it has; keep one to change it.
            </p>`
      }
      <ul>
        ${all.map((template) => this.renderRow(template, template.id))}
        ${all.length > 0 ? nothing : startingTemplates.map((template) => this.renderRow(template))}
      </ul>
      <div class="actions">
        <wa-button size="s" appearance="outlined" @click=${() => this.edit({ name: '', kind: usualNoteKind, text: '' })}
          ><wa-icon slot="start" name="plus"></wa-icon>New template</wa-button
        >
      </div>`;
  }

  private renderRow(template: NoteTemplate, id?: string) {
    const kind = noteKinds.find(({ code }) => code === template.kind)?.name ?? '';
    return html`<li>
      <span>${template.name} <span class="quiet">${kind}</span></span>
      <span>
        <wa-button
          size="s"
          appearance="plain"
          @click=${() => this.edit({ ...template, ...(id === undefined ? {} : { id }) })}
          >${id === undefined ? 'Keep and change' : 'Change'}<span class="only-heard">
            ${template.name}</span
          ></wa-button
        >
        ${
          id === undefined
            ? nothing
            : html`<wa-button size="s" appearance="plain" @click=${() => void this.putAway({ ...template, id })}
                >Put away<span class="only-heard"> ${template.name}</span></wa-button
              >`
        }
      </span>
    </li>`;
  }

  private renderForm({ id, name, kind, text }: NoteTemplate & { readonly id?: string }) {
    return html`<form
      autocomplete="off"
      novalidate
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.save(id);
      }}
    >
      ${textField({ name: 'name', label: 'Name', value: name, required: true })}
      ${choiceField({
        name: 'kind',
        label: 'Kind of note',
        value: kind,
        choices: noteKinds.map((one) => ({ value: one.code, label: one.name })),
      })}
      ${areaField({ name: 'text', label: 'Text', value: text, rows: 8 })}
      <div class="actions">
        <wa-button type="submit" variant="brand">Keep template</wa-button>
        <wa-button appearance="outlined" @click=${() => (this.editing = undefined)}>Cancel</wa-button>
      </div>
    </form>`;
  }

  private edit(template: NoteTemplate & { readonly id?: string }): void {
    this.editing = template;
    this.trouble = undefined;
    void this.updateComplete.then(() => focusFirstField(this.renderRoot));
  }

  private async save(id: string | undefined): Promise<void> {
    const { name = '', kind = usualNoteKind } = readFields(this.renderRoot);
    // Blank lines at its end are part of it.
    const text = this.renderRoot.querySelector('wa-textarea')?.value ?? '';
    if (name === '' || text.trim() === '') {
      this.trouble = {
        happened: 'A template needs a name and a text.',
        safe: 'Nothing was changed.',
        todo: 'Fill in both, then keep it.',
      };
      return;
    }
    const { noteTemplates } = this.session.work;
    const template = { name, kind, text };
    const saved = id === undefined ? await noteTemplates.add(template) : await noteTemplates.change(id, template);
    if (!saved.ok) {
      this.trouble = writeTrouble[saved.reason];
      return;
    }
    this.editing = undefined;
    say(this, 'Template kept.');
  }

  private async putAway(template: SavedTemplate): Promise<void> {
    const { noteTemplates } = this.session.work;
    const saved = await noteTemplates.putAway(template);
    this.trouble = saved.ok ? undefined : writeTrouble[saved.reason];
    this.requestUpdate();
    if (saved.ok)
      say(
        this,
        'Template put away.',
        () => void noteTemplates.change(template.id, template).then(() => this.requestUpdate()),
      );
  }

  private close(): void {
    this.dispatchEvent(new CustomEvent('pc-close', { bubbles: true, composed: true }));
  }
}

customElements.define('pc-note-templates', NoteTemplatesPanel);
declare global {
  interface HTMLElementTagNameMap {
    'pc-note-templates': NoteTemplatesPanel;
  }
}
