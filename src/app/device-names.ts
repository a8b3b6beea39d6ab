/** What devices and the people at them are called: labels in rosters, opened with the contact key of their practice (ID-3). */
import type { Bytes } from '../base/bytes.ts';
import type { DeviceId, PracticeId } from '../base/ids.ts';
import { openDeviceLabel, type DeviceLabel } from '../access/labels.ts';
import type { RosterBook } from '../replica/roster-book.ts';

export class DeviceNames {
  readonly #rosters: RosterBook;
  readonly #contactKeys = new Map<PracticeId, Bytes>();
  readonly #labels = new Map<DeviceId, DeviceLabel>();

  constructor(rosters: RosterBook) {
    this.#rosters = rosters;
  }

  /** Opens the names of the practice's devices from now on. */
  setContactKey(practice: PracticeId, contactKey: Bytes): void {
    this.#contactKeys.set(practice, contactKey);
    this.#labels.clear();
  }

  /** Undefined when the roster is not known, or its names were never handed to us. */
  of(device: DeviceId): DeviceLabel | undefined {
    const known = this.#labels.get(device);
    if (known !== undefined) return known;
    const practice = this.#rosters.practiceOf(device);
    const contactKey = practice === undefined ? undefined : this.#contactKeys.get(practice);
    const sealed = practice === undefined ? undefined : this.#rosters.get(practice)?.devices.get(device)?.label;
    if (contactKey === undefined || sealed === undefined) return undefined;
    const label = openDeviceLabel(contactKey, sealed);
    if (label !== undefined) this.#labels.set(device, label);
    return label;
  }
}
