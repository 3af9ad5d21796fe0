import { fillTemplate, variablesOf, type TemplateValues } from '#lib/domain/alerts/template.ts';
import type { Letter } from './letter.ts';
import type { Message } from './message.ts';

/** A letter in somebody's own words: its title, and the lines of its body. */
export type Worded = { title: string; lines: string[] };

/** Null where the built-in words are used: a digest is a list, and lists are the same for everybody. */
export function wordedOf(letter: Letter, place?: (value: string) => string): Worded | null {
  const [message] = letter.messages;
  if (!letter.template || letter.digest || !message) return null;
  const { subject, body, firm } = letter.template;
  const values = valuesOf(message, firm);
  return {
    title: fillTemplate(subject, values).join(' ') || letter.title,
    lines: fillTemplate(body, values, place),
  };
}

/** The body with each line as it was written, so that marks can be set by what a line is. */
export function wordedLines({
  template,
  messages: [message],
}: Letter): { written: string; filled: string }[] {
  if (!template || !message) return [];
  const values = valuesOf(message, template.firm);
  return template.body.split('\n').flatMap((written) => {
    const names = variablesOf(written);
    // The texts of clauses are set by whoever sets the letter.
    if (names.includes('clauses')) return [{ written, filled: '' }];
    const [filled] = fillTemplate(written, values);
    return filled === undefined ? [] : [{ written, filled }];
  });
}

function valuesOf(message: Message, firm: string): TemplateValues {
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
    clauses: null,
  };
}
