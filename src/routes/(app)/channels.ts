import type { Channel } from '#lib/domain/clearance/measure.ts';
import type { TextKey } from '#lib/i18n/text.ts';

/** The green channel always has this name, colour and width, whatever else a chart shows. */
export const CHANNEL_NAME = {
  green: 'clearance.page.channel.green',
  ordinary: 'clearance.page.channel.ordinary',
} satisfies Record<Channel, TextKey>;

export const CHANNEL_COLOUR: Record<Channel, string> = {
  green: 'var(--c-green)',
  ordinary: 'var(--c-ordinary)',
};

export const CHANNEL_WIDTH: Record<Channel, number> = { green: 2.5, ordinary: 1.75 };
