import type { Channel } from '#lib/domain/clearance/measure.ts';

/** The green channel always has this colour and width, whatever else a chart shows. */
export const CHANNEL_COLOUR: Record<Channel, string> = {
  green: 'var(--c-green)',
  ordinary: 'var(--c-ordinary)',
};

export const CHANNEL_WIDTH: Record<Channel, number> = { green: 2.5, ordinary: 1.75 };

/** Colour and width of a line; records without a channel are neither green nor ordinary. */
export function channelStyle(channel: Channel | null): { colour: string; width: number } {
  if (channel === null) return { colour: 'var(--c-4)', width: 1.75 };
  return { colour: CHANNEL_COLOUR[channel], width: CHANNEL_WIDTH[channel] };
}
