/**
 * `<pc-share-form .view .practice>`: who may see what of this chart, whether they may write, until when, and before anything is
 * given: exactly what the other side will see. Fires `pc-close`.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import type { PracticeId } from '../../base/ids.ts';
import { chartSections, type ChartSection } from '../../base/sections.ts';
import { sharePreview } from '../../clinical/share-preview.ts';
import '../shell/callout.ts';
import { choiceField, focusFirstField, textField, typedValue } from '../shell/fields.ts';
import { count } from '../shell/format.ts';
import { say } from '../shell/say.ts';
import { base, form } from '../shell/styles.ts';
import { sectionWords, writeTrouble, type Trouble } from '../shell/words.ts';
import { conflictsOf, type ChartView } from './chart-view.ts';
import { endOfDay } from './end-date.ts';
import { unsettledWords } from './unsettled.ts';

/** What "the whole chart" means: everything but records without a page of their own, which are shared only by choice. */
const wholeChart: readonly ChartSection[] = chartSections.filter((section) => section !== 'administrative');
const linesShown = 40; // enough to recognise what goes; the count says how many there are

export class ShareForm extends LitElement {
  static override properties = {
    view: { attribute: false },
    practice: { state: true },
    sections: { state: true },
    right: { state: true },
    until: { state: true },
    untilWrong: { state: true },
    trouble: { state: true },
    saving: { state: true },
  };
  static override styles = [
    base,
    form,
    css`
      .sections {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: var(--wa-space-2xs) var(--wa-space-s);
        margin-block-start: var(--wa-space-2xs);
      }
      .preview {
        display: grid;
        gap: var(--wa-space-2xs);
      }
      .preview ul {
        max-block-size: 14rem;
        overflow: auto;
        font-size: var(--wa-font-size-s);
      }
      wa-details::part(header) {
        padding: var(--wa-space-2xs) var(--wa-space-xs);
      }
      wa-details::part(content) {
        padding: 0 var(--wa-space-xs) var(--wa-space-xs);
      }
    `,
  ];

  declare view: ChartView;
  declare private practice: PracticeId | undefined;
  declare private sections: ReadonlySet<ChartSection>;
  declare private right: 'read' | 'write';
  declare private until: string;
  declare private untilWrong: string | undefined;
  declare private trouble: Trouble | undefined;
  declare private saving: boolean;

  constructor() {
    super();
    this.sections = new Set(wholeChart);
    this.right = 'read';
    this.until = '';
    this.saving = false;
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented) this.close();
    });
  }

  override firstUpdated(): void {
    if (this.view.session.peers.length === 1) this.practice = this.view.session.peers[0]?.id;
    void focusFirstField(this.renderRoot);
  }

  override render() {
    const { peers } = this.view.session;
    const peer = peers.find(({ id }) => id === this.practice);
    return html`<form
      aria-labelledby="heading"
      autocomplete="off"
      novalidate
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.share();
      }}
    >
      <h2 id="heading">Share this chart</h2>
      ${
        peers.length === 0
          ? html`<pc-callout tone="info"
              >You have no peers yet. Invite another practice first.
              <wa-button slot="action" size="s" variant="brand" href="#/peers/new">Invite a practice</wa-button>
            </pc-callout>`
          : nothing
      }
      ${choiceField({
        name: 'practice',
        label: 'With',
        value: this.practice ?? '',
        required: true,
        choices: peers.map(({ id, name, personName }) => ({ value: id, label: `${name} (${personName})` })),
        onChoose: (value) => (this.practice = peers.find(({ id }) => id === value)?.id),
      })}
      ${
        peer?.safetyPhraseConfirmed === false
          ? html`<pc-callout tone="warning"
              >Nobody has compared the safety phrase with ${peer.name} yet. Do that before you share.
              <a href=${`#/peers/${peer.id}`}>Compare it now</a></pc-callout
            >`
          : nothing
      }
      ${this.renderSections()}
      <wa-radio-group
        label="They may"
        orientation="horizontal"
        value=${this.right}
        @change=${(event: Event) => (this.right = typedValue(event) === 'write' ? 'write' : 'read')}
      >
        <wa-radio value="read">Read</wa-radio>
        <wa-radio value="write">Read and write</wa-radio>
      </wa-radio-group>
      ${textField({
        name: 'until',
        label: 'Until',
        type: 'date',
        value: this.until,
        hint: 'Leave empty to share until you stop it',
        error: this.untilWrong,
        onInput: (value) => (this.until = value),
      })}
      ${this.renderPreview(peer?.name ?? 'They')}
      <pc-callout tone="info">You can stop sharing at any time. What was already read can’t be taken back.</pc-callout>
      <pc-trouble .words=${this.trouble}></pc-trouble>
      <div class="actions">
        <wa-button
          type="submit"
          variant="brand"
          ?disabled=${this.practice === undefined || this.sections.size === 0}
          ?loading=${this.saving}
          >Share</wa-button
        >
        <wa-button appearance="outlined" @click=${() => this.close()}>Cancel</wa-button>
      </div>
    </form>`;
  }

  private renderSections() {
    const isWhole = wholeChart.every((section) => this.sections.has(section));
    return html`<fieldset>
      <legend>What</legend>
      <wa-checkbox
        ?checked=${isWhole}
        .indeterminate=${!isWhole && this.sections.size > 0}
        @change=${(event: Event) => (this.sections = new Set(isChecked(event) ? wholeChart : ['identity']))}
        >The whole chart</wa-checkbox
      >
      <div class="sections">
        ${chartSections.map(
          (section) =>
            html`<wa-checkbox
              ?checked=${section === 'identity' || this.sections.has(section)}
              ?disabled=${section === 'identity'}
              @change=${(event: Event) => this.toggle(section, isChecked(event))}
              >${sectionWords[section]}</wa-checkbox
            >`,
        )}
      </div>
      <p class="quiet">
        Name, birth date, sex and one number always go along. Claims and the like only if you choose them.
      </p>
    </fieldset>`;
  }

  private renderPreview(name: string) {
    const versions = new Map(
      [...this.sections].map((section) => [section, unsettledWords(this.view, section)] as const),
    );
    const previews = sharePreview(this.view.record, this.sections, versions);
    const unsettled = conflictsOf(this.view).filter(({ section }) => this.sections.has(section)).length;
    const total = previews.reduce((sum, preview) => sum + preview.count, 0);
    const also = [...new Set(previews.flatMap((preview) => preview.alsoVisible))];
    return html`<div class="preview">
      <strong>${name} will see ${count(total, 'entry', 'entries')}</strong>
      ${previews.map(
        (preview) =>
          html`<wa-details
            summary=${`${sectionWords[preview.section]}: ${preview.count === 0 ? 'nothing yet' : String(preview.count)}`}
          >
            <ul>
              ${preview.lines.slice(0, linesShown).map((line) => html`<li>${line}</li>`)}
              ${
                preview.lines.length > linesShown
                  ? html`<li class="quiet">and ${preview.lines.length - linesShown} more</li>`
                  : nothing
              }
              ${preview.lines.length === 0 ? html`<li class="quiet">What is written later is shared too.</li>` : nothing}
            </ul>
          </wa-details>`,
      )}
      ${
        also.length === 0
          ? nothing
          : html`<pc-callout tone="warning"
              >These entries also mention, from parts you did not choose:
              ${also.slice(0, 8).join('; ')}${
                also.length > 8 ? ` and ${String(also.length - 8)} more` : ''
              }.</pc-callout
            >`
      }
      ${
        unsettled === 0
          ? nothing
          : html`<pc-callout tone="warning"
              >${count(unsettled, 'statement')} ${unsettled === 1 ? 'is' : 'are'} not settled. ${name} will see both
              versions, marked as not settled.</pc-callout
            >`
      }
    </div>`;
  }

  private toggle(section: ChartSection, isOn: boolean): void {
    const next = new Set(this.sections);
    if (isOn) next.add(section);
    else next.delete(section);
    this.sections = next;
  }

  private async share(): Promise<void> {
    if (this.practice === undefined || this.saving) return;
    const until = endOfDay(this.until);
    this.untilWrong =
      until !== undefined && until.getTime() <= Date.now() ? 'This day is over. Choose a later one.' : undefined;
    if (this.untilWrong !== undefined) return;
    this.saving = true;
    const sections = chartSections.filter((section) => section === 'identity' || this.sections.has(section));
    const shared = await this.view.session.share(
      this.view.chart.id,
      this.practice,
      sections,
      this.right,
      until?.toISOString(),
    );
    this.saving = false;
    this.trouble = shared.ok ? undefined : writeTrouble[shared.reason];
    if (!shared.ok) return;
    say(this, 'Shared. They get it as soon as both sides are connected.');
    this.close();
  }

  private close(): void {
    this.dispatchEvent(new CustomEvent('pc-close', { bubbles: true, composed: true }));
  }
}

function isChecked(event: Event): boolean {
  const { target } = event;
  return target !== null && 'checked' in target && target.checked === true;
}

customElements.define('pc-share-form', ShareForm);
declare global {
  interface HTMLElementTagNameMap {
    'pc-share-form': ShareForm;
  }
}
