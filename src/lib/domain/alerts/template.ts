/**
 * Texts of messages that people write themselves: plain text with variables such as `{{title}}`. Nothing in them is
 * run; what is no variable is refused with its place.
 */
export const TEMPLATE_CHANNELS = ['email', 'robot'] as const;
export type TemplateChannel = (typeof TEMPLATE_CHANNELS)[number];

export const TEMPLATE_VARIABLES = [
  'title',
  'what_changed',
  'from_when',
  'what_it_means',
  'what_to_do',
  'do_by',
  'why',
  'firm',
  'link',
  'clauses',
] as const;
export type TemplateVariable = (typeof TEMPLATE_VARIABLES)[number];
/** Null: this message says nothing of it. */
export type TemplateValues = Record<TemplateVariable, string | null>;

export type TemplateProblem = {
  /** From 1. */
  line: number;
  /** From 1, in characters as they were written. */
  column: number;
  code: 'variable_unknown' | 'variable_open' | 'clauses_not_alone';
  /** As it was written. */
  written: string;
};

/** A subject is a line, a body a page or two. */
export const SUBJECT_LENGTH_MAX = 300;
export const BODY_LENGTH_MAX = 10_000;

/** Braces in full width come from Chinese keyboards. */
const VARIABLE = /[{｛]{2}([^{}｛｝\n]*)[}｝]{2}/g;
const OPEN = /[{｛]{2}/;

/**
 * What is wrong with a template, in the order in which it is read; empty when it can be used. In a chat robot's
 * text there is no place for the texts of clauses, and in a mail they take a line of their own.
 */
export function templateProblems(
  text: string,
  { channel, is_subject }: { channel: TemplateChannel; is_subject: boolean },
): TemplateProblem[] {
  return text.split('\n').flatMap((line, index) => {
    const problems: TemplateProblem[] = [];
    const report = (code: TemplateProblem['code'], at: number, written: string) =>
      problems.push({ line: index + 1, column: at + 1, code, written });
    for (const match of line.matchAll(VARIABLE)) {
      const name = nameIn(match[1]);
      const is_usable = name !== null && (name !== 'clauses' || (channel === 'email' && !is_subject));
      if (!is_usable) report('variable_unknown', match.index, match[0]);
      else if (name === 'clauses' && line.trim() !== match[0])
        report('clauses_not_alone', match.index, match[0]);
    }
    const rest = line.replaceAll(VARIABLE, (whole) => ' '.repeat(whole.length));
    const open = OPEN.exec(rest);
    if (open) report('variable_open', open.index, line.slice(open.index, open.index + 20));
    return problems.sort((a, b) => a.column - b.column);
  });
}

/**
 * The lines of a template with their values. A line whose variables all say nothing is left out, with its heading;
 * of several empty lines one is kept. `place` shows a value, as markup of a robot does.
 */
export function fillTemplate(
  text: string,
  values: TemplateValues,
  place: (value: string) => string = (value) => value,
): string[] {
  const lines = text.split('\n').flatMap((line) => {
    const names = variablesOf(line);
    if (names.length > 0 && names.every((name) => !values[name])) return [];
    const filled = line.replaceAll(VARIABLE, (_whole, written: string) => {
      const name = nameIn(written);
      return place((name && values[name]) ?? '');
    });
    return [filled.trimEnd()];
  });
  const kept = lines.filter((line, index) => line !== '' || (index > 0 && lines[index - 1] !== ''));
  while (kept.at(-1) === '') kept.pop();
  return kept;
}

/** The variables of a line, those that are none left out. */
export function variablesOf(line: string): TemplateVariable[] {
  return [...line.matchAll(VARIABLE)].flatMap((match) => nameIn(match[1]) ?? []);
}

function nameIn(written: string | undefined): TemplateVariable | null {
  const name = (written ?? '').normalize('NFKC').trim().toLowerCase();
  return TEMPLATE_VARIABLES.find((one) => one === name) ?? null;
}
