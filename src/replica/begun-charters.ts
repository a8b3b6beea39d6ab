/**
 * Charters of which the first frames came and that do not concern us so far: what gives us a right may be in the last frame.
 * In memory and bounded, one a device: it sends one after the other.
 */
import type { ChartId, DeviceId } from '../base/ids.ts';
import type { VerifiedCharterOp } from '../access/verify-operation.ts';

const maxBegunCharters = 8;
/** Of one of them: some thousands of acts of sharing. */
const maxBegunBytes = 8 * 1024 * 1024;

export class BegunCharters {
  readonly #begun = new Map<DeviceId, { readonly chart: ChartId; readonly ops: readonly VerifiedCharterOp[] }>();

  /** What came of it before, which is kept here no longer. */
  take(from: DeviceId, chart: ChartId): readonly VerifiedCharterOp[] {
    const begun = this.#begun.get(from);
    this.#begun.delete(from);
    return begun?.chart === chart ? begun.ops : [];
  }

  /** False when it is too long to be waited for. */
  put(from: DeviceId, chart: ChartId, ops: readonly VerifiedCharterOp[]): boolean {
    const bytes = ops.reduce((sum, op) => sum + op.signed.bytes.length, 0);
    if (bytes > maxBegunBytes) return false;
    const [oldest] = this.#begun.keys();
    if (this.#begun.size >= maxBegunCharters && oldest !== undefined) this.#begun.delete(oldest);
    this.#begun.set(from, { chart, ops });
    return true;
  }
}
