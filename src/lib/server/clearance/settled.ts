import type { Panel } from '#lib/domain/clearance/dashboard.ts';
import type { App } from '#lib/server/app.ts';
import { isDatabaseLost } from '#lib/server/db/lost-database.ts';

/** A panel that fails says so with an id and leaves the others alone; without a database there is no page. */
export async function settled<T>(
  app: App,
  about: { name: string; request_id: string },
  answer: () => Promise<T>,
): Promise<Panel<T>> {
  try {
    return { ok: true, value: await answer() };
  } catch (cause) {
    if (isDatabaseLost(cause)) throw cause;
    app.log.error({ err: cause, panel: about.name, request_id: about.request_id }, 'panel failed');
    return { ok: false, error_id: about.request_id };
  }
}
