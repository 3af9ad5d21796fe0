import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BAND_OPACITY, PALETTE, resolved } from './palette.ts';
import { picture, placePath } from './picture.ts';
import { escapeXml, fitted, widthOf, wrap } from './svg-text.ts';
import { CHANNEL_COLOUR, channelStyle } from '../channel-style.ts';
import { HEAT_STEPS, HEAT_STYLE } from '../heat-style.ts';

const tokens = readFileSync(join(import.meta.dirname, '../../styles/tokens.css'), 'utf8');
const box = { x: 100, y: 50, width: 200, height: 400 };
const said = {
  language: 'en',
  title: 'Title <1> & "more"',
  subtitle: 'Subtitle',
  notes: ['A note'],
  foot: ['A foot'],
};

describe('the palette of pictures', () => {
  it.each(Object.entries(PALETTE))('has --%s as the light theme has it', (name, value) => {
    expect(new RegExp(`--${name}:\\s*light-dark\\((#[0-9a-f]{6}),`).exec(tokens)?.[1]).toBe(value);
  });

  it('shows bands as the page does', () => {
    expect(Number(/--c-band-a:\s*([\d.]+)/.exec(tokens)?.[1])).toBe(BAND_OPACITY);
  });

  it('has a value for every colour that charts draw with', () => {
    const steps = HEAT_STEPS.flatMap((step) => [HEAT_STYLE[step].fill, HEAT_STYLE[step].on]);
    for (const colour of [...steps, ...Object.values(CHANNEL_COLOUR), channelStyle(null).colour])
      expect(resolved(colour), colour).toMatch(/^#[0-9a-f]{6}$/);
  });

  it('gives a variable its value and leaves a value alone', () => {
    expect(resolved('var(--c-green)')).toBe(PALETTE['c-green']);
    expect(resolved('#123456')).toBe('#123456');
  });
});

describe('a picture', () => {
  const svg = picture(said, ({ x, y, width }) => ({
    svg: `<rect x="${x}" y="${y}" width="${width}" height="10"/>`,
    height: 10,
  }));

  it('carries what it says as text and as its title, escaped', () => {
    expect(svg.match(/Title &lt;1&gt; &amp; &quot;more&quot;/g)).toHaveLength(2);
    expect(svg).toContain('>A note</text>');
    expect(svg).toContain('>A foot</text>');
  });

  it('asks for nothing outside itself', () => {
    expect(svg).not.toMatch(/var\(|@import|<script|href=|url\((?!#)/);
  });

  it('is as high as what it holds', () => {
    const taller = picture(said, () => ({ svg: '', height: 110 }));
    const height = (text: string) => Number(/height="(\d+)" viewBox/.exec(text)?.[1]);
    expect(height(taller) - height(svg)).toBe(100);
  });
});

describe('placing', () => {
  it('moves a path in per cent into its box', () => {
    expect(placePath('M0,0L50,25.5ZM100,100L-1,3', box)).toBe('M100,50L200,152ZM300,450L98,62');
  });
});

describe('wrapping', () => {
  it('keeps words together in English, and closing marks with their character in Chinese', () => {
    expect(wrap('one two three', 10, 50)).toEqual(['one two', 'three']);
    for (const line of wrap('全国平均由推算得出，不是公布值。海关公布的数字口径不同，不作比较。', 10, 65))
      expect(line).not.toMatch(/^[，。]/);
  });

  it('loses nothing and stays within the width, if a single word does', () => {
    const word = fc.stringMatching(/^[a-z全国均，。]{1,6}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
        const lines = wrap(words.join(' '), 10, 120);
        expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''));
        for (const line of lines) expect(widthOf(line, 10)).toBeLessThanOrEqual(120);
      }),
      { seed: 412 },
    );
  });

  it('parts a word that no line holds, as a long address', () => {
    const address = `https://greenlane.example.org/clearance?${'office=3104&'.repeat(20)}`;
    const lines = wrap(address, 11, 400);
    expect(lines.join('')).toBe(address);
    for (const line of lines) expect(widthOf(line, 11)).toBeLessThanOrEqual(400);
  });

  it('cuts a name to its room and says so', () => {
    expect(fitted('Beilun', 12, 100)).toBe('Beilun');
    const cut = fitted('A customs office with a very long name', 12, 100);
    expect(cut).toMatch(/^A customs.*…$/);
    expect(widthOf(cut, 12)).toBeLessThanOrEqual(100);
  });

  it('replaces what XML cannot hold', () => {
    expect(escapeXml('a\u0000b')).toBe('a\uFFFDb');
  });
});
