/** A file that was dropped on another page, on its way to the one that imports it. Only browsers come here. */
let handed: File | null = null;

export function handFile(file: File): void {
  handed = file;
}

/** The file that was handed on, once. */
export function takeHandedFile(): File | null {
  const file = handed;
  handed = null;
  return file;
}
