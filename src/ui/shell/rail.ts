/**
 * `<pc-rail .session .route>`: the practice's rail: where one can go, what waits there, and at its foot whether work is
 * saved and peers are connected. On a phone it is a bar at the bottom and the status stands above the page.
 */
import { LitElement, css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { Session } from '../../app/session.ts';
import type { Route } from './route.ts';
import './receiving.ts';
import './status-badge.ts';
import { base } from './styles.ts';
import { Watch } from './watch.ts';

interface Place {
  readonly page: Route['page'];
  readonly address: string;
  readonly icon: string;
  readonly label: string;
  /** Pages that belong under it. */
  readonly within: readonly Route['page'][];
}

const places: readonly Place[] = [
  {
    page: 'patients',
    address: '#/patients',
    icon: 'patients',
    label: 'Patients',
    within: ['chart', 'new-patient', 'import'],
  },
  { page: 'inbox', address: '#/inbox', icon: 'inbox', label: 'Inbox', within: [] },
  { page: 'schedule', address: '#/schedule', icon: 'clock', label: 'Schedule', within: [] },
  { page: 'due', address: '#/due', icon: 'history', label: 'Due', within: [] },
  { page: 'peers', address: '#/peers', icon: 'peers', label: 'Peers', within: ['peer', 'new-peer', 'invite'] },
  {
    page: 'people',
    address: '#/people',
    icon: 'user',
    label: 'People',
    within: ['add-device', 'add-keeper', 'add-person', 'device', 'join'],
  },
  {
    page: 'settings',
    address: '#/settings',
    icon: 'settings',
    label: 'Settings',
    within: ['diagnostics', 'audit', 'help'],
  },
];

declare global {
  interface HTMLElementEventMap {
    /** Lock, and ask who works next. */
    'pc-switch-person': CustomEvent;
  }
}

/** Whether other people sign in at this browser. */
export function severalWorkHere({ people }: Session): boolean {
  return people.devices.some(({ here, status }) => here === 'same-browser' && status === 'active');
}

/** What waits for this person there. */
function waitingAt(page: Place['page'], session: Session): number {
  if (page === 'inbox')
    return session.notices.length + session.work.inbox.results.length + session.work.inbox.alerts.length;
  return page === 'people' ? session.people.requests.length : 0;
}

export class Rail extends LitElement {
  static override properties = { session: { attribute: false }, route: { attribute: false } };
  static override styles = [
    base,
    css`
      :host {
        background: var(--wa-color-surface-default);
        border-inline-end: 1px solid var(--wa-color-surface-border);
        overflow: auto;
      }
      nav {
        display: flex;
        flex-direction: column;
        gap: var(--wa-space-s);
        min-block-size: 100%;
        padding: var(--wa-space-s);
      }
      .practice {
        padding: var(--wa-space-2xs) var(--wa-space-xs) var(--wa-space-xs);
        border-block-end: 1px solid var(--wa-color-surface-border);
        overflow-wrap: anywhere;
      }
      ul {
        display: grid;
        gap: var(--wa-space-2xs);
      }
      a {
        display: flex;
        align-items: center;
        gap: var(--wa-space-xs);
        padding: var(--wa-space-xs);
        border-radius: var(--wa-border-radius-m);
        color: var(--wa-color-text-normal);
        text-decoration: none;
      }
      a:hover {
        background: var(--wa-color-surface-lowered);
      }
      a[aria-current] {
        background: var(--wa-color-brand-fill-quiet);
        color: var(--wa-color-brand-on-quiet);
        font-weight: var(--wa-font-weight-bold);
      }
      a wa-icon {
        font-size: 1.15em;
      }
      .waiting {
        margin-inline-start: auto;
        padding: 0 var(--wa-space-2xs);
        min-inline-size: 1.25rem;
        border-radius: var(--wa-border-radius-pill);
        background: var(--wa-color-brand-fill-loud);
        color: var(--wa-color-brand-on-loud);
        font-size: var(--wa-font-size-xs);
        font-weight: var(--wa-font-weight-bold);
        text-align: center;
      }
      .foot {
        display: grid;
        gap: var(--wa-space-xs);
        margin-block-start: auto;
        padding: var(--wa-space-s) var(--wa-space-xs) 0;
        border-block-start: 1px solid var(--wa-color-surface-border);
      }
      pc-status {
        min-block-size: 1.5rem;
      }
      @media (max-width: 60rem) and (min-width: 40.01rem) {
        a {
          flex-direction: column;
          gap: 0;
          font-size: var(--wa-font-size-xs);
        }
        .practice,
        .me {
          display: none;
        }
        .waiting {
          margin: 0;
        }
        nav {
          padding-inline: var(--wa-space-2xs);
        }
        .foot {
          padding-inline: 0;
        }
      }
      @media (max-width: 40rem) {
        :host {
          border-inline-end: 0;
          border-block-start: 1px solid var(--wa-color-surface-border);
        }
        nav {
          padding: 0;
        }
        ul {
          display: flex;
        }
        li {
          flex: 1;
        }
        a {
          position: relative;
          flex-direction: column;
          gap: 0;
          padding: var(--wa-space-2xs);
          border-radius: 0;
          font-size: var(--wa-font-size-xs);
        }
        .waiting {
          position: absolute;
          inset-block-start: 2px;
          inset-inline-start: calc(50% + 8px);
          /* It reaches over the place beside it, whose ground would cover it. */
          z-index: 1;
        }
        .practice,
        .foot {
          display: none;
        }
      }
    `,
  ];

  declare session: Session | undefined;
  declare route: Route;

  constructor() {
    super();
    this.route = { page: 'patients' };
    new Watch(this, () => this.session);
  }

  override render() {
    const { session } = this;
    if (session === undefined) return nothing;
    return html`<nav aria-label="Practice">
      <p class="practice"><strong>${session.practice.name}</strong></p>
      <ul>
        ${places.map((place) => this.renderPlace(place, waitingAt(place.page, session)))}
      </ul>
      <div class="foot">
        <pc-status .session=${session}></pc-status>
        <pc-receiving .session=${session}></pc-receiving>
        <p class="me quiet">${session.practice.personName}</p>
        <wa-button size="s" appearance="outlined" @click=${() => void session.lock()}
          ><wa-icon slot="start" name="lock"></wa-icon>Lock</wa-button
        >
        ${
          severalWorkHere(session)
            ? html`<wa-button
                size="s"
                appearance="plain"
                @click=${() => this.dispatchEvent(new CustomEvent('pc-switch-person', { bubbles: true, composed: true }))}
                ><wa-icon slot="start" name="user"></wa-icon>Switch person</wa-button
              >`
            : nothing
        }
      </div>
    </nav>`;
  }

  private renderPlace(place: Place, waiting: number) {
    const isHere = place.page === this.route.page || place.within.includes(this.route.page);
    return html`<li>
      <a href=${place.address} aria-current=${isHere ? 'page' : nothing}>
        <wa-icon name=${place.icon}></wa-icon>${place.label}
        ${waiting > 0 ? html`<span class="waiting">${waiting}<span class="only-heard"> new</span></span>` : nothing}
      </a>
    </li>`;
  }
}

customElements.define('pc-rail', Rail);
declare global {
  interface HTMLElementTagNameMap {
    'pc-rail': Rail;
  }
}
