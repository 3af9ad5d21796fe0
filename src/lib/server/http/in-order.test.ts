import { expect, it } from 'vitest';
import { inOrder, type Around } from './in-order.ts';

type Options = { language: string };
type Handle = Around<string, Options>;

/** Runs these handles on one event, and tells with which options the page was rendered, if it was. */
async function run(...handles: Handle[]) {
  const rendered: (Options | undefined)[] = [];
  const resolve = (event: string, options?: Options) => {
    expect(event).toBe('event');
    rendered.push(options);
    return new Response('page');
  };
  const response = await inOrder(...handles)({ event: 'event', resolve });
  return { body: await response.text(), rendered };
}

it('runs each handle inside of the one before, with the options that were given last', async () => {
  const told: string[] = [];
  const around =
    (name: string, options?: Options): Handle =>
    async ({ event, resolve }) => {
      told.push(`before ${name}`);
      const response = await resolve(event, options);
      told.push(`after ${name}`);
      return response;
    };
  const options = { language: 'en' };
  const { body, rendered } = await run(around('a'), around('b', options), around('c'));
  expect(told).toEqual(['before a', 'before b', 'before c', 'after c', 'after b', 'after a']);
  expect(body).toBe('page');
  expect(rendered).toEqual([options]);
});

it('stops where a handle answers by itself, and lets the outer ones see what was thrown', async () => {
  const refuse: Handle = () => new Response('refused');
  expect(
    await run(
      ({ event, resolve }) => resolve(event),
      refuse,
      () => new Response('never'),
    ),
  ).toEqual({
    body: 'refused',
    rendered: [],
  });
  const thrown = run(
    async ({ event, resolve }) => {
      try {
        return await resolve(event);
      } catch (cause) {
        throw new Error('seen', { cause });
      }
    },
    () => {
      throw new Error('inside');
    },
  );
  await expect(thrown).rejects.toThrow('seen');
});
