import { describe, expect, it } from 'vitest';
import { SharedRead } from './shared-read.ts';

/** Reads that end when the test says so; each answers with the value that was written when it began. */
function controlled() {
  const state = { written: 0 };
  const ends: (() => void)[] = [];
  const shared = new SharedRead(
    () =>
      new Promise<number>((done) => {
        const { written } = state;
        ends.push(() => done(written));
      }),
  );
  return { state, ends, shared };
}

describe('SharedRead', () => {
  it('answers whoever comes while a read runs with one that begins afterwards', async () => {
    const { state, ends, shared } = controlled();
    const early = [shared.ask('firm'), shared.ask('firm')];
    await expect.poll(() => ends.length).toBe(1);
    state.written = 1;
    const late = [shared.ask('firm'), shared.ask('firm')];
    ends[0]?.();
    expect(await Promise.all(early)).toEqual([0, 0]);
    await expect.poll(() => ends.length).toBe(2);
    ends[1]?.();
    expect(await Promise.all(late)).toEqual([1, 1]);
    expect(ends).toHaveLength(2);
  });

  it('has a few reads of a key on their way at most, and the rest share the next', async () => {
    const { ends, shared } = controlled();
    const begin = async (count: number) => {
      void shared.ask('firm');
      await expect.poll(() => ends.length).toBe(count);
    };
    await begin(1);
    await begin(2);
    await begin(3);
    const late = [shared.ask('firm'), shared.ask('firm')];
    await new Promise((turn) => setTimeout(turn, 20));
    expect(ends).toHaveLength(3);
    ends[1]?.();
    await expect.poll(() => ends.length).toBe(4);
    ends[3]?.();
    await Promise.all(late);
    expect(ends).toHaveLength(4);
  });

  it('reads each key for itself', async () => {
    const { ends, shared } = controlled();
    void shared.ask('one');
    void shared.ask('other');
    await expect.poll(() => ends.length).toBe(2);
  });

  it('asks again after a read that failed', async () => {
    let reads = 0;
    const shared = new SharedRead(() => {
      reads += 1;
      return reads === 1 ? Promise.reject(new Error('gone')) : Promise.resolve('there');
    });
    const [first, second] = await Promise.allSettled([shared.ask('firm'), shared.ask('firm')]);
    expect([first.status, second.status]).toEqual(['rejected', 'rejected']);
    expect(await shared.ask('firm')).toBe('there');
    expect(reads).toBe(2);
  });
});
