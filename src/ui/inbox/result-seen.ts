/** `<pc-result-seen .session .chart .key>`: who of this practice has looked at a result, when, and what they noted; or that nobody has yet. */
import { LitElement, css, html, nothing } from 'lit';
import type { Session } from '../../app/session.ts';
import type { ChartId } from '../../base/ids.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import '../shell/badge.ts';
import { whenInWords } from '../shell/format.ts';
import { base } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';

export class ResultSeen extends LitElement {
  static override properties = {
    session: { attribute: false },
    chart: { attribute: false },
    key: { attribute: false },
  };
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-2xs);
      }
    `,
  ];

  declare session: Session;
  declare chart: ChartId;
  declare key: ResourceKey;

  constructor() {
    super();
    new Watch(this, () => this.session);
  }

  override render() {
    const { inbox } = this.session.work;
    const waits = inbox.results.some(({ chart, key }) => chart === this.chart && key === this.key);
    const acknowledged = inbox.acknowledgedOf(this.chart, this.key);
    return html`${
      waits
        ? html`<p>
            <pc-badge tone="info" icon="inbox"
              >${acknowledged.length === 0 ? 'Not seen yet' : 'Changed since it was seen'}</pc-badge
            >
            <a href="#/inbox">In the inbox</a>
          </p>`
        : nothing
    }
    ${acknowledged.map(
      ({ personName, at, note }) =>
        html`<p class="quiet">
          Seen by ${personName}, ${whenInWords(at, new Date())}${note === '' ? '' : `: ${note}`}
        </p>`,
    )}`;
  }
}

customElements.define('pc-result-seen', ResultSeen);
declare global {
  interface HTMLElementTagNameMap {
    'pc-result-seen': ResultSeen;
  }
}
