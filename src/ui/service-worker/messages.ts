/** What the page says to a waiting service worker when a person chose to change to the new version. */
export const applyUpdateMessage = 'apply-update';
