/**
 * The import graph is the confidentiality proof: crdt/ and clinical/ hold plaintext, store/ and net/ hold ciphertext,
 * and they meet in app/ alone. One rule a row of the table in ARCHITECTURE.md; test/house/ proves that each can fail.
 */

/** What opens ciphertext or holds keys. The ciphertext side and the relay must not even reach it. */
const opens = '^src/crypto/(sealed-[a-z]+|lockbox|passphrase|recovery-phrase|backup)\\.ts$';
/** Formats, hashes and signatures: what the ciphertext side may know of crypto/. */
const formats = '^src/crypto/(entry|hash|sign|snapshot)[a-z-]*\\.ts$';
const ours = '^src/';

/** A folder may import itself, packages (each with a rule of its own below) and the named paths of src, nothing else. */
function mayImport(folder, allowed, comment, options = {}) {
  const paths = [`^src/${folder}/`, ...allowed];
  return {
    name: `${folder}-imports`,
    comment,
    severity: 'error',
    from: { path: `^src/${folder}/`, ...(options.fromNot ? { pathNot: options.fromNot } : {}) },
    to: { path: ours, pathNot: paths, ...(options.typesAllowed ? { dependencyTypesNot: ['type-only'] } : {}) },
  };
}

/** A package that one place owns. */
function onlyImporter(name, owner, packages) {
  return {
    name,
    severity: 'error',
    from: { path: ours, pathNot: owner },
    to: { path: `(^|/node_modules/|^node_modules/)(${packages})(/|$)` },
  };
}

/** What must not be reachable, however many files lie between. */
function neverReaches(name, from, to, comment) {
  return { name, comment, severity: 'error', from: { path: from }, to: { path: to, reachable: true } };
}

module.exports = {
  forbidden: [
    mayImport('base', [], 'base/ is pure and stands on nothing.'),
    {
      name: 'base-does-no-io',
      severity: 'error',
      from: { path: '^src/(base|clinical|access)/' },
      to: { dependencyTypes: ['core'] },
    },
    mayImport('crypto', ['^src/base/'], 'Bytes in, bytes out: crypto/ knows no chart.'),
    mayImport('access', ['^src/base/', '^src/crypto/'], 'Rights are a pure function of signed operations.'),
    {
      name: 'access-opens-nothing',
      comment: 'Who may read is decided without reading.',
      severity: 'error',
      from: { path: '^src/access/' },
      to: { path: opens },
    },
    mayImport('clinical', ['^src/base/'], 'What the record means, with no idea of keys, disk or wire.'),
    mayImport('crdt', ['^src/base/', '^src/clinical/'], 'The plaintext side never meets disk or wire.'),
    mayImport('store', ['^src/base/', formats], 'The disk sees sealed bytes only.'),
    mayImport(
      'net',
      ['^src/base/', '^src/access/', formats, '^src/store/store\\.ts$'],
      'The wire sees sealed bytes only, and knows the store by its interface.',
    ),
    mayImport(
      'replica',
      ['^src/(base|access|net)/', formats, '^src/store/store\\.ts$'],
      'Who may have what, by rosters and charters: the same in the app and in a keeper that holds no key.',
    ),
    neverReaches(
      'ciphertext-side-reaches-no-plaintext',
      '^src/(store|net|replica)/',
      `(${opens})|(^src/(crdt|clinical|worker|app|ui)/)`,
      'Not by way of another folder either.',
    ),
    neverReaches(
      'frame-thread-reaches-no-disk-and-no-network',
      '^src/net/frame-thread',
      '^src/(store/(?!store\\.ts$)|net/libp2p-|replica/)',
      'The thread that looks at frames gets bytes and says what they are.',
    ),
    mayImport(
      'keeper',
      ['^src/(base|access|net|replica|store)/', formats, '^src/crypto/(box|pair-key)\\.ts$'],
      'A device without documents, people or keys of charts.',
    ),
    mayImport(
      'worker',
      ['^src/(base|clinical)/', '^src/crypto/passphrase\\.ts$'],
      'What works for a page in a thread of its own: plain files and passphrases, never the disk or the wire.',
    ),
    mayImport('app', ['^src/(base|crypto|access|clinical|crdt|store|net|replica|worker)/'], 'Where the sides meet.'),
    {
      name: 'ui-imports',
      comment: 'Elements see a session, never what it is made of.',
      severity: 'error',
      from: { path: '^src/ui/' },
      to: { path: '^src/(crypto|access|crdt|store|net|replica|worker|node)/' },
    },
    {
      name: 'ui-knows-app-by-its-types',
      comment: 'Only main.ts puts the application together.',
      severity: 'error',
      from: { path: '^src/ui/', pathNot: '^src/ui/main\\.ts$' },
      to: { path: '^src/app/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'ui-main-composes-by-app-browser',
      severity: 'error',
      from: { path: '^src/ui/main\\.ts$' },
      to: { path: '^src/app/', pathNot: '^src/app/browser\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    mayImport('node', ['^src/(base|app|keeper|net|replica|store)/'], 'Thin mains: the logic lives elsewhere.'),
    neverReaches(
      'relay-and-keeper-open-nothing',
      '^src/(keeper/|node/(relay|keeper)[a-z-]*\\.ts$)',
      `(${opens})|(^src/(crdt|clinical|worker|app|ui)/)`,
      'Whoever runs a relay or a keeper can read no chart.',
    ),
    {
      name: 'product-imports-no-demonstration',
      comment: 'Made-up patients and their known passphrase are no part of what a practice runs.',
      severity: 'error',
      from: { path: ours, pathNot: '^src/demo/' },
      to: { path: '^src/demo/' },
    },
    mayImport('demo/patients', ['^src/(base|clinical)/'], 'Made-up records by seed and day alone.'),
    mayImport(
      'demo/page',
      ['^src/(base|clinical|ui)/', '^src/app/(browser|session|door/door-acts)\\.ts$', '^src/demo/offer\\.ts$'],
      'The page is the product with another way in.',
    ),
    onlyImporter('only-crypto-imports-tweetnacl', '^src/crypto/', 'tweetnacl'),
    onlyImporter('only-crdt-imports-automerge', '^src/crdt/', '@automerge'),
    onlyImporter('only-store-imports-idb', '^src/store/', 'idb'),
    onlyImporter('only-net-libp2p-imports-libp2p', '^src/net/libp2p-[a-z-]*\\.ts$', 'libp2p|@libp2p|@multiformats'),
    onlyImporter('only-ui-imports-elements', '^src/ui/', 'lit|@lit|@awesome\\.me'),
    {
      name: 'product-imports-no-tests',
      severity: 'error',
      from: { path: ours },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '\\?(url|raw)$' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
