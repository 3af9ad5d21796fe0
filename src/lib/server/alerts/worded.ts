import { fillTemplate, variablesOf, type TemplateValues } from '#lib/domain/alerts/template.ts';
import type { Letter } from './letter.ts';

/** A letter in somebody's own words: its title, and the lines of its body. */
export type Worded = { title: string; lines: string[] };
/** How a channel sets values, and the changes of a digest. */
export type Setting = { place?: (value: string) => string; changes?: string };

/** Null where the built-in words are used. */
export function wordedOf(letter: Letter, { place, changes }: Setting = {}): Worded | null {
  const values = valuesOf(letter);
  if (!letter.template || !values) return null;
  const { subject, body } = letter.template;
  return {
    title: fillTemplate(subject, values).join(' ') || letter.title,
    lines: fillTemplate(body, { ...values, changes: changes ?? null }, place),
  };
}

/** A line of the body as it was written, so that marks can be set by what it is; a block is set by the mail. */
export type WordedLine = { written: string; filled: string; block: 'clauses' | 'changes' | null };

export function wordedLines(letter: Letter): WordedLine[] {
  const values = valuesOf(letter);
  if (!letter.template || !values) return [];
  return letter.template.body.split('\n').flatMap((written): WordedLine[] => {
    const block = variablesOf(written).find((name) => name === 'clauses' || name === 'changes') ?? null;
    if (block) return [{ written, filled: '', block }];
    const [filled] = fillTemplate(written, values);
    return filled === undefined ? [] : [{ written, filled, block }];
  });
}

/** Null for a letter that says nothing. */
function valuesOf({ template, digest, title, messages, url }: Letter): TemplateValues | null {
  const [message] = messages;
  if (!template || !message) return null;
  const { firm } = template;
  if (digest) return { title, count: String(digest.count), until: digest.until, firm, link: url };
  return {
    title: message.title,
    what_changed: message.changed,
    from_when: message.from,
    what_it_means: message.means,
    what_to_do: message.to_do,
    do_by: message.day,
    why: message.why,
    firm,
    link: message.url,
  };
}
