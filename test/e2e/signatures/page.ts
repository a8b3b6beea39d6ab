/** What the product's Ed25519 says in a real browser: by WebCrypto, by the fallback, and by whichever the product chooses. */
import { fromHex, toHex, type Bytes } from '../../../src/base/bytes.ts';
import { findWebCryptoEd25519, keysFromSeed, tweetnaclEd25519 } from '../../../src/crypto/ed25519.ts';
import { verifyWith } from '../../../src/crypto/sign.ts';

interface Question {
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
}

interface Verdicts {
  readonly webcrypto: boolean;
  readonly tweetnacl: boolean;
}

function bytes(hex: string): Bytes {
  const found = fromHex(hex);
  if (found === undefined) throw new Error('a case is written in hex');
  return found;
}

const page = {
  async verdicts(questions: readonly Question[]): Promise<readonly Verdicts[]> {
    const webCrypto = await findWebCryptoEd25519();
    if (webCrypto === undefined) throw new Error('this browser has no Ed25519 of its own');
    const ask = ({ message, signature, publicKey }: Question, by: typeof webCrypto): Promise<boolean> =>
      verifyWith(by, bytes(message), bytes(signature), bytes(publicKey));
    return Promise.all(
      questions.map(async (question) => ({
        webcrypto: await ask(question, webCrypto),
        tweetnacl: await ask(question, tweetnaclEd25519),
      })),
    );
  },

  /** Signatures by both, which must be the same bytes: Ed25519 leaves nothing to chance. */
  async signatures(seed: string, message: string): Promise<readonly string[]> {
    const webCrypto = await findWebCryptoEd25519();
    if (webCrypto === undefined) throw new Error('this browser has no Ed25519 of its own');
    const keys = keysFromSeed(bytes(seed));
    const made = [webCrypto, tweetnaclEd25519].map((by) => by.sign(bytes(message), keys));
    return (await Promise.all(made)).map(toHex);
  },
};

declare global {
  var signing: typeof page;
}
globalThis.signing = page;
