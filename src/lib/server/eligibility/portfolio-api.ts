import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { refuse } from '#lib/server/http/problem.ts';
import type { Changed } from './portfolio-change.ts';

/** What the operations on products, reports and declarations share. */
export const READ = { scope: 'portfolio:read', side: 'firm' } as const;
export const WRITE = { scope: 'portfolio:write', side: 'firm' } as const;

/** Lists come by when a row last changed. */
export const UPDATED_KEY = z.tuple([z.string().regex(/^\d{4}-\d\d-\d\d [\d:.]+[+-][\d:]+$/), z.uuid()]);
export const ID = z.object({ id: z.uuid().toLowerCase() });
/** The revision that a change begins with: 409 when somebody saved in between. */
export const revision = z.int().min(1).optional().describe('The revision that the change begins with.');

export function firmOf(firm: Firm | null): Firm {
  return firm ?? refuse(403, 'Products, reports and declarations belong to a firm.');
}

/** The value of a change, or the refusal that it came to. */
export function valueOf<T>(changed: Changed<T>): T {
  if (changed.ok) return changed.value;
  const { status, error } = changed;
  refuse(status, error.message, status === 404 ? undefined : [error]);
}

export function times<T extends { created_at: Date; updated_at: Date }>(row: T) {
  return { ...row, created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString() };
}

export const stored = {
  id: z.string(),
  revision: z.number(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
};
