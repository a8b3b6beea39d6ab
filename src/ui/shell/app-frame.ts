/**
 * `<peerchart-app>`: the frame around everything. Paints at once; the door and the practice behind it arrive later and
 * are handed in. Holds the rail, the page the address asks for, banners, news and the keyboard map; no page's own matters.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { Door } from '../../app/door/door-acts.ts';
import type { Session } from '../../app/session.ts';
import type { Opened } from '../door/opened.ts';
import './banners.ts';
import './callout.ts';
import './keyboard-help.ts';
import { boundKeys, Keys, listenForKeys } from './keyboard.ts';
import { pageOf } from './pages.ts';
import { severalWorkHere } from './rail.ts';
import { parseRoute, type Route } from './route.ts';
import './said-line.ts';
import type { Said } from './say.ts';
import './status-badge.ts';
import { base } from './styles.ts';
import { applyTheme } from './theme.ts';
import { Watch } from './watch.ts';
import type { Trouble } from './words.ts';

const touchEveryMs = 5_000; // the auto-lock counts in minutes

const startTrouble: Trouble = {
  happened: 'Peerchart could not start in this browser.',
  safe: 'What is stored here was not touched.',
  todo: 'Reload the page. If it stays, update the browser, and check that it is not a private window.',
};

export class AppFrame extends LitElement {
  static override properties = {
    openDoor: { attribute: false },
    door: { state: true },
    doorFailed: { state: true },
    session: { attribute: false },
    updateReady: { attribute: false },
    route: { state: true },
  };
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template: 'rail top' auto 'rail page' 1fr / var(--pc-rail-width) minmax(0, 1fr);
        block-size: 100dvh;
      }
      :host(.closed) {
        display: block;
        overflow: auto;
      }
      pc-rail {
        grid-area: rail;
      }
      .top {
        grid-area: top;
      }
      .strip {
        display: none;
      }
      main {
        /* Else what is only heard, placed absolutely, makes the whole page scroll. */
        position: relative;
        grid-area: page;
        overflow: auto;
      }
      .starting {
        padding: var(--wa-space-xl);
        color: var(--wa-color-text-quiet);
      }
      .skip {
        position: absolute;
        inset-block-start: -10rem;
      }
      .skip:focus {
        inset: var(--wa-space-xs) auto auto var(--wa-space-xs);
        z-index: 20;
        padding: var(--wa-space-xs);
        background: var(--wa-color-surface-raised);
      }
      @media (max-width: 60rem) {
        :host {
          grid-template-columns: 7rem minmax(0, 1fr);
        }
      }
      @media (max-width: 40rem) {
        :host {
          grid-template: 'top' auto 'page' 1fr 'rail' auto / minmax(0, 1fr);
        }
        .strip {
          display: flex;
          flex-wrap: wrap;
          align-items: center;
          justify-content: space-between;
          padding: var(--wa-space-2xs) var(--wa-space-2xs) var(--wa-space-2xs) var(--wa-space-m);
          background: var(--wa-color-surface-default);
          border-block-end: 1px solid var(--wa-color-surface-border);
        }
      }
      .strip pc-status {
        flex: 1;
      }
      /* A line of its own: beside the others all three would break. */
      .strip pc-receiving {
        order: 1;
        flex: 0 0 100%;
      }
      @media print {
        :host {
          display: block;
          block-size: auto;
        }
        main {
          overflow: visible;
        }
        pc-rail,
        .strip {
          display: none;
        }
      }
    `,
  ];

  /** Finds the practice kept here; called at the start and again after each lock. */
  declare openDoor: (() => Promise<Door>) | undefined;
  /** Undefined while the practice's data is being found. */
  declare private door: Door | undefined;
  declare private doorFailed: boolean;
  declare session: Session | undefined;
  declare updateReady: (() => void) | undefined;
  declare private route: Route;
  /** Whoever is at work: asked for again after locking, unless the person is switched. */
  private lastVault: string | undefined;
  private touchedAt = 0;
  private readonly readAddress = (): void => {
    this.route = parseRoute(location.hash);
  };

  constructor() {
    super();
    this.route = parseRoute(location.hash);
    const go = (address: string) => () => {
      location.hash = address;
    };
    new Keys(this, [
      { keys: '/', label: 'Find a patient', run: () => void this.findPatient() },
      { keys: 'g p', label: 'Go to patients', run: go('#/patients') },
      { keys: 'g i', label: 'Go to the inbox', run: go('#/inbox') },
      { keys: 'g e', label: 'Go to peers', run: go('#/peers') },
      { keys: 'g d', label: 'Go to people and devices', run: go('#/people') },
      { keys: 'g s', label: 'Go to settings', run: go('#/settings') },
      { keys: 'g l', label: 'Lock', run: () => void this.session?.lock() },
      { keys: 'g w', label: 'Lock and switch person', run: () => this.switchPerson() },
      { keys: '?', label: 'Show these keys', run: () => this.showKeys() },
    ]);
    this.doorFailed = false;
    new Watch(this, () => this.session);
    this.addEventListener('pc-say', (event) => this.repeat(event.detail));
    this.addEventListener('pc-opened', (event) => this.enter(event.detail));
    this.addEventListener('pc-switch-person', () => this.switchPerson());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.readAddress);
    addEventListener('beforeprint', () => this.notePrinting());
    listenForKeys(window);
    for (const kind of ['pointerdown', 'keydown'] as const) {
      addEventListener(kind, (event) => this.touch(event.timeStamp), { passive: true });
    }
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    this.classList.toggle('closed', this.session === undefined);
    if (this.session !== undefined) applyTheme(this.session.settings.theme);
    if (changed.has('openDoor')) void this.showDoor();
    if (this.session === undefined) void import('../door/door-page.ts');
    else if (changed.has('route') || changed.has('session')) void pageOf(this.route, this.session).load();
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('route') || changed.get('route') === undefined) return;
    const before = changed.get('route') as Route;
    if (before.page !== this.route.page) this.renderRoot.querySelector('main')?.scrollTo(0, 0);
  }

  override render() {
    if (this.doorFailed) {
      return html`<main class="starting"><pc-trouble .words=${startTrouble}></pc-trouble></main>`;
    }
    if (this.session === undefined) {
      return html`<pc-door-page .door=${this.door} .route=${this.route} .lastVault=${this.lastVault}></pc-door-page>`;
    }
    return html`<pc-rail .session=${this.session} .route=${this.route}></pc-rail>
      <header class="top">
        <a class="skip" href=${location.hash} @click=${(event: Event) => this.skip(event)}>Skip to the page</a>
        <div class="strip">
          <pc-status .session=${this.session}></pc-status>
          <pc-receiving .session=${this.session}></pc-receiving>
          <span>
            ${
              severalWorkHere(this.session)
                ? html`<wa-button size="s" appearance="plain" @click=${() => this.switchPerson()}
                    ><wa-icon name="user" label="Switch person"></wa-icon
                  ></wa-button>`
                : nothing
            }
            <wa-button size="s" appearance="plain" @click=${() => void this.session?.lock()}
              ><wa-icon name="lock" label="Lock"></wa-icon
            ></wa-button>
          </span>
        </div>
        <pc-banners
          .session=${this.session}
          .updateReady=${this.updateReady}
          ?brief=${this.route.page === 'chart'}
          ?asksAlready=${this.route.page === 'people' || this.route.page === 'add-device'}
        ></pc-banners>
      </header>
      <main tabindex="-1">${pageOf(this.route, this.session).view}</main>
      <pc-said></pc-said>
      <pc-keyboard-help></pc-keyboard-help>`;
  }

  private async showDoor(): Promise<void> {
    try {
      this.door = await this.openDoor?.();
    } catch {
      this.doorFailed = true;
    }
  }

  private enter({ session, vault }: Opened): void {
    this.session = session;
    this.lastVault = vault;
    // The invitation that led here is used; it should not stand in the browser's history.
    if (this.route.page === 'join') location.replace('#/patients');
    session.addEventListener('locked', () => {
      document.querySelector('pc-confirm')?.withdraw();
      this.session = undefined;
      this.door = undefined;
      void this.showDoor();
    });
  }

  /** By a button of ours or the browser's own: either way somebody takes what is on the screen along. */
  private notePrinting(): void {
    const { route } = this;
    this.session?.audit.note(
      route.page === 'chart'
        ? { kind: 'printed', chart: route.chart, what: [route.topic] }
        : { kind: 'printed', what: [route.page] },
    );
  }

  /** From wherever one is: to the list, and into its search, which answers the same key there. */
  private async findPatient(): Promise<void> {
    location.hash = '#/patients';
    this.readAddress();
    await import('../patients/patients-page.ts');
    await this.updateComplete;
    await this.renderRoot.querySelector('pc-patients-page')?.updateComplete;
    const search = boundKeys().find(({ keys, label }) => keys === '/' && label !== 'Find a patient');
    search?.run();
  }

  private switchPerson(): void {
    this.lastVault = undefined;
    void this.session?.lock();
  }

  private skip(event: Event): void {
    event.preventDefault();
    this.renderRoot.querySelector('main')?.focus();
  }

  private repeat(said: Said): void {
    this.renderRoot.querySelector('pc-said')?.show(said);
  }

  private showKeys(): void {
    const help = this.renderRoot.querySelector('pc-keyboard-help');
    if (help !== null) help.open = true;
  }

  private touch(atMs: number): void {
    if (atMs - this.touchedAt < touchEveryMs) return;
    this.touchedAt = atMs;
    this.session?.touch();
  }
}

customElements.define('peerchart-app', AppFrame);
declare global {
  interface HTMLElementTagNameMap {
    'peerchart-app': AppFrame;
  }
}
