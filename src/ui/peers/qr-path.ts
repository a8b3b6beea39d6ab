/** A QR code's modules as the path of one SVG element. Pure. */

/** Dark modules, each run of a row as one rectangle. */
export function pathOf(rows: readonly (readonly boolean[])[]): string {
  let path = '';
  for (const [y, row] of rows.entries()) {
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue;
      const start = x;
      while (row[x + 1] === true) x++;
      const run = String(x - start + 1);
      path += `M${String(start)} ${String(y)}h${run}v1h-${run}z`;
    }
  }
  return path;
}
