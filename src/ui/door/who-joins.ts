/** What a browser that becomes a device of a practice asks for, whichever way it comes in: the invitation, a name, a name for the computer. */
import { html, css, type TemplateResult } from 'lit';
import '../shell/callout.ts';
import type { FormState, Texts } from '../shell/form-state.ts';

/** Field name `invitation`; nothing is asked when it came with a followed link. */
export function invitationField(state: FormState, followed: string, label: string, hint: string): TemplateResult {
  return followed === ''
    ? state.area('invitation', label, { verbatim: true, hint })
    : html`<pc-callout tone="info" icon="link">The invitation came with the link you opened.</pc-callout>`;
}

/** Field names `personName` and `deviceName`. */
export function nameFields(state: FormState): TemplateResult {
  return html`<div class="pair">
    ${state.field('personName', 'Your name', { hint: 'Written under everything you record.' })}
    ${state.field('deviceName', 'Name of this computer', { hint: 'To tell computers apart.' })}
  </div>`;
}

export const nameFieldsStyle = css`
  @media (max-width: 40rem) {
    .pair {
      grid-template-columns: 1fr;
    }
  }
`;

/** By field name, the sentence that asks for it. */
export function whoIsAsked(followed: string): Texts {
  return {
    ...(followed === '' ? { invitation: 'Paste the invitation you got.' } : {}),
    personName: 'Type your name.',
    deviceName: 'Give this computer a name.',
  };
}

/** As the practice's door takes it. */
export function whoJoins(state: FormState, followed: string) {
  return {
    invitation: followed === '' ? state.text('invitation') : followed,
    personName: state.text('personName'),
    deviceName: state.text('deviceName'),
    passphrase: state.raw('passphrase'),
  };
}
