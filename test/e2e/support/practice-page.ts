/**
 * A person at one practice's browser, for end-to-end stories: what they do, in their words, through the screen alone. Every
 * act waits until the screen shows its outcome.
 */
import type { Page } from 'playwright-core';
import { openProfile, type Profile } from '../../support/profiles.ts';

export interface PracticeWords {
  readonly practice: string;
  readonly person: string;
  readonly passphrase: string;
  readonly ownChartsOnly?: boolean;
}

export class PracticePage {
  readonly profile: Profile;
  readonly url: string;
  readonly words: PracticeWords;
  recoveryPhrase = '';

  constructor(profile: Profile, url: string, words: PracticeWords) {
    this.profile = profile;
    this.url = url;
    this.words = words;
  }

  static async open(name: string, url: string, words: PracticeWords, folder?: string): Promise<PracticePage> {
    const practice = new PracticePage(await openProfile(name, folder === undefined ? {} : { folder }), url, words);
    await practice.page.goto(url);
    return practice;
  }

  get page(): Page {
    return this.profile.page;
  }

  button(name: string | RegExp) {
    return this.page.getByRole('button', { name });
  }

  field(name: string | RegExp) {
    return this.page.getByRole('textbox', { name });
  }

  async go(path: string): Promise<void> {
    await this.page.evaluate((hash) => {
      location.hash = hash;
    }, path);
  }

  // -------------------------------------------------------------------------------------------------------- door

  async makePractice(): Promise<void> {
    const { practice, person, passphrase, ownChartsOnly = false } = this.words;
    await this.button('Make a practice').click();
    await this.field('Name of the practice').fill(practice);
    await this.field('Your name').fill(person);
    await this.field('Passphrase *').fill(passphrase);
    await this.field('Passphrase, again *').fill(passphrase);
    if (ownChartsOnly) await this.page.getByRole('radio', { name: /Own charts only/ }).click();
    await this.button('Go on').click();
    const shown = this.page.getByRole('listitem').locator('strong');
    await shown.nth(23).waitFor();
    const words = await shown.allInnerTexts();
    this.recoveryPhrase = words.join(' ');
    await this.button('I have written them down').click();
    await this.button('Make the practice').waitFor();
    for (const [i, word] of words.entries()) {
      const asked = this.page.getByRole('textbox', { name: `Word ${i + 1}`, exact: true });
      if ((await asked.count()) > 0) await asked.fill(word);
    }
    await this.button('Make the practice').click();
    await this.atWork();
  }

  async unlock(): Promise<void> {
    await this.field(/^Passphrase/).fill(this.words.passphrase);
    await this.page.keyboard.press('Enter');
    await this.atWork();
  }

  async atWork(): Promise<void> {
    await this.page.getByRole('navigation').first().waitFor();
  }
}
