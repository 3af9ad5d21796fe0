import { expect, test } from 'vitest';
import { namesIn } from './exclusion-names.ts';
import { EVENT_KINDS } from '#lib/server/events/append.ts';
import { textsOf } from './texts.ts';

const NONE = { instruments: {}, pending_items: {} };

test('every kind of event has a name in each language', () => {
  for (const language of ['en', 'zh-CN'] as const) {
    const named = namesIn(
      { kinds: EVENT_KINDS, pending_items: ['sac-clause-4.12'] },
      NONE,
      textsOf(language),
    );
    expect(named).not.toMatch(
      /(?:rule|pending_item|signal|decision|report|lab|source|endpoint|alert|code|clearance)\./,
    );
    expect(named).toContain('sac-clause-4.12');
  }
});
