/** The text fields of a form by name; an absent one is empty, as an untouched one is. */
export function fieldsOf<Name extends string>(form: FormData, names: readonly Name[]): Record<Name, string>;
export function fieldsOf(form: FormData, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const value = form.get(name);
      return [name, typeof value === 'string' ? value : ''];
    }),
  );
}
