import { isUuid } from '#lib/domain/text/uuid.ts';
import { formText } from '#lib/ui/form-text.ts';

/** What the form of a subscription says, as text; lists are parted by commas of either script or by blanks. */
export type SubscriptionForm = {
  instruments: string[] | null;
  provisions: string[] | null;
  pending_items: string[] | null;
  saved_searches: string[] | null;
  only_if_affected: boolean;
  channels: ('inbox' | 'email' | 'push' | 'webhook')[];
  mode: 'immediate' | 'hourly' | 'daily' | 'weekly';
  quiet_hours: { from: string; to: string } | null;
};

const CHANNELS = ['inbox', 'email', 'push', 'webhook'] as const;
const MODES = ['immediate', 'hourly', 'daily', 'weekly'] as const;
const HOUR = /^([01]\d|2[0-3]):[0-5]\d$/;
const WORDS_MAX = 200;

export function readSubscriptionForm(form: FormData): SubscriptionForm {
  const said = (name: string) => formText(form, name).normalize('NFKC');
  const words = (name: string) => {
    const found = form
      .getAll(name)
      .flatMap((one) => (typeof one === 'string' ? [one] : []))
      .join(',')
      .normalize('NFKC')
      .split(/[\s,;、]+/)
      // 第4.12条 and "clause 4.12" name the path 4.12.
      .map((word) => word.replace(/^第(.+)条$/, '$1'))
      .filter((word) => word !== '' && !/^clause$/i.test(word));
    return found.length > 0 ? [...new Set(found)].slice(0, WORDS_MAX) : null;
  };
  const searches = form
    .getAll('saved_searches')
    .flatMap((id) => (typeof id === 'string' && isUuid(id) ? [id] : []));
  const [from, to] = [said('quiet_from'), said('quiet_to')];
  return {
    instruments: words('instruments'),
    provisions: words('provisions'),
    pending_items: words('pending_items'),
    saved_searches: searches.length > 0 ? searches.slice(0, WORDS_MAX) : null,
    only_if_affected: said('only_if_affected') === 'on',
    channels: CHANNELS.filter((channel) => form.getAll('channels').includes(channel)),
    mode: MODES.find((mode) => mode === said('mode')) ?? 'immediate',
    quiet_hours: HOUR.test(from) && HOUR.test(to) && from !== to ? { from, to } : null,
  };
}
