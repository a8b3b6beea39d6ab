/** `<pc-settings-page .session>`: this practice and this computer: what can be set, what is kept, how safe it is. */
import { LitElement, css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Session, Settings } from '../../app/session.ts';
import '../shell/callout.ts';
import { choiceField } from '../shell/fields.ts';
import '../shell/page-header.ts';
import { roleMay } from '../shell/roles.ts';
import { base, page } from '../shell/styles.ts';
import { Watch } from '../shell/watch.ts';
import { roleWords, writeTrouble, type Trouble } from '../shell/words.ts';
import './change-passphrase.ts';
import './sharing-settings.ts';
import './storage-settings.ts';
import { autoLockChoices, themeChoices } from './words.ts';

export class SettingsPage extends LitElement {
  static override properties = { session: { attribute: false }, trouble: { state: true } };
  static override styles = [
    base,
    page,
    css`
      :host {
        max-inline-size: calc(var(--pc-reading-width) + 16rem);
      }
      section {
        display: grid;
        grid-template-columns: 13rem minmax(0, 1fr);
        gap: var(--wa-space-s) var(--wa-space-l);
        padding-block: var(--wa-space-l);
        border-block-start: 1px solid var(--wa-color-surface-border);
      }
      section + section {
        margin: 0;
      }
      .fields {
        display: grid;
        gap: var(--wa-space-m);
        max-inline-size: var(--pc-form-width);
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: var(--wa-space-2xs) var(--wa-space-m);
      }
      dt {
        color: var(--wa-color-text-quiet);
      }
      @media (max-width: 40rem) {
        section {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  declare session: Session;
  declare private trouble: Trouble | undefined;

  constructor() {
    super();
    new Watch(this, () => this.session);
  }

  override render() {
    const { practice, settings } = this.session;
    return html`<pc-page-header heading="Settings">
        ${practice.name}
        <wa-button slot="actions" appearance="outlined" href="#/help">About and help</wa-button>
        <wa-button slot="actions" appearance="outlined" href="#/audit">Audit log</wa-button>
        <wa-button slot="actions" appearance="outlined" href="#/diagnostics">Diagnostics</wa-button>
      </pc-page-header>
      <pc-trouble .words=${this.trouble}></pc-trouble>
      <section>
        <h2>Backup and storage</h2>
        <pc-storage-settings .session=${this.session}></pc-storage-settings>
      </section>
      <section>
        <h2>Other practices</h2>
        <pc-sharing-settings .session=${this.session}></pc-sharing-settings>
      </section>
      <section>
        <h2>This computer</h2>
        <div class="fields">
          ${choiceField({
            name: 'autoLock',
            label: 'Lock when nobody is at work for',
            value: String(settings.autoLockMinutes),
            hint: 'Locking seals the charts; the passphrase opens them again.',
            choices: withValue(settings.autoLockMinutes),
            onChoose: (value) => void this.change({ autoLockMinutes: Number(value) }),
          })}
          ${choiceField({
            name: 'theme',
            label: 'Light or dark',
            value: settings.theme,
            choices: themeChoices,
            onChoose: (value) => void this.changeTheme(value),
          })}
        </div>
      </section>
      <section>
        <h2>Passphrase</h2>
        <pc-change-passphrase .session=${this.session}></pc-change-passphrase>
      </section>
      <section>
        <h2>Practice</h2>
        <dl>
          <dt>Practice</dt>
          <dd>${practice.name}</dd>
          <dt>Person</dt>
          <dd>${practice.personName}</dd>
          <dt>Role</dt>
          <dd>${roleWords[practice.role]}. ${roleMay[practice.role]}</dd>
          <dt>Computer</dt>
          <dd>${practice.deviceName}</dd>
          <dt>Who else</dt>
          <dd><a href="#/people">People and devices</a></dd>
        </dl>
      </section>`;
  }

  private async changeTheme(value: string): Promise<void> {
    const theme = themeChoices.find((choice) => choice.value === value)?.value;
    if (theme !== undefined) await this.change({ theme });
  }

  private async change(change: Partial<Settings>): Promise<void> {
    const saved = await this.session.updateSettings(change);
    this.trouble = saved.ok ? undefined : writeTrouble[saved.reason];
  }
}

/** The list, with a time of its own when another was set before. */
function withValue(minutes: number): typeof autoLockChoices {
  const value = String(minutes);
  return autoLockChoices.some((choice) => choice.value === value)
    ? autoLockChoices
    : [{ value, label: `${value} minutes` }, ...autoLockChoices];
}

customElements.define('pc-settings-page', SettingsPage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-settings-page': SettingsPage;
  }
}
