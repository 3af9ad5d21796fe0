import { z } from 'zod';
import { dayFromText } from '#lib/domain/text/calendar-day.ts';

/** A legal day of the contract, `YYYY-MM-DD`. */
export const day = z
  .string()
  .refine((text) => dayFromText(text) !== null, { error: 'is not a day such as 2026-05-14' });
