/** What people do about who works in their practice and on which device, through the screen alone. */
import type { PracticePage } from './practice-page.ts';

export type RoleWords = 'Administrator' | 'Clinician' | 'Nurse' | 'Front desk' | 'Reads only';

export interface Colleague {
  readonly name: string;
  readonly passphrase: string;
}

export class PeopleActs {
  readonly #at: PracticePage;

  constructor(at: PracticePage) {
    this.#at = at;
  }

  // --------------------------------------------------------------------------------------------- in the practice

  /** Makes an invitation for a device of this role and reads it off the screen. */
  async inviteDevice(role: RoleWords, kind: 'link' | 'short text'): Promise<string> {
    await this.#at.go('#/people/add-device');
    await this.#at.page.getByRole('radio', { name: new RegExp(`^${role}`) }).click();
    await this.#at.button('Make an invitation').click();
    const shown = this.#at.field(kind === 'link' ? 'Link, to send' : 'Short text, to read out');
    return (await shown.innerText()).trim();
  }

  /** The digits of whoever asks to join, as this screen shows them. */
  async digitsAsked(device: string): Promise<string> {
    await this.#at.page.getByRole('heading', { name: new RegExp(`^${device} asks to join`) }).waitFor();
    return this.#digits();
  }

  async sameDigits(device: string): Promise<void> {
    await this.#at.button('The codes are the same – add').click();
    await this.#at.sees(`${device} is a device of this practice now`);
  }

  async addPersonHere({ name, passphrase }: Colleague, role: RoleWords, signInName: string): Promise<void> {
    // Not to where one is: after somebody was added, that page says so.
    await this.#at.go('#/people');
    await this.#at.page.getByRole('link', { name: 'Add a person here' }).click();
    await this.#at.field('Their name').fill(name);
    await this.#at.page.getByRole('radio', { name: new RegExp(`^${role}`) }).click();
    await this.#at.field('Their passphrase').fill(passphrase);
    await this.#at.field('Their passphrase, again').fill(passphrase);
    await this.#at.button('Add this person').click();
    await this.#at.sees(`as “${signInName}” on the locked page`);
  }

  async switchPerson(signInName: string, passphrase: string): Promise<void> {
    await this.#at.button('Switch person').first().click();
    await this.#at.button(signInName).click();
    await this.#at.field(`Passphrase of ${signInName}`).fill(passphrase);
    await this.#at.page.keyboard.press('Enter');
    await this.#at.atWork();
  }

  /** Gives back what the screen said would happen. */
  async remove(person: string, device: string): Promise<string> {
    await this.#at.go('#/people');
    await this.#at.page.getByRole('row').filter({ hasText: device }).getByRole('button', { name: person }).click();
    await this.#at.button(`Remove ${person}’s ${device}`).click();
    const question = this.#at.page.locator('pc-confirm wa-dialog');
    const said = await question.innerText();
    await question.getByRole('button', { name: 'Remove for good' }).click();
    await this.#at.sees('It can read nothing written since then');
    return said;
  }

  // -------------------------------------------------------------------------------------------- in front of one

  /** Until the digits are shown here; gives them back. */
  async askToJoin(invitation: string, device: string): Promise<string> {
    const { person, passphrase } = this.#at.words;
    if (invitation.includes('#')) {
      await this.#at.page.goto(invitation);
    } else {
      await this.#at.button('Join a practice').click();
      await this.#at.field('Link or short text of the invitation').fill(invitation);
    }
    await this.#at.field('Your name').fill(person);
    await this.#at.field('Name of this computer').fill(device);
    await this.#at.field('Your passphrase on this computer').fill(passphrase);
    await this.#at.field('Your passphrase on this computer, again').fill(passphrase);
    await this.#at.button('Ask to join').click();
    return this.#digits();
  }

  async recoverFrom(invitation: string, phrase: string, device: string): Promise<void> {
    const { person, passphrase } = this.#at.words;
    await this.#at.button('Recover with the 24 words').click();
    await this.#at.button('From another computer').click();
    await this.#at.page.getByRole('textbox', { name: /^Recovery phrase/ }).fill(phrase);
    await this.#at.field('Invitation from whoever holds the charts').fill(invitation);
    await this.#at.field('Your name').fill(person);
    await this.#at.field('Name of this computer').fill(device);
    await this.#at.field('New passphrase for this computer').fill(passphrase);
    await this.#at.field('New passphrase for this computer, again').fill(passphrase);
    await this.#at.button('Get the practice back').click();
  }

  async #digits(): Promise<string> {
    const shown = await this.#at.page.getByRole('img', { name: /^Code( \d){6}$/ }).getAttribute('aria-label');
    return (shown ?? '').replace(/\D/g, '');
  }
}
