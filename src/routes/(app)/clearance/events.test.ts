import { describe, expect, it } from 'vitest';
import { eventsOf } from './events.ts';

const programme = { programme_start: '2026-05-13', programme_district: '3100' };
const all = { district: null, office: null, direction: 'export' as const };
const none = { dates: [], today: '2026-11-25' };
const rule = (day: string, title: string, kind = 'effective') => ({
  day,
  kind,
  version: { instrument_slug: 'a', title },
});

describe('eventsOf', () => {
  it('flags the launch where its district is among what is shown', () => {
    const launch = [{ day: '2026-05-13', is_launch: true, is_in_force: true, rules: [] }];
    expect(eventsOf(all, programme, none)).toEqual(launch);
    expect(eventsOf({ ...all, district: '3100' }, programme, none)).toEqual(launch);
    expect(eventsOf({ ...all, office: '3104' }, programme, none)).toEqual(launch);
  });

  it('flags no launch at the offices of other districts, on imports, or before there is a programme', () => {
    expect(eventsOf({ ...all, office: '5304' }, programme, none)).toEqual([]);
    expect(eventsOf({ ...all, district: '4200' }, programme, none)).toEqual([]);
    expect(eventsOf({ ...all, direction: 'import' }, programme, none)).toEqual([]);
    expect(eventsOf(all, { programme_start: null, programme_district: null }, none)).toEqual([]);
  });

  it('flags the days on which rules take force, those of one day together', () => {
    const dates = [
      rule('2026-05-13', 'One'),
      rule('2026-12-01', 'Two'),
      rule('2026-06-01', 'Comments', 'comments_end'),
    ];
    expect(eventsOf(all, programme, { dates, today: '2026-11-25' })).toEqual([
      { day: '2026-05-13', is_launch: true, is_in_force: true, rules: [{ slug: 'a', title: 'One' }] },
      { day: '2026-12-01', is_launch: false, is_in_force: false, rules: [{ slug: 'a', title: 'Two' }] },
    ]);
  });
});
