import { describe, expect, it } from 'vitest';
import { eventsOf } from './events.ts';

const programme = { programme_start: '2026-05-13', programme_district: '3100' };
const all = { district: null, office: null, direction: 'export' as const };

describe('eventsOf', () => {
  it('flags the launch where its district is among what is shown', () => {
    const launch = [{ day: '2026-05-13' }];
    expect(eventsOf(all, programme)).toEqual(launch);
    expect(eventsOf({ ...all, district: '3100' }, programme)).toEqual(launch);
    expect(eventsOf({ ...all, office: '3104' }, programme)).toEqual(launch);
  });

  it('flags nothing at the offices of other districts, on imports, or before there is a programme', () => {
    expect(eventsOf({ ...all, office: '5304' }, programme)).toEqual([]);
    expect(eventsOf({ ...all, district: '4200' }, programme)).toEqual([]);
    expect(eventsOf({ ...all, direction: 'import' }, programme)).toEqual([]);
    expect(eventsOf(all, { programme_start: null, programme_district: null })).toEqual([]);
  });
});
