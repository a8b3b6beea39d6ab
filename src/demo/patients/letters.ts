/** Letters of the demonstration: a page of PDF 1.4 with one of its standard fonts, written by hand so that the bytes are the same each time. */
import { toUtf8 } from '../../base/bytes.ts';
import { toBase64 } from '../../clinical/base64.ts';

export interface File {
  readonly contentType: string;
  readonly data: string;
  readonly size: number;
}

export function textFile(text: string): File {
  const bytes = toUtf8(text);
  return { contentType: 'text/plain; charset=utf-8', data: toBase64(bytes), size: bytes.length };
}

/** Lines in ASCII: the font's own encoding is not asked for more. */
export function pdfFile(lines: readonly string[]): File {
  const drawn = lines.map((line) => `(${line.replace(/[()\\]/g, '\\$&')}) Tj T*`).join('\n');
  const content = `BT /F1 11 Tf 15 TL 60 780 Td\n${drawn}\nET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const offset = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  const bytes = toUtf8(text);
  return { contentType: 'application/pdf', data: toBase64(bytes), size: bytes.length };
}
