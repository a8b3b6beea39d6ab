/**
 * What a person does in a chart, through the screen alone. Forms are filled in by keyboard: Tab to the field, type, Enter.
 */
import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { hasFocus } from './page-acts.ts';
import type { PracticePage } from './practice-page.ts';

export type Topic =
  | 'To settle'
  | 'Documents'
  | 'Summary'
  | 'Problems'
  | 'Medications'
  | 'Allergies'
  | 'Vitals'
  | 'Results'
  | 'Encounters'
  | 'Notes'
  | 'Set aside'
  | 'Sharing'
  | 'Changes';

/** Field label → what is typed. */
export type Typing = Readonly<Record<string, string>>;

export interface Share {
  readonly with: string;
  /** The whole chart when left out. */
  readonly sections?: readonly string[];
  readonly right: 'Read' | 'Read and write';
}

export class ChartActs {
  readonly #at: PracticePage;

  constructor(at: PracticePage) {
    this.#at = at;
  }

  /** Finds the patient by typing into the search, and opens the chart with Enter. */
  async open(patient: string): Promise<void> {
    await this.#at.go('#/patients');
    const search = this.#at.page.getByRole('searchbox', { name: /^Search by name/ });
    await search.fill(patient);
    await this.#at.page
      .getByRole('link', { name: new RegExp(patient) })
      .first()
      .waitFor();
    await search.press('Enter');
    await this.heading(patient).waitFor();
  }

  heading(patient: string): Locator {
    return this.#at.page.getByRole('heading', { name: new RegExp(patient), level: 1 });
  }

  async turnTo(topic: Topic): Promise<void> {
    const link = this.#at.page
      .getByRole('navigation', { name: 'Chart' })
      .getByRole('link', { name: new RegExp(`^${topic}`) });
    await link.click();
    await this.#at.page.locator('[aria-current=page]').filter({ hasText: topic }).last().waitFor();
  }

  /** By keyboard: from the button of the topic through its form until it is saved. */
  async add(topic: Topic, opener: string, typing: Typing, act: string): Promise<void> {
    await this.turnTo(topic);
    await this.#at.pressOn(this.#at.button(opener));
    await this.#fillIn(opener, typing, act);
  }

  /** By keyboard: the row, the button in its panel, the form. */
  async change(topic: Topic, row: string, opener: string, form: string, typing: Typing, act: string): Promise<void> {
    await this.openRow(topic, row);
    await this.#at.pressOn(this.#panel.getByRole('button', { name: opener, exact: true }));
    await this.#fillIn(form, typing, act);
  }

  async openRow(topic: Topic, row: string): Promise<void> {
    await this.turnTo(topic);
    await this.row(row).click();
    await this.#panel.waitFor();
  }

  row(name: string): Locator {
    return this.#at.page.getByRole('rowheader').getByRole('button', { name });
  }

  get #panel(): Locator {
    return this.#at.page.getByRole('complementary', { name: 'Entry' });
  }

  async #fillIn(heading: string, typing: Typing, act: string): Promise<void> {
    const form = this.#at.page.getByRole('form', { name: heading });
    // It takes the focus to its first field by itself: not while somebody types in another.
    await hasFocus(form);
    for (const [label, text] of Object.entries(typing)) {
      await this.#at.typeInto(form.getByRole('textbox', { name: new RegExp(`^${label}( \\*)?$`) }), text);
    }
    await this.#at.pressOn(form.getByRole('button', { name: act }));
    await form.waitFor({ state: 'hidden' });
    await this.isSaved();
  }

  async changeDose(medication: string, amount: string, unit: string): Promise<void> {
    await this.change(
      'Medications',
      medication,
      'Change dose',
      'Change the dose',
      { Dose: amount, Unit: unit },
      'Save dose',
    );
  }

  async markInError(topic: Topic, row: string, why: string): Promise<void> {
    const form = 'Mark as entered in error';
    await this.change(topic, row, 'Entered in error', form, { 'What was wrong': why }, form);
  }

  async isSaved(): Promise<void> {
    await this.#at.page
      .getByRole('status', { name: 'Saving and connection' })
      .first()
      .getByText('Saved here')
      .waitFor();
  }

  // ----------------------------------------------------------------------------------------------------- sharing

  async share({ with: peer, sections, right }: Share): Promise<void> {
    const { page } = this.#at;
    await this.turnTo('Sharing');
    await this.#at.button('Share this chart').click();
    const form = page.getByRole('form', { name: 'Share this chart' });
    await form.getByRole('combobox', { name: /^With/ }).click();
    await page.getByRole('option', { name: new RegExp(`^${peer}`) }).click();
    if (sections !== undefined) {
      // By Space: the box that is seen lies over the one that is asked for here.
      await form.getByRole('checkbox', { name: 'The whole chart' }).press('Space');
      for (const section of sections) await form.getByRole('checkbox', { name: section, exact: true }).press('Space');
      await form.getByRole('checkbox', { checked: true }).nth(sections.length).waitFor();
      // Identity goes with every share.
      expect(await form.getByRole('checkbox', { checked: true }).count()).toBe(sections.length + 1);
    }
    await form.getByRole('radio', { name: right, exact: true }).click();
    await form.getByText(`${peer} will see`).waitFor();
    await form.getByRole('button', { name: 'Share', exact: true }).click();
    await page.getByRole('table', { name: `Shared with ${peer}` }).waitFor();
  }

  async stopSharing(peer: string): Promise<void> {
    const { page } = this.#at;
    await this.turnTo('Sharing');
    const shared = page.locator('section').filter({ has: page.getByRole('table', { name: `Shared with ${peer}` }) });
    await shared.getByRole('button', { name: 'Stop sharing this chart' }).click();
    const question = page.locator('pc-confirm');
    await question.getByText('What was already read can’t be taken back.').waitFor();
    await question.getByRole('button', { name: 'Stop sharing' }).click();
    await shared.waitFor({ state: 'hidden' });
    await this.isSaved();
  }

  // --------------------------------------------------------------------------------------------------- conflicts

  toSettle(statement: string): Locator {
    return this.#at.page.getByRole('article', { name: `To settle: ${statement}` });
  }

  /** Both values, side by side, with who wrote them. */
  async seesBoth(statement: string, ...parts: readonly string[]): Promise<void> {
    for (const part of parts) await this.toSettle(statement).filter({ hasText: part }).waitFor();
  }

  async choose(statement: string, choice: string): Promise<void> {
    await this.toSettle(statement).getByRole('button', { name: choice }).click();
    await this.toSettle(statement).waitFor({ state: 'hidden' });
  }

  // ------------------------------------------------------------------------------------------------- files out

  /** What a person's file of the whole chart holds, by full URL: the order of its entries means nothing. */
  async exported(): Promise<ReadonlyMap<string, unknown>> {
    await this.turnTo('Summary');
    const downloading = this.#at.page.waitForEvent('download');
    await this.#at.button('Export').click();
    const file = await (await downloading).path();
    const { entry } = JSON.parse(await readFile(file, 'utf8')) as { entry: readonly ExportedEntry[] };
    return new Map(entry.map(({ fullUrl, resource }) => [fullUrl, resource]));
  }
}

interface ExportedEntry {
  readonly fullUrl: string;
  readonly resource: unknown;
}
