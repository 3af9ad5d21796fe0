import type { TextKey } from '#lib/i18n/text.ts';

export type SectionName =
  'overview' | 'clearance' | 'watch' | 'rules' | 'eligibility' | 'alerts' | 'settings';

/** The seven words of the masthead, in reading order. `key` is pressed after `g`. */
export const SECTIONS: readonly { name: SectionName; path: string; label: TextKey; key: string | null }[] = [
  { name: 'overview', path: '/overview', label: 'shell.nav.overview', key: 'o' },
  { name: 'clearance', path: '/clearance', label: 'shell.nav.clearance', key: 'c' },
  { name: 'watch', path: '/watch', label: 'shell.nav.watch', key: 'w' },
  { name: 'rules', path: '/rules', label: 'shell.nav.rules', key: 'r' },
  { name: 'eligibility', path: '/eligibility', label: 'shell.nav.eligibility', key: 'e' },
  { name: 'alerts', path: '/alerts', label: 'shell.nav.alerts', key: 'a' },
  { name: 'settings', path: '/settings', label: 'shell.nav.settings', key: null },
];
