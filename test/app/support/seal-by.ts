/** One act of a device, sealed and not committed: what a test sends, holds back or bends. */
import type { KeyId } from '../../../src/base/ids.ts';
import { err, type Result } from '../../../src/base/result.ts';
import type { ChartAccess } from '../../../src/app/charters/charter-book.ts';
import type { SealedEdit, SectionKeeper } from '../../../src/app/sections/section-keeper.ts';
import type { SectionEdit } from '../../../src/clinical/section-edit.ts';

export async function sealBy(
  keeper: SectionKeeper,
  edits: readonly SectionEdit[],
  timeMs: number,
  access: ChartAccess,
  epoch: KeyId,
): Promise<Result<SealedEdit>> {
  const under = { access, epoch };
  const written = keeper.write(edits, timeMs, under, { asImport: false });
  return written.ok ? keeper.seal(under, undefined) : err(written.reason);
}
