import { describe, expect, test } from 'vitest';
import { materialContent, readHeavyMetal, worstMetal } from './material.ts';

describe('heavy metals', () => {
  test.each([
    ['< 5 ppm', { operator: 'lt', ppm: 5, detection_limit_ppm: null }],
    ['≤0.01%', { operator: 'le', ppm: 100, detection_limit_ppm: null }],
    ['N.D. (5 mg/kg)', { operator: 'lt', ppm: null, detection_limit_ppm: 5 }],
    ['未检出（<2 mg/kg）', { operator: 'lt', ppm: null, detection_limit_ppm: 2 }],
    [42, { operator: 'eq', ppm: 42, detection_limit_ppm: null }],
  ])('are read from %j', (written, read) => {
    expect(readHeavyMetal(written, 'lead')).toEqual({ substance: 'lead', ...read });
  });

  test.each(['N.D.', 'low', '5 mm', ''])('are not guessed from %j', (written) => {
    expect(readHeavyMetal(written)).toBeNull();
  });

  test('are judged by the greatest bound, a detection limit among them', () => {
    const metals = [readHeavyMetal('< 10 ppm', 'lead'), readHeavyMetal('N.D. (90 ppm)', 'cadmium')];
    expect(worstMetal(metals.flatMap((metal) => metal ?? []))).toMatchObject({ substance: 'cadmium' });
    expect(worstMetal([])).toBeNull();
  });
});

describe('a declaration', () => {
  const given = { material: 'Silicone', declared_by: 'Sample Silicone', declared_on: '2026-05-01' };

  test('that names no detection limit is a claim, one that does is evidence', () => {
    const basis = (declares: object) =>
      materialContent.parse({ ...given, declares }).declares.phthalate_basis;
    expect(basis({ phthalate_free: true })).toBe('claim');
    expect(basis({ phthalate_free: true, phthalate_detection_limit_ppm: 50 })).toBe('evidence');
    expect(basis({})).toBeNull();
  });
});
