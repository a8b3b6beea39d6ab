/** What is said of attached files: whether they are here, and how they are called where they are saved. */
import type { FileState } from '../../app/charts/chart-on-screen.ts';
import type { AttachedFile } from '../../clinical/views/attached-files.ts';
import { bytesInWords } from '../shell/format.ts';

export function stateWords({ kind, parts, partsHere }: FileState): string {
  switch (kind) {
    case 'here':
      return '';
    case 'elsewhere':
      return 'Not here yet';
    case 'asked':
      return partsHere === 0 ? 'Waiting for it' : `Receiving: ${partsHere} of ${parts} parts`;
    case 'no-room':
      return 'No room on this computer';
  }
}

/** "JPEG image, 3 MB". */
export function fileWords({ contentType, bytes }: AttachedFile): string {
  return [typeNames[mediaType(contentType)] ?? contentType, bytesInWords(bytes)]
    .filter((words) => words !== '')
    .join(', ');
}

const typeNames: Readonly<Record<string, string>> = {
  'image/jpeg': 'JPEG image',
  'image/png': 'PNG image',
  'image/gif': 'GIF image',
  'image/webp': 'WebP image',
  'image/bmp': 'Bitmap image',
  'image/svg+xml': 'SVG image',
  'application/pdf': 'PDF',
  'text/plain': 'Text',
  'application/dicom': 'DICOM image',
};

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/bmp': 'bmp',
  'image/svg+xml': 'svg',
  'application/pdf': 'pdf',
  'text/plain': 'txt',
  'application/dicom': 'dcm',
};

/**
 * Images that a browser draws without running anything, in an `<img>` alone: a script in an SVG does not run there. Everything
 * else a record says to be is text, or is offered for saving.
 */
export function previewOf({ contentType }: AttachedFile): 'image' | 'text' | undefined {
  const type = mediaType(contentType);
  if (type === 'text/plain') return 'text';
  return /^image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml)$/.test(type) ? 'image' : undefined;
}

export function mediaType(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

/** A name no file system stumbles over, with the ending its type asks for. */
export function fileName({ title, contentType }: AttachedFile): string {
  const plain = title
    .replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-')
    .replaceAll(/^[.-]+/g, '')
    .slice(0, 100)
    .trim();
  const ending = extensions[mediaType(contentType)];
  const name = plain === '' ? 'document' : plain;
  return ending === undefined || name.toLowerCase().endsWith(`.${ending}`) ? name : `${name}.${ending}`;
}
