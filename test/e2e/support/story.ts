/**
 * A story told in several browsers over the real relay, part by part: each part goes on where the one before it ended, so those
 * after a broken one are left out, with words. What the screens showed when it broke is printed for whoever looks.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { ProfileOptions } from '../../support/profiles.ts';
import { startServers, type Servers } from '../../support/servers.ts';
import { canaryBundle } from './canary-bundle.ts';
import { PracticePage } from './practice-page.ts';

export class Story {
  readonly servers: Servers;
  readonly folder: string;
  readonly pages: PracticePage[] = [];

  private constructor(servers: Servers, folder: string) {
    this.servers = servers;
    this.folder = folder;
  }

  static async begin(name: string): Promise<Story> {
    const folder = await mkdtemp(join(tmpdir(), `peerchart-${name}-`));
    await writeFile(join(folder, 'quellmalz.json'), canaryBundle);
    return new Story(await startServers(), folder);
  }

  /** The file that the patient of the story is imported from. */
  get patientFile(): string {
    return join(this.folder, 'quellmalz.json');
  }

  async open(name: string, practice: string, person: string, options?: ProfileOptions): Promise<PracticePage> {
    const words = { practice, person, passphrase: `marble otter canyon violin ${name}` };
    const page = await PracticePage.open(name, this.servers.url, words, options);
    this.pages.push(page);
    return page;
  }

  async printScreens(): Promise<void> {
    for (const { profile, page } of this.pages) {
      const screen = await page.locator('body').ariaSnapshot().catch(String);
      process.stderr.write(`--- the screen of the ${profile.name}\n${screen}\n`);
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.pages.map((page) => page.close()));
    await this.servers.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Within a `describe`: begins the story before its parts, and ends it after them. */
export function tellStory(name: string, begin: (story: Story) => Promise<void>): void {
  let story: Story | undefined;
  let isBroken = false;

  beforeAll(async () => {
    story = await Story.begin(name);
    await begin(story);
  });

  beforeEach(({ skip }) => {
    // A part that begins where none ended would fail for that alone, and hide which one broke.
    skip(isBroken, 'the story broke off before this');
  });

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    isBroken = true;
    await story?.printScreens();
  });

  afterAll(() => story?.end());
}
