import lit from 'eslint-plugin-lit';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Folders that are functions of their arguments: time, chance and the platform come in through base/ports.ts. */
const pureFolders = ['base', 'crypto', 'access', 'clinical', 'crdt', 'store', 'net', 'app', 'demo/patients'];

/** The impure edges (ARCHITECTURE.md): what only the composition roots and the named adapters may touch. */
const impureProperties = [
  { object: 'Date', property: 'now', message: 'Take a Clock (base/ports.ts).' },
  { object: 'Math', property: 'random', message: 'Take a Random (base/ports.ts).' },
  { object: 'crypto', property: 'getRandomValues', message: 'Take a Random (base/ports.ts).' },
  { object: 'crypto', property: 'randomUUID', message: 'Take a Random (base/ports.ts).' },
  { object: 'performance', property: 'now', message: 'Take a Clock (base/ports.ts).' },
];
const noClockWithoutPort = {
  selector: "NewExpression[callee.name='Date'][arguments.length=0]",
  message: 'Take a Clock (base/ports.ts).',
};
const noStyleAttribute = {
  selector: "TaggedTemplateExpression[tag.name='html'] TemplateElement[value.raw=/\\sstyle=/]",
  message: 'The Content-Security-Policy refuses style attributes: use static styles, or styleMap for what is computed.',
};

export default defineConfig(
  { ignores: ['dist/', 'dist-demo/', 'node_modules/', 'vendor/', 'coverage/', 'screenshots/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // `while (true)` reads better than a flag where a loop ends in its middle.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // A brand's own file casts by a type parameter.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: pureFolders.map((folder) => `src/${folder}/**/*.ts`),
    // The composition root, and adapters of a platform that has its own clock.
    ignores: ['src/app/browser.ts', 'src/app/browser-*.ts', 'src/net/libp2p-*.ts'],
    rules: {
      'no-restricted-properties': ['error', ...impureProperties],
      'no-restricted-syntax': ['error', noClockWithoutPort],
      'no-restricted-globals': ['error', 'document', 'window', 'localStorage', 'sessionStorage'],
    },
  },
  {
    files: ['src/ui/**/*.ts'],
    extends: [lit.configs['flat/recommended']],
    rules: { 'no-restricted-syntax': ['error', noStyleAttribute] },
  },
  {
    // Mains and tools speak to the person at the terminal.
    files: ['src/node/**/*.ts', 'src/demo/main.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      // Stand-ins of an interface have methods that do nothing, or are async for the interface alone.
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], extends: [tseslint.configs.recommended] },
);
