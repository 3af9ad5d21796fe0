/**
 * Texts of messages that people write themselves: plain text with variables such as `{{title}}`. Nothing in them is
 * run; what is no variable is refused with its place.
 */
export const TEMPLATE_CHANNELS = ['email', 'robot', 'email_digest', 'robot_digest'] as const;
export type TemplateChannel = (typeof TEMPLATE_CHANNELS)[number];

const OF_MESSAGE = [
  'title',
  'what_changed',
  'from_when',
  'what_it_means',
  'what_to_do',
  'do_by',
  'why',
  'firm',
  'link',
] as const;
const OF_DIGEST = ['title', 'count', 'until', 'firm', 'link', 'changes'] as const;

/** What a text of each channel may name, in the order in which it is explained. */
export const VARIABLES_OF = {
  // A chat robot's text has no place for the texts of clauses.
  email: [...OF_MESSAGE, 'clauses'],
  robot: OF_MESSAGE,
  email_digest: OF_DIGEST,
  robot_digest: OF_DIGEST,
} as const satisfies Record<TemplateChannel, readonly string[]>;
export type TemplateVariable = (typeof VARIABLES_OF)[TemplateChannel][number];
export const TEMPLATE_VARIABLES: readonly TemplateVariable[] = [
  ...new Set(TEMPLATE_CHANNELS.flatMap((channel): readonly TemplateVariable[] => VARIABLES_OF[channel])),
];
/** Set over many lines by whoever sets the message: each takes a line of its own, and none stands in a subject. */
const BLOCKS: readonly TemplateVariable[] = ['clauses', 'changes'];
/** Null: this message says nothing of it. */
export type TemplateValues = Partial<Record<TemplateVariable, string | null>>;

export type TemplateProblem = {
  /** From 1. */
  line: number;
  /** From 1, in characters as they were written. */
  column: number;
  code: 'variable_unknown' | 'variable_open' | 'block_not_alone';
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
 * What is wrong with a template, in the order in which it is read; empty when it can be used. The
 * texts of clauses, and the changes of a digest, take a line of their own.
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
      const usable: readonly TemplateVariable[] = VARIABLES_OF[channel];
      const is_block = name !== null && BLOCKS.includes(name);
      const is_usable = name !== null && usable.includes(name) && !(is_block && is_subject);
      if (!is_usable) report('variable_unknown', match.index, match[0]);
      else if (is_block && line.trim() !== match[0]) report('block_not_alone', match.index, match[0]);
    }
    const rest = line.replaceAll(VARIABLE, (whole) => ' '.repeat(whole.length));
    const open = OPEN.exec(rest);
    if (open) report('variable_open', open.index, line.slice(open.index, open.index + 20));
    return problems.sort((a, b) => a.column - b.column);
  });
}

/**
 * The lines of a template with their values. A line whose variables all say nothing is left out, with its heading;
 * of several empty lines one is kept. `place` shows a value, as markup of a robot does; what is set over many lines
 * is placed as it is.
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
      const value = (name && values[name]) ?? '';
      return name !== null && BLOCKS.includes(name) ? value : place(value);
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
