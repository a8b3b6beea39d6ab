/** Keys that are handed over while their charter is being read from the disk (CH-5). */
import { afterEach, expect, test } from 'vitest';
import { CharterBook } from '../../../src/app/charters/charter-book.ts';
import { keyId } from '../../../src/base/ids.ts';
import type { Session } from '../../../src/app/session.ts';
import { accessOf, breakIn } from '../support/break-in.ts';
import { adaWith, problem } from '../support/patient.ts';
import { importText, mustHave, onlyChart, World } from '../support/world.ts';

let session: Session;
afterEach(() => session.lock());

test('[CH-5] keys that come while a charter is loaded are in it, and so stay on the disk with what is written next', async () => {
  const world = await World.start();
  session = await world.newPractice('alice');
  await importText(session, adaWith(problem()));
  const chart = onlyChart(session).id;
  const { store, content, records, rosters, self } = await breakIn(world, 'alice', 'correct horse battery');
  const gate: { open?: () => void } = {};
  const opened = new Promise<void>((resolve) => (gate.open = resolve));
  const slow = Object.assign(Object.create(store) as typeof store, {
    ops: async (...of: Parameters<typeof store.ops>) => {
      const found = await store.ops(...of);
      await opened;
      return found;
    },
  });
  const reader = { practice: self.practice, recipient: self.device, boxKeys: self.box } as const;
  const charters = new CharterBook({ store: slow, content, records, rosters, reader });
  const loading = charters.get(chart);
  const held = await charters.storedKeys(chart);
  const handed = keyId(new Uint8Array(32).fill(9));
  await content.commit({ sealed: [charters.writeKeys(chart, new Map([...held, [handed, new Uint8Array(32)]]))] });
  charters.keysCame(chart, new Map([[handed, new Uint8Array(32)]]));
  mustHave(gate.open)();
  const access = mustHave(await loading);
  expect(access.keys.has(handed)).toBe(true);
  await content.commit(charters.write(access, []));
  store.close();
  const again = await breakIn(world, 'alice', 'correct horse battery');
  expect((await accessOf(again, chart)).keys.has(handed)).toBe(true);
  again.store.close();
});
