/** Comma-separated lines for spreadsheets (RFC 4180), in which no cell is taken for a formula. */
export function csvOf(lines: readonly (readonly string[])[]): string {
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/** A name that begins like a formula is preceded by an apostrophe, which spreadsheets take for "this is text". */
function csvCell(text: string): string {
  const plain = /^[\s]*[=+\-@\t\r|%]/.test(text) ? `'${text}` : text;
  return `"${plain.replaceAll('"', '""')}"`;
}
