/**
 * The light theme's colours with their values, for pictures that leave the page: there are no variables to
 * ask in a file of its own. A test holds each against tokens.css.
 */
export const PALETTE = {
  paper: '#fcfcfa',
  ink: '#141c1a',
  'ink-2': '#45514d',
  'ink-3': '#626d68',
  hair: '#dcdfda',
  good: '#0a6a4c',
  bad: '#ae241c',
  'c-green': '#0a7a58',
  'c-ordinary': '#3563ad',
  'c-3': '#87448d',
  'c-4': '#58656c',
  'c-base': '#141c1a',
  'c-compare': '#66716c',
  'c-grid': '#e6e8e4',
  'c-gap': '#c4cac6',
  'h-n3': '#01665e',
  'h-n2': '#4fa79d',
  'h-n1': '#bfe3de',
  'h-0': '#f0f0ec',
  'h-p1': '#f2e3bf',
  'h-p2': '#cfa655',
  'h-p3': '#8c510a',
  'h-on-strong': '#ffffff',
  'h-on-soft': '#141c1a',
  'h-on-middle': '#141c1a',
} as const;
export type ColourName = keyof typeof PALETTE;

/** How much of a spread band shows, as `--c-band-a`. */
export const BAND_OPACITY = 0.14;

/** The value of a colour given as the page has it, `var(--c-green)`; what is no variable stays as it is. */
export function resolved(colour: string): string {
  const name = /^var\(--([\w-]+)\)$/.exec(colour)?.[1];
  const found = Object.entries(PALETTE).find(([known]) => known === name);
  return found ? found[1] : colour;
}
