import { describe, expect, it } from 'vitest';
import { parseList } from '../clearance/record-list.ts';
import { parseClearanceQuery } from '../clearance/query.ts';
import { evidenceOf } from './evidence.ts';

const evidence = evidenceOf({ from: '2026-05-01', to: '2026-05-28' });
const paramsOf = (address: string) => new URL(address, 'http://x').searchParams;

describe('the evidence of a number', () => {
  it('is the page of hours in the same period, narrowed as the number is', () => {
    const address = evidence.hours({ office: '0901', channel: 'green' });
    expect(address).toMatch(/^\/clearance\?/);
    expect(parseClearanceQuery(paramsOf(address))).toMatchObject({
      from: '2026-05-01',
      to: '2026-05-28',
      office: '0901',
      channel: 'green',
    });
  });

  it('is the list of the declarations that a share counts', () => {
    const inspected = evidence.records({ channel: 'green', kind: 'inspected' });
    expect(inspected).toMatch(/^\/clearance\/records\?/);
    expect(parseClearanceQuery(paramsOf(inspected)).channel).toBe('green');
    expect(parseList(paramsOf(inspected)).kind).toBe('inspected');
    const outliers = evidence.records({ over: '90000', order: 'slowest' });
    expect(parseList(paramsOf(outliers))).toMatchObject({ over_seconds: 90_000, order: 'slowest' });
  });
});
