import { expect, test } from 'vitest';
import {
  generateContactKey,
  openDeviceLabel,
  openPracticeLabel,
  sealDeviceLabel,
  sealPracticeLabel,
} from '../../src/access/labels.ts';
import { maxSealedLabelBytes } from '../../src/access/limits.ts';
import { seededRandom } from '../support/seeded-random.ts';

const random = seededRandom('labels');
const key = generateContactKey(random);
const label = { deviceName: 'Front room', personName: 'Dr Ada Okoye', profession: 'GP' };

test('[ID-3] names open for contacts and for nobody else', () => {
  const sealed = sealDeviceLabel(key, label, random);
  expect(openDeviceLabel(key, sealed)).toEqual(label);
  expect(openDeviceLabel(generateContactKey(random), sealed)).toBeUndefined();
  expect(openPracticeLabel(key, sealed)).toBeUndefined();
  expect(openPracticeLabel(key, sealPracticeLabel(key, { practiceName: 'Clinic' }, random))).toEqual({
    practiceName: 'Clinic',
  });
});

test('[ID-3] the longest names still fit a roster', () => {
  const long = Array.from({ length: 400 }, (_, i) => String.fromCharCode(0x4e00 + i * 37)).join('');
  const sealed = sealDeviceLabel(key, { deviceName: long, personName: long, profession: long }, random);
  expect(sealed.length).toBeLessThanOrEqual(maxSealedLabelBytes);
  expect(openDeviceLabel(key, sealed)?.personName).toBe(long.slice(0, 120));
});
