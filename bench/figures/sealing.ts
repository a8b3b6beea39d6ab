/** Cryptography of one small edit. */
import { figureOf, type Figure } from '../figure.ts';
import type { Measurement } from '../measurement.ts';
import { median, summarize } from '../statistics.ts';

const turns = 5;
const entries = 50;
const signatures = 20;

export const sealing: Measurement = {
  figures: ['seal-entry', 'verify-by-webcrypto'],
  run: async (site) => {
    const browser = await site.open('sealing');
    try {
      const seals: number[] = [];
      const verifies: { webCrypto: number; tweetnacl: number }[] = [];
      for (let turn = 0; turn < turns; turn++) {
        seals.push(await browser.page.evaluate((number) => bench.sealing.measureSealing(number), entries));
        const verify = await browser.page.evaluate((number) => bench.sealing.measureVerifying(number), signatures);
        if (verify !== undefined) verifies.push(verify);
      }
      const figures: Figure[] = [
        figureOf(
          {
            figure: 'seal-entry',
            aim: 2,
            unit: 'ms',
            better: 'lower',
            workload:
              `Chromium: sealEntry() of one change of 200 bytes: encode, compress, pad, seal, hash, sign. Mean of ${entries}, ` +
              `${turns} turns. An absolute figure: for this machine alone.`,
          },
          summarize(seals),
        ),
      ];
      if (verifies.length > 0) {
        const webCryptoMs = median(verifies.map(({ webCrypto }) => webCrypto)).toFixed(2);
        const tweetnaclMs = median(verifies.map(({ tweetnacl }) => tweetnacl)).toFixed(2);
        figures.push(
          figureOf(
            {
              figure: 'verify-by-webcrypto',
              aim: 15,
              unit: '× faster than tweetnacl',
              better: 'higher',
              measured: `${webCryptoMs} ms, tweetnacl ${tweetnaclMs} ms`,
              workload:
                'Chromium: the strict verdict on one Ed25519 signature over 656 bytes, by WebCrypto and by the fallback. ' +
                `Mean of ${signatures} each, ${turns} turns, alternating.`,
            },
            summarize(verifies.map(({ webCrypto, tweetnacl }) => tweetnacl / webCrypto)),
          ),
        );
      }
      return figures;
    } finally {
      await browser.close();
    }
  },
};
