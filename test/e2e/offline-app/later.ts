/** Loaded after the page, as Automerge is in the app. */
export const loadedLater = true;
