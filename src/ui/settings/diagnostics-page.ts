/**
 * `<pc-diagnostics-page .session>`: what was refused or went wrong, by kind, reason and count, with what each kind means, for whoever
 * helps with a problem. The one place with the program's own terms. Nothing clinical and no patient is in here; what is copied has no
 * names at all, so it can go into a message.
 */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PracticeId } from '../../base/ids.ts';
import type { Diagnostic, DiagnosticKind, Session } from '../../app/session.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import '../shell/empty-state.ts';
import { groupDigits, whenInWords } from '../shell/format.ts';
import '../shell/page-header.ts';
import { say } from '../shell/say.ts';
import { base, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { byKind, diagnosticWords } from './diagnostic-words.ts';

export class DiagnosticsPage extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    base,
    page,
    css`
      section {
        margin-block-start: var(--wa-space-l);
      }
      h2,
      section p {
        margin-block-end: var(--wa-space-xs);
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: var(--wa-space-2xs) var(--wa-space-m);
      }
      dt {
        color: var(--wa-color-text-quiet);
      }
      dd {
        overflow-wrap: anywhere;
      }
      @media (max-width: 40rem) {
        dl {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  declare session: Session;

  constructor() {
    super();
    new Watch(this, () => this.session);
  }

  override render() {
    const groups = byKind(this.session.diagnostics());
    return html`<pc-page-header heading="Diagnostics">
        For whoever helps with a problem. No patient and nothing clinical is in here. Counted since unlocking.
        <a slot="back" href="#/settings">Settings</a>
        <wa-button slot="actions" appearance="outlined" @click=${() => void this.copy()}
          ><wa-icon slot="start" name="copy"></wa-icon>Copy</wa-button
        >
      </pc-page-header>
      ${
        groups.length === 0
          ? html`<pc-empty-state compact heading="Nothing was refused and nothing failed">
              What others sent was signed, allowed and whole.
            </pc-empty-state>`
          : groups.map(({ kind, rows }) => this.renderKind(kind, rows))
      }
      <section>
        <h2>Network and storage</h2>
        <dl>
          ${this.facts.map(
            ([name, value]) =>
              html`<dt>${name}</dt>
                <dd>${value}</dd>`,
          )}
        </dl>
      </section>`;
  }

  private renderKind(kind: DiagnosticKind, rows: readonly Diagnostic[]) {
    const { heading, means } = diagnosticWords[kind];
    return html`<section>
      <h2>${heading}</h2>
      <p class="quiet reading">${means}</p>
      <pc-data-table
        caption=${heading}
        .columns=${this.columns}
        .rows=${rows}
        .keyOf=${(row: Diagnostic) => `${row.what} ${row.reason} ${row.who ?? ''}`}
      ></pc-data-table>
    </section>`;
  }

  private get columns(): readonly Column<Diagnostic>[] {
    return [
      { label: 'Reason', cell: ({ reason }) => reason },
      { label: 'What', cell: ({ what }) => what },
      { label: 'From', cell: ({ who }) => (who === undefined ? '' : this.nameOf(who)) },
      { label: 'Count', number: true, cell: (row) => groupDigits(row.count) },
      { label: 'Last', tight: true, cell: ({ lastAt }) => whenInWords(lastAt, new Date()) },
    ];
  }

  private nameOf(practice: PracticeId): string {
    const { practice: own, peers } = this.session;
    if (practice === own.id) return 'This practice';
    return peers.find(({ id }) => id === practice)?.name ?? 'A practice that is no peer';
  }

  private get facts(): readonly (readonly [string, string])[] {
    const { status, practice } = this.session;
    const { network, storage } = status;
    return [
      ['Practice id', practice.id],
      ['Device id', practice.device],
      ['Network', `${network.state}, devices connected: ${String(network.connectedPeers)}`],
      ...network.relays.map(({ address, state }) => [`Relay ${state}`, address] as const),
      ['Saving', status.savingFailure === undefined ? status.saving : `${status.saving}: ${status.savingFailure}`],
      [
        'Storage',
        `${String(storage.usedBytes ?? '?')} of ${String(storage.quotaBytes ?? '?')} bytes, persistent: ${String(storage.persistent)}`,
      ],
      ['Browser', navigator.userAgent],
    ];
  }

  private async copy(): Promise<void> {
    const rows = this.session
      .diagnostics()
      .map(({ kind, what, reason, who, count, lastAt }) => [kind, what, reason, who ?? '', count, lastAt].join('\t'));
    const facts = this.facts.map(([name, value]) => `${name}\t${value}`);
    try {
      await navigator.clipboard.writeText([...facts, ...rows].join('\n'));
      say(this, 'Copied');
    } catch {
      say(this, 'The browser did not allow copying.');
    }
  }
}

customElements.define('pc-diagnostics-page', DiagnosticsPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-diagnostics-page': DiagnosticsPage;
  }
}
