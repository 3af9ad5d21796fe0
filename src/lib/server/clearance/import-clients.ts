import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import { clientsOf, homeFirmOf } from '#lib/server/accounts/grants.ts';
import type { App } from '#lib/server/app.ts';

/** The firms for which this actor may import besides its own, by their credit codes. */
export async function importClientsOf(app: App, actor: Actor): Promise<ReadonlyMap<string, Firm>> {
  const home = await homeFirmOf(app, actor);
  return home === null ? new Map() : clientsByCode(app, home);
}

/** The firms that let this one import for them, by their credit codes. */
export async function clientsByCode(app: App, firm_id: string): Promise<ReadonlyMap<string, Firm>> {
  const clients = await clientsOf(app, firm_id, 'clearance:write');
  return new Map(clients.flatMap((firm) => (firm.uscc === null ? [] : [[firm.uscc, firm] as const])));
}
