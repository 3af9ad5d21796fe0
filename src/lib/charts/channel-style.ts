import type { Channel } from '#lib/domain/clearance/measure.ts';

/** The green channel always has this colour and width, whatever else a chart shows. */
export const CHANNEL_COLOUR: Record<Channel, string> = {
  green: 'var(--c-green)',
  ordinary: 'var(--c-ordinary)',
};

export const CHANNEL_WIDTH: Record<Channel, number> = { green: 2.5, ordinary: 1.75 };
