import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeCompoundFile, makeDoc } from '../../../../tests/fixtures/documents/make.ts';
import { topLevelStreams } from './compound-file.ts';

const RUNS = process.env.LONG === '1' ? 20_000 : 300;

describe('topLevelStreams', () => {
  test('names the streams at the top and finds where they begin', () => {
    const content = Buffer.alloc(5_000, 'x');
    const file = makeCompoundFile({ WordDocument: content, 目录: content });
    const streams = topLevelStreams(file);
    expect([...streams.keys()]).toEqual(expect.arrayContaining(['WordDocument', '目录']));
    const start = streams.get('目录') ?? 0;
    expect(Buffer.from(file.subarray(start, start + 5)).toString()).toBe('xxxxx');
  });

  test('leaves out those of embedded objects', () => {
    const content = Buffer.alloc(5_000);
    const streams = topLevelStreams(makeCompoundFile({ Workbook: content, 'MBD0001/WordDocument': content }));
    expect(streams.has('Workbook')).toBe(true);
    expect(streams.has('WordDocument')).toBe(false);
  });

  test('finds the names of a file whose allocation table does not fit into its header', () => {
    const file = makeCompoundFile({ Workbook: Buffer.alloc(9 * 1024 * 1024), Last: Buffer.alloc(5_000) });
    expect([...topLevelStreams(file).keys()]).toEqual(expect.arrayContaining(['Workbook', 'Last']));
  });

  test('finds nothing in a file whose header says nothing', () => {
    const bytes = new Uint8Array(8_192);
    bytes.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    expect(topLevelStreams(bytes).has('WordDocument')).toBe(false);
  });

  test('ends, whatever the bytes are', () => {
    const sample = makeDoc('第4.12条');
    const damage = fc.array(
      fc.record({
        at: fc.oneof(fc.integer({ min: 0, max: 511 }), fc.nat({ max: sample.byteLength - 1 })),
        byte: fc.integer({ min: 0, max: 255 }),
      }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(damage, fc.nat({ max: sample.byteLength }), (changes, length) => {
        const bytes = Uint8Array.from(sample.subarray(0, length));
        for (const { at, byte } of changes) if (at < bytes.byteLength) bytes[at] = byte;
        expect(topLevelStreams(bytes).size).toBeLessThanOrEqual(20_000);
      }),
      { numRuns: RUNS },
    );
  });

  test('ends on a directory that leads back to itself', () => {
    const bytes = Uint8Array.from(makeDoc('x'));
    const view = new DataView(bytes.buffer);
    const directory = (view.getUint32(0x30, true) + 1) * 512;
    for (let entry = directory; entry + 128 <= directory + 512; entry += 128) {
      for (const sibling of [0x44, 0x48, 0x4c]) view.setUint32(entry + sibling, 0, true);
    }
    expect(topLevelStreams(bytes).size).toBeLessThanOrEqual(4);
  });
});
