/**
 * `<pc-diagnostics-page .session>`: what was refused or went wrong, by reason and count, for whoever helps with a problem. The one
 * place with the program's own terms; no names and nothing clinical, so it can be copied into a message.
 */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Diagnostic, Session } from '../../app/session.ts';
import '../shell/data-table.ts';
import type { Column } from '../shell/data-table.ts';
import '../shell/empty-state.ts';
import { groupDigits, whenInWords } from '../shell/format.ts';
import '../shell/page-header.ts';
import { say } from '../shell/say.ts';
import { base, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';

const columns: readonly Column<Diagnostic>[] = [
  { label: 'What', cell: ({ what }) => what },
  { label: 'Reason', cell: ({ reason }) => reason },
  { label: 'Count', number: true, cell: (row) => groupDigits(row.count) },
  { label: 'Last', cell: ({ lastAt }) => whenInWords(lastAt, new Date()) },
];

export class DiagnosticsPage extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    base,
    page,
    css`
      section {
        margin-block-start: var(--wa-space-l);
      }
      h2 {
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
    const rows = this.session.diagnostics();
    return html`<pc-page-header heading="Diagnostics">
        For whoever helps with a problem. No names and nothing clinical is in here.
        <wa-button slot="actions" appearance="plain" href="#/settings">Settings</wa-button>
        <wa-button slot="actions" appearance="outlined" @click=${() => void this.copy()}
          ><wa-icon slot="start" name="copy"></wa-icon>Copy</wa-button
        >
      </pc-page-header>
      <section>
        <h2>Refused or failed since unlocking</h2>
        ${
          rows.length === 0
            ? html`<pc-empty-state compact heading="Nothing">Nothing was refused and nothing failed.</pc-empty-state>`
            : html`<pc-data-table
                caption="Refused or failed since unlocking"
                .columns=${columns}
                .rows=${rows}
                .keyOf=${(row: Diagnostic) => `${row.what} ${row.reason}`}
              ></pc-data-table>`
        }
      </section>
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
      .map(({ what, reason, count, lastAt }) => `${what}\t${reason}\t${String(count)}\t${lastAt}`);
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
