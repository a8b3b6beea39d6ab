/** Hands a file to the browser's downloads; the bytes stay on this computer. */
export function saveFile(fileName: string, file: Blob): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  // The download has read the address by then; keeping it would keep the file in memory.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
