/** `<pc-insecure-page>`: opened over plain http from another computer: what that means and how to mend it. */
import { LitElement, css, html } from 'lit';
import './page-header.ts';
import { base, card, page } from './styles.ts';

export class InsecurePage extends LitElement {
  static override styles = [
    base,
    page,
    card,
    css`
      :host {
        max-inline-size: 44rem;
        margin: 0 auto;
      }
      ul {
        list-style: disc;
        padding-inline-start: 1.25rem;
      }
    `,
  ];

  override render() {
    const secureAddress = `https://${location.host}`;
    return html`<main class="stack">
      <pc-page-header heading="Peerchart can’t start at this address"></pc-page-header>
      <p>
        The address begins with <strong>http://</strong>. Browsers allow encryption and safe storage only on this
        computer itself or over <strong>https</strong>, so nothing was opened and nothing was stored.
      </p>
      <div class="card stack">
        <h2>What to do</h2>
        <ul>
          <li>If the practice serves it over https: open <a href=${secureAddress}>${secureAddress}</a>.</li>
          <li>On the computer that runs Peerchart: open it at <strong>http://localhost:${location.port}</strong>.</li>
          <li>Otherwise ask whoever set it up to serve it with a certificate; docs/hosting.md tells how.</li>
        </ul>
      </div>
    </main>`;
  }
}

customElements.define('pc-insecure-page', InsecurePage);
declare global {
  interface HTMLElementTagNameMap {
    'pc-insecure-page': InsecurePage;
  }
}
