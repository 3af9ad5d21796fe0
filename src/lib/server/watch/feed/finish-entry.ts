import {
  ENTRY_CHARACTERS_MAX,
  SUBSTITUTE_CHARACTERS_MAX,
  TITLE_CHARACTERS_MAX,
  type FeedEntry,
} from '#lib/domain/watch/feed.ts';
import { plainText, withAbsoluteUrls } from './markup.ts';

/** An entry as it was found, before anything stands in for what it lacks. */
export type DraftEntry = Omit<FeedEntry, 'is_title_substituted' | 'text'> & {
  /** The feed's own site, for an entry that leads nowhere else. */
  site: string | null;
  base: string | null;
};

/** Fills what an entry lacks: an entry without title, link or id is still an entry. */
export function finishEntry({ site, base, ...draft }: DraftEntry): FeedEntry {
  const summary_html = bounded(draft.summary_html, base);
  const content_html = bounded(draft.content_html, base);
  const text = plainText(content_html ?? summary_html ?? '') || plainText(summary_html ?? '');
  const title = draft.title.slice(0, TITLE_CHARACTERS_MAX).toWellFormed();
  return {
    ...draft,
    summary_html,
    content_html,
    text,
    id: draft.id ?? draft.url,
    title: title || substituteTitle(draft, plainText(summary_html ?? '') || text),
    is_title_substituted: title === '',
    url: draft.url ?? site,
  };
}

function bounded(html: string | null, base: string | null): string | null {
  if (html === null || html === '') return null;
  return withAbsoluteUrls(html.slice(0, ENTRY_CHARACTERS_MAX).toWellFormed(), base);
}

function substituteTitle(draft: Pick<DraftEntry, 'id' | 'url' | 'enclosures'>, text: string): string {
  const line = text.split('\n')[0]?.trim() ?? '';
  if (line.length > SUBSTITUTE_CHARACTERS_MAX)
    return `${line.slice(0, SUBSTITUTE_CHARACTERS_MAX).trimEnd()}…`;
  return (
    line || draft.enclosures[0]?.title || fileName(draft.url ?? draft.enclosures[0]?.url) || draft.id || '—'
  );
}

function fileName(url: string | null | undefined): string {
  if (!url) return '';
  const last =
    url
      .split(/[?#]/)[0]
      ?.split('/')
      .findLast((part) => part !== '') ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
