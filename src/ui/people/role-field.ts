/** The choice of a role, each with what it may do: for whoever gives it. Field name `role`. */
import { html, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { Role } from '../../app/session.ts';
import { typedValue } from '../shell/fields.ts';
import { allRoles, isRole, roleMay } from '../shell/roles.ts';
import { roleWords } from '../shell/words.ts';

export function roleField(role: Role, onChoose: (role: Role) => void, label = 'Role'): TemplateResult {
  return html`<wa-radio-group
    name="role"
    label=${label}
    value=${role}
    @change=${(event: Event) => {
      const chosen = typedValue(event);
      if (isRole(chosen)) onChoose(chosen);
    }}
  >
    ${allRoles.map(
      (each) => html`<wa-radio value=${each}>${roleWords[each]}<span class="choice">${roleMay[each]}</span></wa-radio>`,
    )}
  </wa-radio-group>`;
}
