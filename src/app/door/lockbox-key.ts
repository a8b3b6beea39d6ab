/** Where the lockbox lies in the store: the one record that is not sealed under the vault key, for it holds it. */
export const lockboxKey = 'vault';
