/**
 * Which element shows which place. Pages load when first visited, so that the door paints without them.
 *
 * How to write a page:
 *
 * 1. One element in the folder of its area, `src/ui/<area>/<what>-page.ts`, tag `pc-<what>-page`, taking `session` (and
 *    what its route carries) as properties; `static override styles = [base, page, …]` from shell/styles.ts. Take
 *    `new Watch(this, () => this.session)` in the constructor: it repaints on every change of the session.
 * 2. Begin with `<pc-page-header heading="…">`; what can be done goes in its `actions` slot. Lists: `<pc-data-table>`;
 *    nothing there yet: `<pc-empty-state>`; something to know: `<pc-callout>`; an error: `<pc-trouble .words=…>` with
 *    words from the area's own table (`words.ts`); long acts: `<pc-progress>`; before what cannot be undone:
 *    `await askToConfirm({…})` in numbers; news that needs no decision: `say(this, 'Added', undo)`; states: `<pc-badge>`;
 *    who wrote it: `<pc-provenance>`; a form: `FormState`, or the fields `textField`, `areaField`,
 *    `choiceField` read by `readFields`.
 * 3. Keys: `new Keys(this, [{ keys: 'n', label: 'New …', run }])`. No style attributes (the policy refuses them), no colour
 *    outside tokens.css, no name or clinical text in the address or the title (the browser writes both to its history).
 * 4. Import Web Awesome components one by one; not slider, qr-code, rating, carousel, comparison, color-picker,
 *    progress-ring, animated-image, page: these write style attributes. `styleMap` does too, at first paint.
 * 5. Add it below. patients/patients-page.ts is the pattern.
 */
import { html, type TemplateResult } from 'lit';
import type { Session } from '../../app/session.ts';
import type { Route } from './route.ts';

export interface Page {
  readonly load: () => Promise<unknown>;
  readonly view: TemplateResult;
}

export function pageOf(route: Route, session: Session): Page {
  switch (route.page) {
    case 'patients':
      return {
        load: () => import('../patients/patients-page.ts'),
        view: html`<pc-patients-page .session=${session}></pc-patients-page>`,
      };
    case 'new-patient':
      return {
        load: () => import('../patients/register-page.ts'),
        view: html`<pc-register-page .session=${session}></pc-register-page>`,
      };
    case 'chart':
      return {
        load: () => import('../chart/chart-page.ts'),
        view: html`<pc-chart-page
          .session=${session}
          .chartId=${route.chart}
          .topic=${route.topic}
          .other=${route.other}
          .atMs=${route.atMs}
        ></pc-chart-page>`,
      };
    case 'inbox':
      return {
        load: () => import('../inbox/inbox-page.ts'),
        view: html`<pc-inbox-page .session=${session}></pc-inbox-page>`,
      };
    case 'schedule':
      return {
        load: () => import('../schedule/schedule-page.ts'),
        view: html`<pc-schedule-page .session=${session}></pc-schedule-page>`,
      };
    case 'due':
      return {
        load: () => import('../due/due-page.ts'),
        view: html`<pc-due-page .session=${session}></pc-due-page>`,
      };
    case 'import':
      return {
        load: () => import('../import/import-page.ts'),
        view: html`<pc-import-page .session=${session}></pc-import-page>`,
      };
    case 'peers':
      return {
        load: () => import('../peers/peers-page.ts'),
        view: html`<pc-peers-page .session=${session}></pc-peers-page>`,
      };
    case 'new-peer':
      return {
        load: () => import('../peers/new-peer-page.ts'),
        view: html`<pc-new-peer-page .session=${session}></pc-new-peer-page>`,
      };
    case 'peer':
      return {
        load: () => import('../peers/peer-page.ts'),
        view: html`<pc-peer-page .session=${session} .practice=${route.practice}></pc-peer-page>`,
      };
    case 'invite':
      return {
        load: () => import('../peers/invite-page.ts'),
        view: html`<pc-invite-page .session=${session} .text=${route.text}></pc-invite-page>`,
      };
    case 'join':
      return {
        load: () => import('../people/join-link-page.ts'),
        view: html`<pc-join-link-page></pc-join-link-page>`,
      };
    case 'people':
      return {
        load: () => import('../people/people-page.ts'),
        view: html`<pc-people-page .session=${session}></pc-people-page>`,
      };
    case 'add-device':
      return {
        load: () => import('../people/add-device-page.ts'),
        view: html`<pc-add-device-page .session=${session}></pc-add-device-page>`,
      };
    case 'add-keeper':
      return {
        load: () => import('../people/add-keeper-page.ts'),
        view: html`<pc-add-keeper-page .session=${session}></pc-add-keeper-page>`,
      };
    case 'add-person':
      return {
        load: () => import('../people/add-person-page.ts'),
        view: html`<pc-add-person-page .session=${session}></pc-add-person-page>`,
      };
    case 'device':
      return {
        load: () => import('../people/device-page.ts'),
        view: html`<pc-device-page .session=${session} .device=${route.device}></pc-device-page>`,
      };
    case 'settings':
      return {
        load: () => import('../settings/settings-page.ts'),
        view: html`<pc-settings-page .session=${session}></pc-settings-page>`,
      };
    case 'diagnostics':
      return {
        load: () => import('../settings/diagnostics-page.ts'),
        view: html`<pc-diagnostics-page .session=${session}></pc-diagnostics-page>`,
      };
    case 'audit':
      return {
        load: () => import('../audit/audit-page.ts'),
        view: html`<pc-audit-page .session=${session}></pc-audit-page>`,
      };
    case 'help':
      return { load: () => import('../settings/help-page.ts'), view: html`<pc-help-page></pc-help-page>` };
    case 'nowhere':
      return { load: () => import('./nowhere-page.ts'), view: html`<pc-nowhere-page></pc-nowhere-page>` };
  }
}
