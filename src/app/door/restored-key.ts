/** A record that stands from a restore until every chart has been read once: the list may say what a made-up file said. */
export const restoredKey = 'restored';
