/** What a person does about a chart beside writing in it, through the screen alone: review, history, end dates, custody. */
import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import type { ChartActs, Topic } from './chart-acts.ts';
import type { PracticePage } from './practice-page.ts';

export class ReviewActs {
  readonly #at: PracticePage;
  readonly #chart: ChartActs;

  constructor(at: PracticePage, chart: ChartActs) {
    this.#at = at;
    this.#chart = chart;
  }

  /** What one author wrote in one section and was set aside of it. */
  group(author: string, section: string): Locator {
    return this.#at.page.getByRole('region', { name: `${author}: ${section}` });
  }

  /** By keyboard. */
  async choose(group: Locator): Promise<void> {
    await this.#at.pressOn(group.getByRole('checkbox').first(), 'Space');
    await this.#at.sees(/\d+ changes?\s+chosen/);
  }

  async confirm(act: string): Promise<void> {
    const question = this.#at.page.locator('pc-confirm');
    await question.getByRole('button', { name: act }).click();
    await question.waitFor({ state: 'detached' });
  }

  /** The history of one entry, as its panel tells it. */
  async historyOf(topic: Topic, row: string): Promise<Locator> {
    await this.#chart.openRow(topic, row);
    const history = this.#at.page.locator('pc-statement-history');
    await history.getByRole('heading', { name: 'History' }).waitFor();
    return history;
  }

  async changeEndDate(peer: string, day: string): Promise<void> {
    const { page } = this.#at;
    await this.#chart.turnTo('Sharing');
    await this.#at.pressOn(page.getByRole('button', { name: `Change end date for ${peer}` }));
    const form = page.getByRole('form', { name: `End date for ${peer}` });
    await form.locator('input[type=date]').fill(day);
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'hidden' });
  }

  /** The lines of the file, its head left out. */
  async exportedDisclosure(): Promise<readonly string[]> {
    await this.#chart.turnTo('Sharing');
    const downloading = this.#at.page.waitForEvent('download');
    await this.#at.page.locator('pc-disclosure-record').getByRole('button', { name: 'Export' }).click();
    const file = await (await downloading).path();
    return (await readFile(file, 'utf8')).trim().split('\r\n').slice(1);
  }

  async offer(peer: string, keeps: 'Nothing' | 'The right to read it', phrase: string): Promise<void> {
    const { page } = this.#at;
    const form = page.getByRole('form', { name: 'Hand over this chart' });
    if (!(await form.isVisible())) {
      await this.#chart.turnTo('Sharing');
      await this.#at.pressOn(this.#at.button('Hand over …'));
      await form.getByRole('combobox', { name: /^To/ }).click();
      await page.getByRole('option', { name: new RegExp(`^${peer}`) }).click();
      await form.getByRole('radio', { name: keeps, exact: true }).click();
    }
    await form.getByRole('textbox', { name: /^Recovery phrase/ }).fill(phrase);
    await form.getByRole('button', { name: 'Offer the chart …' }).click();
    await this.confirm('Offer the chart');
  }
}
