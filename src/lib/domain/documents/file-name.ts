import { extensionsOf, type MediaType } from './media-type.ts';

const NAME_CHARACTERS_MAX = 150;
const GIVEN_CHARACTERS_MAX = 500;
/** Devices of Windows; a file of that name cannot be saved there. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;
/** Control characters, and those that turn or hide text, so that `gpj.exe` shows as `exe.jpg`. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

/**
 * A name that every system can save the file under, without folders, control or direction characters. It
 * ends with an extension of what the bytes are: text called `run.bat` becomes `run.bat.txt`.
 */
export function safeFileName(given: string | null, media_type: MediaType): string {
  const last = (given ?? '').toWellFormed().split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(/[<>:"|?*\uFFFD]/g, '_')
    .replace(/\s+/gu, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  const extensions = extensionsOf(media_type);
  const dot = clean.lastIndexOf('.');
  const fits = dot > 0 && extensions.includes(clean.slice(dot + 1).toLowerCase());
  const stem = cut(fits ? clean.slice(0, dot) : clean, NAME_CHARACTERS_MAX);
  const extension = fits ? clean.slice(dot + 1) : extensions[0];
  const named = stem === '' || RESERVED.test(stem) ? `document${stem && `-${stem}`}` : stem;
  return `${named}.${extension}`;
}

/** The name as it was given, for showing: bounded, and without what a database text cannot hold. */
export function givenFileName(given: string | null): string | null {
  const kept = cut((given ?? '').toWellFormed().replaceAll('\0', '').trim(), GIVEN_CHARACTERS_MAX);
  return kept === '' ? null : kept;
}

/** `Content-Disposition` that saves and never opens, with the Chinese name by RFC 6266 and an ASCII one. */
export function attachmentDisposition(file_name: string): string {
  const ascii = file_name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(file_name).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** The first `max` characters, never half of one. */
function cut(value: string, max: number): string {
  return Array.from(value).slice(0, max).join('');
}
