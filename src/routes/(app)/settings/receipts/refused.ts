/** What a form was refused for, with what was typed; null when it was not. */
export type Refused = {
  errors: Record<string, string | undefined>;
  values: Record<string, string | undefined>;
} | null;
