/**
 * `<pc-inbox-results .session>`: results nobody of the practice has looked at, critical first. Each is acknowledged alone, with a word
 * and a plan if wanted; those judged normal also together, with undo. Whoever is no clinician reads them and acknowledges none.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Session } from '../../app/session.ts';
import type { InboxResult } from '../../app/work/work-acts.ts';
import { resultRanks, type ResultRank } from '../../clinical/attention/waiting-results.ts';
import '../shell/badge.ts';
import '../shell/callout.ts';
import { count, whenInWords } from '../shell/format.ts';
import { chartAddress } from '../shell/route.ts';
import { say } from '../shell/say.ts';
import { base } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import './acknowledge-form.ts';
import { patientName } from './charts.ts';
import { inboxList } from './styles.ts';
import { flagWords, rankHints, rankTitles, rankTones } from './words.ts';

const shownAtFirst = 50;
/** At once: one act of the practice book names no more (app/work/result-inbox.ts). */
const maxTogether = 500;

export class InboxResults extends LitElement {
  static override properties = {
    session: { attribute: false },
    answering: { state: true },
    all: { state: true },
    trouble: { state: true },
    busy: { state: true },
  };
  static override styles = [
    base,
    inboxList,
    css`
      .group {
        margin-block-start: var(--wa-space-m);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        align-items: end;
        gap: var(--wa-space-xs);
      }
      .what {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 var(--wa-space-s);
      }
      .value {
        font-variant-numeric: tabular-nums;
        font-weight: var(--wa-font-weight-bold);
      }
      pc-acknowledge-form {
        flex: 1 1 100%;
      }
    `,
  ];

  declare session: Session;
  /** The result a word is being written about. */
  declare private answering: string | undefined;
  declare private all: ReadonlySet<ResultRank>;
  declare private trouble: Trouble | undefined;
  declare private busy: boolean;

  constructor() {
    super();
    this.all = new Set();
    this.busy = false;
    new Watch(this, () => this.session);
    this.addEventListener('pc-close', (event) => {
      event.stopPropagation();
      this.answering = undefined;
    });
  }

  override render() {
    const { inbox } = this.session.work;
    return html`<section aria-labelledby="results">
      <h2 id="results">Results <span class="quiet">${inbox.results.length}</span></h2>
      ${
        inbox.mayAcknowledge
          ? nothing
          : html`<p class="quiet">They wait here until a clinician or an administrator has looked at them.</p>`
      }
      <pc-trouble .words=${this.trouble}></pc-trouble>
      ${resultRanks.map((rank) =>
        this.renderGroup(
          rank,
          inbox.results.filter((result) => result.rank === rank),
        ),
      )}
    </section>`;
  }

  private renderGroup(rank: ResultRank, results: readonly InboxResult[]) {
    if (results.length === 0) return nothing;
    const shown = this.all.has(rank) ? results : results.slice(0, shownAtFirst);
    const together = results.slice(0, maxTogether);
    return html`<div class="group">
      <div class="head">
        <div>
          <h3>${rankTitles[rank]} <span class="quiet">${results.length}</span></h3>
          <p class="quiet">${rankHints[rank]}</p>
        </div>
        ${
          rank === 'normal' && this.session.work.inbox.mayAcknowledge
            ? html`<wa-button
                size="s"
                appearance="outlined"
                ?loading=${this.busy}
                @click=${() => void this.acknowledge(together)}
                >Acknowledge ${count(together.length, 'normal result')}</wa-button
              >`
            : nothing
        }
      </div>
      <ul>
        ${shown.map((result) => this.renderResult(result))}
      </ul>
      ${
        shown.length === results.length
          ? nothing
          : html`<wa-button appearance="plain" @click=${() => (this.all = new Set([...this.all, rank]))}
              >Show ${results.length - shown.length} more</wa-button
            >`
      }
    </div>`;
  }

  private renderResult(result: InboxResult) {
    const name = patientName(this.session, result.chart);
    const from = [result.personName, result.own ? '' : result.practiceName].filter((part) => part !== '').join(', ');
    const flag = flagWords(result);
    const about = `${result.label} of ${name}`;
    return html`<li>
      <div class="text">
        <div class="what">
          <a href=${chartAddress(result.chart, 'results')}>${name}</a>
          <span>${result.label}</span>
          <span class="value">${result.unsettled ?? (result.value === '' ? 'no value' : result.value)}</span>
          ${
            result.unsettled === undefined
              ? nothing
              : html`<pc-badge tone="warning" icon="alert">Not settled</pc-badge>
                  <a href=${chartAddress(result.chart, 'conflicts')}
                    >Choose<span class="only-heard"> for ${about}</span></a
                  >`
          }
          ${result.withdrawn === true ? html`<pc-badge tone="warning" icon="stop">Withdrawn</pc-badge>` : nothing}
          ${flag === '' ? nothing : html`<pc-badge tone=${rankTones[result.rank]} icon="alert">${flag}</pc-badge>`}
          ${result.corrected ? html`<pc-badge tone="info" icon="edit">Corrected</pc-badge>` : nothing}
        </div>
        <p class="quiet">
          ${result.range === '' ? 'no range given' : `expected ${result.range}`}${result.taken === '' ? '' : ` · taken ${result.taken}`}
          · written ${whenInWords(result.writtenAt, new Date())}${from === '' ? '' : ` by ${from}`}
        </p>
      </div>
      ${this.session.work.inbox.mayAcknowledge ? this.renderActs(result, about) : nothing}
      ${
        this.answering === nameOf(result)
          ? html`<pc-acknowledge-form .session=${this.session} .result=${result}></pc-acknowledge-form>`
          : nothing
      }
    </li>`;
  }

  private renderActs(result: InboxResult, about: string) {
    return html`<div class="row">
      <wa-button
        size="s"
        appearance="outlined"
        aria-expanded=${this.answering === nameOf(result) ? 'true' : 'false'}
        @click=${() => (this.answering = nameOf(result))}
        >Note or plan …<span class="only-heard"> about ${about}</span></wa-button
      >
      <wa-button size="s" variant="brand" appearance="outlined" @click=${() => void this.acknowledge([result])}
        >Seen<span class="only-heard">: ${about}</span></wa-button
      >
    </div>`;
  }

  private async acknowledge(results: readonly InboxResult[]): Promise<void> {
    const { inbox } = this.session.work;
    this.busy = true;
    const kept = await inbox.acknowledge(results, {});
    this.busy = false;
    this.trouble = kept.ok ? undefined : writeTrouble[kept.reason];
    if (!kept.ok) return;
    say(this, `${count(results.length, 'result')} acknowledged.`, () => void inbox.takeBack(kept.value));
  }
}

function nameOf({ chart, key }: InboxResult): string {
  return `${chart} ${key}`;
}

customElements.define('pc-inbox-results', InboxResults);
declare global {
  interface HTMLElementTagNameMap {
    'pc-inbox-results': InboxResults;
  }
}
