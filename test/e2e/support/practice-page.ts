/**
 * A person at one practice's browser, for end-to-end stories: what they do, in their words, through the screen alone. Every
 * act waits until the screen shows its outcome. The door, the patients and the other practices; charts are in chart-acts.ts.
 */
import type { Locator, Page } from 'playwright-core';
import { openProfile, type Profile, type ProfileOptions } from '../../support/profiles.ts';
import { goTo } from './page-acts.ts';

export interface PracticeWords {
  readonly practice: string;
  readonly person: string;
  readonly passphrase: string;
  readonly ownChartsOnly?: boolean;
}

export class PracticePage {
  readonly url: string;
  readonly words: PracticeWords;
  profile: Profile;
  recoveryPhrase = '';
  /** Of all browsers this person has had. */
  readonly errors: string[] = [];
  readonly requests: string[] = [];

  constructor(profile: Profile, url: string, words: PracticeWords) {
    this.profile = profile;
    this.url = url;
    this.words = words;
  }

  static async open(
    name: string,
    url: string,
    words: PracticeWords,
    options: ProfileOptions = {},
  ): Promise<PracticePage> {
    const practice = new PracticePage(await openProfile(name, options), url, words);
    await practice.page.goto(url);
    return practice;
  }

  get page(): Page {
    return this.profile.page;
  }

  /** Ends the browser as a power cut would, and starts it again on the same profile. */
  async killAndReopen(): Promise<void> {
    await this.profile.kill();
    await this.#reopen(this.profile.folder);
  }

  /** The same person at another computer, or at a wiped one. */
  async closeAndOpenFresh(): Promise<void> {
    await this.profile.close();
    await this.#reopen(undefined);
  }

  async close(): Promise<void> {
    this.#takeNotes();
    await this.profile.close();
  }

  /** What all browsers of this person said and asked for; to be read at the end. */
  async #reopen(folder: string | undefined): Promise<void> {
    this.#takeNotes();
    this.profile = await openProfile(this.profile.name, folder === undefined ? {} : { folder });
    await this.page.goto(this.url);
  }

  #takeNotes(): void {
    this.errors.push(...this.profile.errors);
    this.requests.push(...this.profile.requests);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  /** By its label; a required field's has a star behind it. */
  field(label: string): Locator {
    return this.page.getByRole('textbox', { name: new RegExp(`^${label}( \\*)?$`) });
  }

  async sees(text: string | RegExp): Promise<void> {
    await this.#shown(text).waitFor();
  }

  async seesNoMore(text: string | RegExp): Promise<void> {
    await this.#shown(text).waitFor({ state: 'hidden' });
  }

  /** Wherever it stands: what is hidden before it does not count. */
  #shown(text: string | RegExp): Locator {
    return this.page.getByText(text).filter({ visible: true }).first();
  }

  /** To a page by its address, as a bookmark does. */
  go(path: string): Promise<void> {
    return goTo(this.page, path);
  }

  /** Moves the focus with Tab until it stands on what has this name; then what is typed goes there. */
  async tabTo(target: Locator, mostSteps = 60): Promise<void> {
    await target.waitFor();
    for (let step = 0; step < mostSteps; step++) {
      if (await target.evaluate(isFocused)) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`the Tab key does not lead to ${String(target)}`);
  }

  async typeInto(target: Locator, text: string): Promise<void> {
    await this.tabTo(target);
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.type(text);
  }

  async pressOn(target: Locator, key = 'Enter'): Promise<void> {
    await this.tabTo(target);
    await this.page.keyboard.press(key);
  }

  // -------------------------------------------------------------------------------------------------------- door

  async makePractice(by: 'pointer' | 'keyboard' = 'pointer'): Promise<void> {
    const { practice, person, passphrase, ownChartsOnly = false } = this.words;
    const press = (target: Locator): Promise<void> => (by === 'keyboard' ? this.pressOn(target) : target.click());
    const type = (target: Locator, text: string): Promise<void> =>
      by === 'keyboard' ? this.typeInto(target, text) : target.fill(text);
    await press(this.button('Make a practice'));
    await type(this.field('Name of the practice'), practice);
    await type(this.field('Your name'), person);
    await type(this.field('Passphrase'), passphrase);
    await type(this.field('Passphrase, again'), passphrase);
    if (ownChartsOnly) await this.page.getByRole('radio', { name: /Own charts only/ }).click();
    await press(this.button('Go on'));
    const shown = this.page.getByRole('listitem').locator('strong');
    await shown.nth(23).waitFor();
    const words = await shown.allInnerTexts();
    this.recoveryPhrase = words.join(' ');
    await press(this.button('I have written them down'));
    await this.button('Make the practice').waitFor();
    for (const [i, word] of words.entries()) {
      const asked = this.page.getByRole('textbox', { name: `Word ${i + 1}`, exact: true });
      if ((await asked.count()) > 0) await type(asked, word);
    }
    await press(this.button('Make the practice'));
    await this.atWork();
  }

  async unlock(): Promise<void> {
    await this.field('Passphrase').fill(this.words.passphrase);
    await this.page.keyboard.press('Enter');
    await this.atWork();
  }

  async lock(): Promise<void> {
    await this.page.getByRole('button', { name: 'Lock', exact: true }).click();
    await this.page.getByRole('heading', { name: 'Locked' }).waitFor();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.getByRole('heading', { name: 'Locked' }).waitFor();
  }

  async restore(backup: string): Promise<void> {
    await this.button('Recover with the 24 words').click();
    await this.button('From a backup file').click();
    await this.page.locator('input[type=file]').setInputFiles(backup);
    await this.field('.*[Rr]ecovery.*').fill(this.recoveryPhrase);
    await this.field('New passphrase for this computer').fill(this.words.passphrase);
    await this.field('.*again').fill(this.words.passphrase);
    await this.button('Restore').click();
    await this.atWork();
  }

  async atWork(): Promise<void> {
    await this.page.getByRole('navigation').first().waitFor();
  }

  // ------------------------------------------------------------------------------------------- files in and out

  async importFiles(files: readonly string[]): Promise<void> {
    await this.go('#/import');
    await this.page.locator('input[type=file]').setInputFiles([...files]);
    await this.button(/^(Import \d+ patient|Done, import nothing)/).waitFor();
    // Who may be somebody else of these or of those here is another: a story merges them by itself.
    for (const another of await this.page.getByRole('radio', { name: /^Another person/ }).all()) await another.click();
    await this.button(/^Import \d+ patient/).click();
    await this.sees(/\d+ patients? imported/);
  }

  /** Saves a sealed file of the whole practice under this name. */
  async backUp(path: string): Promise<void> {
    await this.go('#/settings');
    const downloading = this.page.waitForEvent('download');
    await this.page.locator('pc-storage-settings').getByRole('button', { name: 'Back up' }).click();
    await (await downloading).saveAs(path);
    await this.sees(/Saved as/);
  }

  // -------------------------------------------------------------------------------------------- other practices

  /** Makes an invitation and reads it off the screen. */
  async invite(kind: 'link' | 'short text'): Promise<string> {
    await this.go('#/peers/new');
    await this.button('Make an invitation').click();
    const shown = this.field(kind === 'link' ? 'Link, to send' : 'Short text, to read out');
    return (await shown.innerText()).trim();
  }

  /** By opening the link, or by typing the short text. */
  async accept(invitation: string): Promise<void> {
    if (invitation.includes('#')) {
      await this.go(invitation.slice(invitation.indexOf('#')));
    } else {
      await this.go('#/peers/new');
      await this.field('Link or short text of the invitation').fill(invitation);
    }
    await this.button('Connect').click();
    await this.page.waitForURL(/#\/peers\/[0-9a-f]+$/);
  }

  /** The words to read aloud, as the page of this peer shows them; and says that they were the same. */
  async safetyPhraseWith(peer: string): Promise<string> {
    await this.openPeer(peer);
    const words = await this.page.getByLabel('Safety phrase').innerText();
    await this.button('We see the same words').click();
    await this.sees(`You compared it with ${peer}`);
    return words.replace(/\s+/g, ' ');
  }

  async openPeer(peer: string): Promise<void> {
    await this.go('#/peers');
    await this.page.getByRole('button', { name: peer }).click();
    await this.page.getByRole('heading', { name: peer, level: 1 }).waitFor();
  }

  async stopSharingEverythingWith(peer: string): Promise<void> {
    await this.openPeer(peer);
    await this.button(`Stop sharing everything with ${peer}`).click();
    await this.page.locator('pc-confirm').getByRole('button', { name: 'Stop sharing' }).click();
    await this.sees('They may read none of your charts.');
  }

  async waitsForPeers(number: number): Promise<void> {
    await this.sees(new RegExp(`${String(number)} peers? connected`));
  }
}

/** Runs in the page: whether the focus stands on this element, through shadow roots. */
function isFocused(element: Element): boolean {
  let focused = document.activeElement;
  for (let inner = focused; inner !== null; inner = inner.shadowRoot?.activeElement ?? null) focused = inner;
  return focused === element;
}
