/**
 * `<pc-sharing-settings .session>`: whether this practice connects to others at all, and by which relays and ICE servers. Each
 * change is saved at once; turning sharing off asks first, since peers then get nothing more.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/switch/switch.js';
import type { Session, SessionStatus, Settings } from '../../app/session.ts';
import '../shell/badge.ts';
import type { Tone } from '../shell/callout.ts';
import '../shell/callout.ts';
import { askToConfirm } from '../shell/confirm.ts';
import { FormState } from '../shell/form-state.ts';
import { count } from '../shell/format.ts';
import { say } from '../shell/say.ts';
import { base, form } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { writeTrouble } from '../shell/words.ts';
import { looksLikeIceServer, looksLikeRelay, relayName } from './addresses.ts';
import { iceHelp, relayHelp, wrongIceServer, wrongRelay } from './words.ts';

type RelayState = SessionStatus['network']['relays'][number]['state'];

const relayStates: Readonly<Record<RelayState, { readonly tone: Tone; readonly icon: string; readonly text: string }>> =
  {
    connected: { tone: 'success', icon: 'check', text: 'Connected' },
    connecting: { tone: 'neutral', icon: 'clock', text: 'Connecting' },
    failing: { tone: 'warning', icon: 'alert', text: 'Not reached' },
  };

export class SharingSettings extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    base,
    form,
    css`
      :host {
        display: grid;
        gap: var(--wa-space-m);
      }
      .address {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--wa-space-xs);
        padding-block: var(--wa-space-2xs);
        border-block-end: 1px solid var(--wa-color-surface-border);
      }
      .address span {
        flex: 1 1 12rem;
        min-inline-size: 0;
        overflow-wrap: anywhere;
      }
      h3 + p {
        margin-block: var(--wa-space-2xs) var(--wa-space-xs);
      }
      form {
        gap: var(--wa-space-xs);
        margin-block-start: var(--wa-space-xs);
      }
      .ice {
        display: grid;
        grid-template-columns: 2fr 1fr 1fr;
        gap: var(--wa-space-xs);
        align-items: start;
      }
      @media (max-width: 40rem) {
        .ice {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  declare session: Session;
  private readonly state: FormState = new FormState(this);

  constructor() {
    super();
    new Watch(this, () => this.session);
  }

  override render() {
    const { settings } = this.session;
    return html`<wa-switch .checked=${settings.sharing} @change=${(event: Event) => void this.turn(event)}
        >Share with other practices
        <span slot="hint"
          >${
            settings.sharing
              ? 'Peers can reach this practice. Only charts you share are ever sent.'
              : 'Own charts only: this browser connects to nobody.'
          }</span
        ></wa-switch
      >
      <pc-trouble .words=${this.state.trouble}></pc-trouble>
      ${settings.sharing ? [this.renderRelays(settings), this.renderIceServers(settings)] : nothing}`;
  }

  private renderRelays({ relays }: Settings) {
    const states = new Map(this.session.status.network.relays.map(({ address, state }) => [address, state]));
    return html`<div>
      <h3>Relays</h3>
      <p class="quiet">${relayHelp}</p>
      ${
        relays.length === 0
          ? html`<pc-callout tone="warning">No relay is set, so no other practice can find this one.</pc-callout>`
          : nothing
      }
      <ul>
        ${relays.map((address) => {
          const state = states.get(address);
          const words = state === undefined ? undefined : relayStates[state];
          return html`<li class="address">
            <span title=${address}>${relayName(address)}</span>
            ${words === undefined ? nothing : html`<pc-badge tone=${words.tone} icon=${words.icon}>${words.text}</pc-badge>`}
            ${this.renderRemove(relayName(address), { relays: relays.filter((other) => other !== address) })}
          </li>`;
        })}
      </ul>
      <form autocomplete="off" @submit=${(event: Event) => this.addRelay(event)}>
        ${this.state.field('relay', 'Another relay’s address')}
        <div class="actions"><wa-button type="submit" size="s" appearance="outlined">Add the relay</wa-button></div>
      </form>
    </div>`;
  }

  private renderIceServers({ iceServers }: Settings) {
    return html`<div>
      <h3>ICE servers</h3>
      <p class="quiet">${iceHelp}</p>
      <ul>
        ${iceServers.map(
          (server) =>
            html`<li class="address">
              <span>${server.urls}${server.username === undefined ? '' : `, as ${server.username}`}</span>
              ${this.renderRemove(server.urls, { iceServers: iceServers.filter((other) => other !== server) })}
            </li>`,
        )}
      </ul>
      <form autocomplete="off" @submit=${(event: Event) => this.addIceServer(event)}>
        <div class="ice">
          ${this.state.field('urls', 'Another server’s address')}
          ${this.state.field('username', 'User name, if it asks')}
          ${this.state.field('credential', 'Password, if it asks', { type: 'password' })}
        </div>
        <div class="actions"><wa-button type="submit" size="s" appearance="outlined">Add the server</wa-button></div>
      </form>
    </div>`;
  }

  private renderRemove(name: string, change: Partial<Settings>) {
    return html`<wa-button size="s" appearance="plain" @click=${() => void this.change(change, `Removed ${name}`)}
      >Remove<span class="only-heard"> ${name}</span></wa-button
    >`;
  }

  private addRelay(event: Event): void {
    const { state } = this;
    const relay = state.text('relay');
    const findWrong = () => (looksLikeRelay(relay) ? {} : { relay: wrongRelay });
    state.submit(event, findWrong, async () => {
      const { relays } = this.session.settings;
      if (await this.change({ relays: [...new Set([...relays, relay])] }, 'Relay added')) state.clear();
    });
  }

  private addIceServer(event: Event): void {
    const { state } = this;
    const [urls, username, credential] = [state.text('urls'), state.text('username'), state.raw('credential')];
    const findWrong = () => (looksLikeIceServer(urls) ? {} : { urls: wrongIceServer });
    state.submit(event, findWrong, async () => {
      const { iceServers } = this.session.settings;
      const server = username === '' ? { urls } : { urls, username, credential };
      if (await this.change({ iceServers: [...iceServers, server] }, 'Server added')) state.clear();
    });
  }

  private async turn(event: Event): Promise<void> {
    const control = event.target;
    const peers = this.session.peers.length;
    const turnsOff = this.session.settings.sharing;
    const yes =
      !turnsOff ||
      peers === 0 ||
      (await askToConfirm({
        heading: 'Keep to your own charts only?',
        consequences: [
          `Disconnects ${count(peers, 'practice')}: nothing is sent or received until you turn sharing on again.`,
          'It takes no right back: what you shared stays shared. To end that, stop sharing with each practice.',
        ],
        act: 'Disconnect',
      }));
    if (yes) await this.change({ sharing: !turnsOff }, turnsOff ? 'Own charts only' : 'Sharing is on');
    // The switch moved by itself; what holds is what was saved.
    if (control !== null && 'checked' in control) control.checked = this.session.settings.sharing;
  }

  private async change(change: Partial<Settings>, done: string): Promise<boolean> {
    const saved = await this.session.updateSettings(change);
    this.state.trouble = saved.ok ? undefined : writeTrouble[saved.reason];
    if (saved.ok) say(this, done);
    return saved.ok;
  }
}

customElements.define('pc-sharing-settings', SharingSettings);
declare global {
  interface HTMLElementTagNameMap {
    'pc-sharing-settings': SharingSettings;
  }
}
